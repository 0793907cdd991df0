import { and, eq } from 'drizzle-orm';
import type { Person } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { contestReminders } from './tables.js';

type Owner = Pick<Person, 'platform' | 'id'>;

/** Who wants to be told, in private and once, before a voting ends. */
export class ContestRemindersTable {
  readonly #database: Database;

  /** @param database may be a transaction */
  constructor(database: Database) {
    this.#database = database;
  }

  async add(contest: string, { platform, id, name }: Person): Promise<void> {
    await this.#database
      .insert(contestReminders)
      .values({ contest, platform, personId: id, personName: name })
      .onConflictDoNothing();
  }

  async remove(contest: string, { platform, id }: Owner): Promise<void> {
    await this.#database
      .delete(contestReminders)
      .where(and(eq(contestReminders.contest, contest), isOf({ platform, id })));
  }

  /** Each is reminded once. */
  async takeAll(contest: string): Promise<Person[]> {
    const rows = await this.#database.delete(contestReminders).where(eq(contestReminders.contest, contest)).returning();
    return rows.map(({ platform, personId, personName }) => ({ platform, id: personId, name: personName }));
  }

  everythingOf(person: Owner): Promise<(typeof contestReminders.$inferSelect)[]> {
    return this.#database.select().from(contestReminders).where(isOf(person));
  }

  async forget(person: Owner): Promise<void> {
    await this.#database.delete(contestReminders).where(isOf(person));
  }
}

function isOf({ platform, id }: Owner) {
  return and(eq(contestReminders.platform, platform), eq(contestReminders.personId, id));
}
