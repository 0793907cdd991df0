import { UserError } from '#src/core/errors.js';
import type { Database } from '#src/database/database.js';
import { BallotBox, type Cast, type Press } from './ballot-box.js';
import { BallotReader, hasEntry } from './found-ballot.js';
import { assertMayVote, type VoterFacts } from './may-vote.js';
import type { RunningEntries } from './running-entries.js';

export interface CastAtPageOptions extends Pick<VoterFacts, 'memberOf' | 'assertNotBanned'> {
  readonly database: Database;
  readonly running: RunningEntries;
}

/**
 * A mark made on the page by somebody who came by a personal link, whether they still may. How old their account is was looked
 * at when they got the link.
 */
export async function castAtPage(
  { database, running, ...facts }: CastAtPageOptions,
  press: Press,
): Promise<Cast | { readonly kind: 'forbidden' }> {
  const reader = new BallotReader(database, running);
  const found = await reader.read(press.contest, press.voter);
  if (!found) return { kind: 'forbidden' };
  const { contest, communities } = found;
  const { platform, id } = press.voter;
  try {
    await assertMayVote(
      contest,
      {
        person: { platform, id, name: id },
        place: { platform, channel: id },
        standing: async () => ({ isModerator: false, roles: [] }),
        at: press.at,
      },
      {
        ...facts,
        communities,
        accounts: found.accounts,
        // Whoever is one has a link of one.
        isJudge: press.isPanel,
        isEntrant: hasEntry(found),
        votedIn: press.server,
      },
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: 'forbidden' };
  }
  return new BallotBox(database, reader).cast(press, found);
}
