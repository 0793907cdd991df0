import { and, asc, eq, lte, sql } from 'drizzle-orm';
import type { Database } from '#src/database/database.js';
import { dueInstants } from './tables.js';

/** Something that has to be done at an instant. */
export interface DueInstant {
  readonly what: string;
  /** Which of them: one instant for each. */
  readonly key: string;
  readonly dueAt: Date;
  /** Counts how often the instant was set: what was set anew meanwhile is not done twice. */
  readonly revision: number;
  readonly attempts: number;
}

type Which = Pick<DueInstant, 'what' | 'key'>;

/** Instants as rows, so that they outlive the process that set them. */
export class DueInstantsTable {
  readonly #database: Database;

  /** @param database may be a transaction, so that an instant is set exactly when its cause is recorded */
  constructor(database: Database) {
    this.#database = database;
  }

  /** In place of the one that was set before. */
  async set({ what, key, dueAt }: Which & Pick<DueInstant, 'dueAt'>): Promise<void> {
    await this.#database
      .insert(dueInstants)
      .values({ what, key, dueAt, tryAt: dueAt })
      .onConflictDoUpdate({
        target: [dueInstants.what, dueInstants.key],
        set: { dueAt, tryAt: dueAt, attempts: 0, revision: sql`${dueInstants.revision} + 1` },
      });
  }

  /** Unless there is one already. */
  async setFirst({ what, key, dueAt }: Which & Pick<DueInstant, 'dueAt'>): Promise<void> {
    await this.#database.insert(dueInstants).values({ what, key, dueAt, tryAt: dueAt }).onConflictDoNothing();
  }

  async cancel(which: Which): Promise<void> {
    await this.#database.delete(dueInstants).where(is(which));
  }

  /** Undefined where nothing is to be done. */
  async dueAt(which: Which): Promise<Date | undefined> {
    const [row] = await this.#database.select({ dueAt: dueInstants.dueAt }).from(dueInstants).where(is(which));
    return row?.dueAt;
  }

  /** The one that has waited longest of those whose time has come. */
  async next(now: Date): Promise<DueInstant | undefined> {
    const { what, key, dueAt, revision, attempts } = dueInstants;
    const [row] = await this.#database
      .select({ what, key, dueAt, revision, attempts })
      .from(dueInstants)
      .where(lte(dueInstants.tryAt, now))
      .orderBy(asc(dueInstants.tryAt), asc(dueInstants.dueAt), asc(dueInstants.what), asc(dueInstants.key))
      .limit(1);
    return row;
  }

  /** When there is something to do next. */
  async nextAt(): Promise<Date | undefined> {
    const [row] = await this.#database
      .select({ tryAt: dueInstants.tryAt })
      .from(dueInstants)
      .orderBy(asc(dueInstants.tryAt))
      .limit(1);
    return row?.tryAt;
  }

  /** Takes it away, unless it was set anew. @returns whether it was there */
  async take(due: DueInstant): Promise<boolean> {
    const taken = await this.#database
      .delete(dueInstants)
      .where(and(is(due), eq(dueInstants.revision, due.revision)))
      .returning({ key: dueInstants.key });
    return taken.length > 0;
  }

  async postpone(due: DueInstant, tryAt: Date): Promise<void> {
    await this.#database
      .update(dueInstants)
      .set({ tryAt, attempts: due.attempts + 1 })
      .where(and(is(due), eq(dueInstants.revision, due.revision)));
  }
}

function is({ what, key }: Which) {
  return and(eq(dueInstants.what, what), eq(dueInstants.key, key));
}
