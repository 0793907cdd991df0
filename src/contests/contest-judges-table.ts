import { and, asc, eq } from 'drizzle-orm';
import type { Person } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { Account } from './account-links-table.js';
import { contestJudges } from './tables.js';

/** Who votes for the panel of a contest. */
export class ContestJudgesTable {
  readonly #database: Database;

  /** @param database may be a transaction */
  constructor(database: Database) {
    this.#database = database;
  }

  async add(contest: string, { platform, id, name }: Person): Promise<void> {
    await this.#database
      .insert(contestJudges)
      .values({ contest, platform, personId: id, personName: name })
      .onConflictDoUpdate({
        target: [contestJudges.contest, contestJudges.platform, contestJudges.personId],
        set: { personName: name },
      });
  }

  async remove(contest: string, judge: Account): Promise<void> {
    await this.#database.delete(contestJudges).where(and(eq(contestJudges.contest, contest), isOf(judge)));
  }

  /** In the order of their names. */
  async ofContest(contest: string): Promise<Person[]> {
    const rows = await this.#database
      .select()
      .from(contestJudges)
      .where(eq(contestJudges.contest, contest))
      .orderBy(asc(contestJudges.personName), asc(contestJudges.personId));
    return rows.map(({ platform, personId: id, personName: name }) => ({ platform, id, name }));
  }

  everythingOf(judge: Account): Promise<(typeof contestJudges.$inferSelect)[]> {
    return this.#database.select().from(contestJudges).where(isOf(judge));
  }

  async forget(judge: Account): Promise<void> {
    await this.#database.delete(contestJudges).where(isOf(judge));
  }
}

function isOf({ platform, id }: Account) {
  return and(eq(contestJudges.platform, platform), eq(contestJudges.personId, id));
}
