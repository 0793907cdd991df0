import type { ContestPages } from './bot-contest-pages.js';
import type { ServicesFor } from './command/invocation.js';
import { type BallotsServiceOptions, ballotsServiceFor } from './contests/ballots-service.js';
import { sheetPicture } from './contests/sheets/sheet-picture.js';
import type { PlatformName } from './core/place.js';
import type { Database } from './database/database.js';
import type { Rights } from './moderation/rights-service.js';
import type { Platform } from './platforms/platform.js';

/** Who is a member of what, and who is banned where. */
export type AskAboutVoters = Pick<BallotsServiceOptions, 'memberOf' | 'assertNotBanned'>;

export function voterFactsFrom({
  rights,
  platforms,
}: {
  readonly rights: Pick<Rights, 'assertNotBanned'>;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
}): AskAboutVoters {
  return {
    memberOf: async (person, server) => (await platforms.get(server.platform)?.memberOf?.(person, server)) ?? 'none',
    assertNotBanned: (who) => rights.assertNotBanned(who),
  };
}

/** Puts ballots together with the sheets that they show. */
export function openBallots({
  database,
  facts,
  pages: { pictures, gallery, running },
}: {
  readonly database: Database;
  readonly facts: AskAboutVoters;
  readonly pages: Pick<ContestPages, 'pictures' | 'gallery' | 'running'>;
}): ServicesFor['ballots'] {
  const sheet: BallotsServiceOptions['sheet'] = async (contest, entries, seenAt) =>
    sheetPicture(await pictures.sheet(contest, entries), entries, seenAt);
  const pageLink = gallery.isServed ? gallery.ballotLink.bind(gallery) : undefined;
  return (asking) => ballotsServiceFor({ database, running, sheet, pageLink, ...facts }, asking);
}
