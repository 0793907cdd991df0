import { and, asc, count, eq, gt, inArray, max, ne } from 'drizzle-orm';
import { UserError } from '#src/core/errors.js';
import type { Activity, Person, Server } from '#src/core/place.js';
import { lockFor } from '#src/database/advisory-locks.js';
import type { Database } from '#src/database/database.js';
import { idsOf, removeSomeAtATime, rowsAtATime, someAtATime } from '#src/database/some-at-a-time.js';
import type { Amount } from './rights.js';
import { usage } from './tables.js';

const dayMs = 86_400_000;

export interface Use {
  /** Of the job or the event: the same one counts once. */
  readonly id: string;
  /** An export is of no community: its name is empty. */
  readonly server: Server;
  readonly person: Pick<Person, 'platform' | 'id'>;
  readonly activity: Activity | 'export';
}

/** How much people did in each community within the last day. */
export class UsageTable {
  readonly #database: Database;

  /** @param database may be a transaction, so that a use counts exactly when its job is recorded */
  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Counts one use; one that is counted already stays one. Within a transaction, so that nothing is counted where it throws.
   * @throws UserError `quotaReached` or `coolingDown`
   */
  async count(use: Use, amount: Amount | undefined, now = new Date()): Promise<void> {
    const { id, server, person, activity } = use;
    // Of two at once neither sees the other's.
    if (amount) await lockFor(this.#database, ['usage', server.platform, server.server, person.id, activity]);
    const added = await this.#database
      .insert(usage)
      .values({ id, ...server, personId: person.id, activity, at: now })
      .onConflictDoNothing()
      .returning();
    if (added.length > 0 && amount) await this.assertWithin(use, amount, now);
  }

  /**
   * Whether there is room for this use, itself not counted.
   * @throws UserError `quotaReached` or `coolingDown`
   */
  async assertWithin(
    { id, server, person, activity }: Use,
    { perDay, coolDownSeconds }: Amount,
    now = new Date(),
  ): Promise<void> {
    const [used] = await this.#database
      .select({ count: count(), last: max(usage.at) })
      .from(usage)
      .where(
        and(
          eq(usage.platform, server.platform),
          eq(usage.server, server.server),
          eq(usage.personId, person.id),
          eq(usage.activity, activity),
          gt(usage.at, new Date(now.getTime() - dayMs)),
          ne(usage.id, id),
        ),
      );
    if (perDay !== undefined && (used?.count ?? 0) >= perDay) throw new UserError('quotaReached', { max: perDay });
    if (coolDownSeconds === undefined || !used?.last) return;
    const seconds = Math.ceil(coolDownSeconds - (now.getTime() - used.last.getTime()) / 1000);
    if (seconds > 0) throw new UserError('coolingDown', { seconds });
  }

  /** What came to nothing does not count. */
  async giveBack(id: string): Promise<void> {
    await this.#database.delete(usage).where(eq(usage.id, id));
  }

  /** No limit looks further back than a day. @returns how many */
  async removeOld(now: Date): Promise<number> {
    const { id, at } = usage;
    const all = someAtATime<{ id: string; at: Date }>((last) =>
      this.#database
        .select({ id, at })
        .from(usage)
        .where(last && gt(id, last.id))
        .orderBy(asc(id))
        .limit(rowsAtATime),
    );
    return removeSomeAtATime(
      all,
      (row) => row.at.getTime() < now.getTime() - dayMs,
      (rows) => this.#database.delete(usage).where(inArray(id, idsOf(rows))),
    );
  }

  async everythingOf({ platform, id }: Use['person']): Promise<object[]> {
    return this.#database
      .select()
      .from(usage)
      .where(and(eq(usage.platform, platform), eq(usage.personId, id)));
  }

  async forget({ platform, id }: Use['person']): Promise<void> {
    await this.#database.delete(usage).where(and(eq(usage.platform, platform), eq(usage.personId, id)));
  }
}
