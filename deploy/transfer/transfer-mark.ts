import { sql } from 'drizzle-orm';
import type { Database } from '#src/database/database.js';
import { transferTable } from '#src/database/unfinished-transfer.js';
import { rowsOf } from './tables-of.js';

const table = sql.identifier(transferTable);
/** Stands for all tables, which have names. */
const all = '';

interface Noted {
  readonly name: string;
  readonly source: string | null;
  readonly pages: number;
  readonly isFinished: boolean;
}

/**
 * @param source what is copied, which has to be the same each time
 * @param prepare is called the first time
 */
export async function openTransfer(to: Database, source: string, prepare: () => Promise<void>): Promise<TransferMark> {
  const [existing] = await rowsOf<{ there: boolean }>(
    to,
    sql`SELECT to_regclass(${`public.${transferTable}`}) IS NOT NULL AS there`,
  );
  if (!existing!.there) {
    await prepare();
    await to.transaction(async (transaction) => {
      await transaction.execute(
        sql`CREATE TABLE ${table} (name text PRIMARY KEY, source text, pages integer NOT NULL, is_finished boolean NOT NULL DEFAULT false)`,
      );
      await transaction.execute(sql`INSERT INTO ${table} (name, source, pages) VALUES (${all}, ${source}, 0)`);
    });
  }
  const rows = await rowsOf<Noted>(to, sql`SELECT name, source, pages, is_finished AS "isFinished" FROM ${table}`);
  const whole = rows.find(({ name }) => name === all);
  if (whole?.source !== source)
    throw new Error('the database of DATABASE_URL holds data of another bot: name an empty one');
  return new TransferMark(to, whole.isFinished, new Map(rows.map(({ name, pages }) => [name, pages])));
}

/** How far a copy into a database has come, in that database: a step and its note are one transaction. */
export class TransferMark {
  readonly isFinished: boolean;
  readonly #to: Database;
  readonly #pages: Map<string, number>;

  constructor(to: Database, isFinished: boolean, pages: Map<string, number>) {
    this.#to = to;
    this.isFinished = isFinished;
    this.#pages = pages;
  }

  /** How many pages of a table were copied. */
  pagesOf(name: string): number {
    return this.#pages.get(name) ?? 0;
  }

  async copied(name: string, pages: number, insert: (transaction: Database) => Promise<void>): Promise<void> {
    await this.#to.transaction(async (transaction) => {
      await insert(transaction);
      await transaction.execute(
        sql`INSERT INTO ${table} (name, pages) VALUES (${name}, ${pages}) ON CONFLICT (name) DO UPDATE SET pages = excluded.pages`,
      );
    });
    this.#pages.set(name, pages);
  }

  /** Empties tables, to be copied anew. */
  async restart(names: readonly string[]): Promise<void> {
    await this.#to.transaction(async (transaction) => {
      const list = sql.join(
        names.map((name) => sql.identifier(name)),
        sql`, `,
      );
      await transaction.execute(sql`TRUNCATE ${list}`);
      for (const name of names) await transaction.execute(sql`DELETE FROM ${table} WHERE name = ${name}`);
    });
    for (const name of names) this.#pages.delete(name);
  }

  async finish(last: (transaction: Database) => Promise<void>): Promise<void> {
    await this.#to.transaction(async (transaction) => {
      await last(transaction);
      await transaction.execute(sql`UPDATE ${table} SET is_finished = true WHERE name = ${all}`);
    });
  }
}
