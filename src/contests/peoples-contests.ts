import { and, eq, inArray, isNotNull, lt, or } from 'drizzle-orm';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Person } from '#src/core/place.js';
import { findUnusedBlobs } from '#src/database/blob-uses.js';
import type { Database } from '#src/database/database.js';
import { rowsAtATime } from '#src/database/some-at-a-time.js';
import { AuthorsEntriesTable } from './authors-entries-table.js';
import { type Contest, newNobody } from './contest.js';
import { ContestJudgesTable } from './contest-judges-table.js';
import { ContestRemindersTable } from './contest-reminders-table.js';
import { ContestsTable } from './contests-table.js';
import { contestBallots, contestEntries, contests } from './tables.js';

type Owner = Pick<Person, 'platform' | 'id'>;

/** What contests hold of one person, over all of them. */
export class PeoplesContests {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Ballots are theirs for as long as anything ties them to their account. */
  async everythingOf(person: Owner) {
    return {
      ballots: await this.#database.select().from(contestBallots).where(isBallotOf(person)),
      reminders: await new ContestRemindersTable(this.#database).everythingOf(person),
      judgeOf: await new ContestJudgesTable(this.#database).everythingOf(person),
    };
  }

  /**
   * What is voted on is not counted with theirs. Of what is counted, the number and the rank of an entry stay, and a ballot stays
   * counted, so that no result moves, and neither does a later count.
   * @returns stored files that nothing needs any more
   */
  async forget(person: Owner): Promise<BlobKey[]> {
    await new ContestRemindersTable(this.#database).forget(person);
    await new ContestJudgesTable(this.#database).forget(person);
    const unused: BlobKey[] = [];
    for (const id of await this.#contestsOf(person))
      await this.#database.transaction(async (transaction) => {
        const contest = await new ContestsTable(transaction).lock(id);
        if (!contest) return;
        if (!isCounted(contest)) {
          await transaction.delete(contestBallots).where(and(eq(contestBallots.contest, id), isBallotOf(person)));
          return;
        }
        // An account that nobody has: the same for entries and ballots, so that their own stay their own in a later count.
        const nobody = newNobody();
        await transaction
          .update(contestBallots)
          .set({ personId: nobody, lastEvent: '' })
          .where(and(eq(contestBallots.contest, id), isBallotOf(person)));
        unused.push(...(await new AuthorsEntriesTable(transaction).forgetCounted(id, person, nobody)));
      });
    return findUnusedBlobs(this.#database, unused);
  }

  /**
   * Pictures of contests that were published, or came to nothing, before these moments, and drafts that nobody has started; results
   * stay.
   */
  async removeOld(publishedBefore: Date, abandonedBefore: Date): Promise<{ count: number; unused: BlobKey[] }> {
    await this.#database
      .delete(contests)
      .where(and(eq(contests.state, 'draft'), lt(contests.createdAt, abandonedBefore)));
    const isOld = or(
      and(eq(contests.state, 'published'), lt(contests.publishedAt, publishedBefore)),
      and(inArray(contests.state, ['cancelled', 'void']), lt(contests.endsAt, abandonedBefore)),
    );
    const unused: BlobKey[] = [];
    for (let count = 0; ; ) {
      const rows = await this.#database
        .select({ id: contestEntries.id, picture: contestEntries.picture, before: contestEntries.before })
        .from(contestEntries)
        .innerJoin(contests, eq(contests.id, contestEntries.contest))
        .where(and(isNotNull(contestEntries.picture), isOld))
        .limit(rowsAtATime);
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0)
        await this.#database
          .update(contestEntries)
          .set({ picture: null, before: null })
          .where(inArray(contestEntries.id, ids));
      const files = rows.flatMap(({ picture, before }) => [picture, before]).filter((file) => file !== null);
      unused.push(...(await findUnusedBlobs(this.#database, files)));
      count += rows.length;
      if (rows.length < rowsAtATime) return { count, unused };
    }
  }

  async #contestsOf(person: Owner): Promise<ReadonlySet<string>> {
    const entered = await new AuthorsEntriesTable(this.#database).contestsOf(person);
    const voted = await this.#database
      .selectDistinct({ contest: contestBallots.contest })
      .from(contestBallots)
      .where(isBallotOf(person));
    return new Set([...entered, ...voted.map(({ contest }) => contest)]);
  }
}

function isCounted({ state }: Contest): boolean {
  return state === 'closed' || state === 'published';
}

function isBallotOf({ platform, id }: Owner) {
  return and(eq(contestBallots.platform, platform), eq(contestBallots.personId, id));
}
