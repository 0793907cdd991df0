import { UserError } from '#src/core/errors.js';
import { type Person, serverOf } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { BallotBox, type Cast, type Press } from './ballot-box.js';
import type { Contest } from './contest.js';
import { ContestEntriesTable } from './contest-entries-table.js';
import { ContestsTable } from './contests-table.js';
import { ownAccountsOf } from './linked-accounts.js';
import { assertMayVote, type VoterFacts } from './may-vote.js';

export interface CastAtPageOptions extends Pick<VoterFacts, 'memberOf' | 'assertNotBanned'> {
  readonly database: Database;
}

/**
 * A mark made on the page by somebody who came by a personal link, whether they still may. How old their account is was looked
 * at when they got the link.
 */
export async function castAtPage(
  { database, ...facts }: CastAtPageOptions,
  press: Press,
): Promise<Cast | { readonly kind: 'forbidden' }> {
  const contests = new ContestsTable(database);
  const contest = await contests.get(press.contest);
  if (!contest) return { kind: 'forbidden' };
  const places = await contests.places(contest.id);
  const { platform, id } = press.voter;
  const person = { platform, id, name: id };
  try {
    await assertMayVote(
      contest,
      {
        person,
        place: { platform, channel: id },
        standing: async () => ({ isModerator: false, roles: [] }),
        at: press.at,
      },
      {
        ...facts,
        communities: places.flatMap(({ place }) => serverOf(place) ?? []),
        // Whoever is one has a link of one.
        isJudge: press.isPanel,
        isEntrant: contest.rules.voters === 'entrants' && (await hasEntry(person, contest, database)),
        votedIn: press.server,
      },
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: 'forbidden' };
  }
  return new BallotBox(database).cast(press);
}

async function hasEntry(person: Person, { id }: Contest, database: Database): Promise<boolean> {
  const isOwn = await ownAccountsOf(person, database);
  const entries = await new ContestEntriesTable(database).numbers(id);
  return entries.some(({ author, isAccepted }) => isAccepted && isOwn(author));
}
