import { and, asc, desc, eq, gt, inArray, ne, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { BlobKey } from '#src/core/blob-key.js';
import type { KeptData } from '#src/core/kept-data.js';
import type { Person } from '#src/core/place.js';
import { lockFor } from './advisory-locks.js';
import { findUnusedBlobs } from './blob-uses.js';
import type { Database } from './database.js';
import { idsOf, removeSomeAtATime, rowsAtATime, someAtATime } from './some-at-a-time.js';

export type Owner = Pick<Person, 'platform' | 'id'>;

type OwnedTable = PgTable & Readonly<Record<'id' | 'platform' | 'personId' | 'createdAt', PgColumn>>;

export interface KeptRowsOptions<Row> {
  readonly database: Database;
  readonly table: OwnedTable;
  /** What they are called, where their changes follow one another and where a person takes them away. */
  readonly name: string;
  readonly keptMs: number;
  readonly maxPerPerson: number;
  /** Stored files that rows name. */
  readonly blobsOf: (rows: readonly Row[]) => readonly BlobKey[];
}

export interface Replacement<Row> {
  readonly id: string;
  /** Besides the one of the same id. */
  readonly isReplaced?: (row: Row) => boolean;
  readonly insert: (transaction: Database) => Promise<unknown>;
  /** Of what goes: those that nothing else shows. All, unless it says otherwise. */
  readonly blobsOf?: (rows: readonly Row[]) => readonly BlobKey[];
}

/**
 * Rows that wait for an answer of one person, who has a few at most, and that are dead after a while.
 * Each change that drops some returns the stored files that nothing names any more, for the caller to delete.
 */
export class KeptRows<Row extends { readonly id: string }> {
  readonly #options: KeptRowsOptions<Row>;

  constructor(options: KeptRowsOptions<Row>) {
    this.#options = options;
  }

  isAlive(now: Date): SQL {
    return gt(this.#options.table.createdAt, this.#deadBefore(now));
  }

  isOwnedBy(owner: Owner): SQL | undefined {
    const { table } = this.#options;
    return and(eq(table.platform, owner.platform), eq(table.personId, owner.id));
  }

  /** The oldest of too many goes. */
  replace(owner: Owner, { id, isReplaced = () => false, insert, blobsOf }: Replacement<Row>): Promise<BlobKey[]> {
    const { database, table, name, maxPerPerson } = this.#options;
    return database.transaction(async (transaction) => {
      await lockFor(transaction, [name, owner.platform, owner.id]);
      const others = (await transaction
        .select()
        .from(table as PgTable)
        .where(and(this.isOwnedBy(owner), ne(table.id, id)))
        .orderBy(desc(table.createdAt))) as unknown as Row[];
      const tooMany = others.filter((other) => !isReplaced(other)).slice(maxPerPerson - 1);
      const going = [id, ...idsOf(others.filter(isReplaced)), ...idsOf(tooMany)];
      const removed = await this.#remove(transaction, inArray(table.id, going));
      await insert(transaction);
      return findUnusedBlobs(transaction, (blobsOf ?? this.#options.blobsOf)(removed));
    });
  }

  removeWhere(condition: SQL | undefined): Promise<BlobKey[]> {
    return this.#options.database.transaction(async (transaction) => {
      const removed = await this.#remove(transaction, condition);
      return findUnusedBlobs(transaction, this.#options.blobsOf(removed));
    });
  }

  async removeOld(now: Date): Promise<{ readonly count: number; readonly unused: BlobKey[] }> {
    const { database, table } = this.#options;
    const all = someAtATime<{ id: string; createdAt: Date }>(
      async (last) =>
        (await database
          .select({ id: table.id, createdAt: table.createdAt })
          .from(table as PgTable)
          .where(last && gt(table.id, last.id))
          .orderBy(asc(table.id))
          .limit(rowsAtATime)) as { id: string; createdAt: Date }[],
    );
    const unused: BlobKey[] = [];
    const count = await removeSomeAtATime(
      all,
      (row) => row.createdAt <= this.#deadBefore(now),
      async (rows) => unused.push(...(await this.removeWhere(inArray(table.id, idsOf(rows))))),
    );
    return { count, unused };
  }

  /** Every row of a person, as it is. */
  async everythingOf(owner: Owner): Promise<Row[]> {
    const { database, table } = this.#options;
    const rows = await database
      .select()
      .from(table as PgTable)
      .where(this.isOwnedBy(owner));
    return rows as unknown as Row[];
  }

  asKeptData(): KeptData {
    const { name, blobsOf } = this.#options;
    return {
      name,
      everythingOf: async (person) => {
        const rows = await this.everythingOf(person);
        return { rows, files: blobsOf(rows) };
      },
      forget: (person) => this.removeWhere(this.isOwnedBy(person)),
      sweep: async (now) => {
        const { count, unused } = await this.removeOld(now);
        return { removed: { [name]: count }, unused };
      },
    };
  }

  async #remove(transaction: Pick<Database, 'delete'>, condition: SQL | undefined): Promise<Row[]> {
    const removed = await transaction
      .delete(this.#options.table as PgTable)
      .where(condition)
      .returning();
    return removed as unknown as Row[];
  }

  #deadBefore(now: Date): Date {
    return new Date(now.getTime() - this.#options.keptMs);
  }
}
