import { UserError } from '#src/core/errors.js';
import type { Person } from '#src/core/place.js';
import type { Contest } from './contest.js';
import { type ContestExportOptions, exportContest } from './contest-export.js';
import type { ContestGallery } from './contest-gallery.js';
import { noteHosting } from './note-hosting.js';
import type { HandoutsService } from './services.js';

export interface HandoutsOptions extends ContestExportOptions {
  readonly gallery: Pick<ContestGallery, 'isServed' | 'linkTo' | 'renewLink' | 'revokeLink'>;
}

/** What a moderator takes out of a contest: its page's address, and all that there is of it. */
export function handoutsFor(options: HandoutsOptions, moderator: Person): HandoutsService {
  const { gallery, database } = options;
  const note = ({ id, host }: Contest, words: string) =>
    noteHosting({ contest: id, moderator, line: `host ${words} contest:${id}` }, [host], database);
  return {
    async link(contest, change) {
      if (!gallery.isServed) throw new UserError('pagesOff');
      if (!contest.rules.hasPage) throw new UserError('contestWithoutPage', { title: contest.title });
      if (change === 'renew') await gallery.renewLink(contest);
      if (change === 'revoke') await gallery.revokeLink(contest);
      if (change) await note(contest, `link ${change}`);
      return gallery.linkTo(contest);
    },
    async export(contest) {
      const exported = await exportContest(options, contest, moderator);
      await note(contest, 'export');
      return exported;
    },
  };
}
