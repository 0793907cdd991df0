import { type SQL, sql } from 'drizzle-orm';
import { shelves } from '#src/core/blob-key.js';
import type { Database } from '#src/database/database.js';
import { inventory } from '#src/privacy/stored-files.js';
import { DueInstantsTable } from '#src/schedule/due-instants.js';
import { rowsOf, type SchemaOf, schemaOf, type TableOf } from './tables-of.js';
import { openTransfer, type TransferMark } from './transfer-mark.js';

export interface CopyDatabaseOptions {
  readonly from: Database;
  readonly to: Database;
  /** Names the source, so that another one is not mixed in. */
  readonly source: string;
  readonly onProgress?: (progress: { readonly bytes: number; readonly totalBytes: number }) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A copy that may begin, or go on. */
export interface DatabaseCopy extends SchemaOf {
  readonly mark: TransferMark;
}

/** Rows are read by the pages of 8 KiB in which they lie, which needs neither a key nor an order. */
const pageBytes = 8192;
const pagesAtOnce = 16;

/** What migrations fill: when the bot looks through files, for one, which is copied like all else. */
const filledByMigrations = ['due_instants'];

/** @throws Error where something else is kept there */
export async function openDatabaseCopy({ from, to, source }: CopyDatabaseOptions): Promise<DatabaseCopy> {
  const schema = await schemaOf(from);
  await assertSameTables(schema.tables, to);
  return { ...schema, mark: await openTransfer(to, source, () => assertEmpty(schema.tables, to)) };
}

/**
 * Copies every table and sequence of a database into another one with the same tables and nothing in them. Each step is one
 * transaction with the note that it was done, so an interrupted copy goes on where it was. In the end the two are compared.
 * @returns how many rows each table has
 */
export async function copyDatabase(
  { tables, sequences, mark }: DatabaseCopy,
  options: CopyDatabaseOptions,
): Promise<ReadonlyMap<string, number>> {
  const { from, to, signal } = options;
  const rowCounts = new Map<string, number>();
  const sizes = await Promise.all(tables.map(({ name }) => bytesOf(from, name)));
  const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
  let bytesBefore = 0;
  for (const [index, { name }] of tables.entries()) {
    const tell = (bytes: number) => options.onProgress?.({ bytes: bytesBefore + bytes, totalBytes });
    await copyTable(name, mark, options, tell);
    if (!(await isSame(name, from, to))) {
      // A bot has worked on the source since the interruption.
      await mark.restart(tables.slice(index).map((table) => table.name));
      await copyTable(name, mark, options, tell);
      if (!(await isSame(name, from, to))) throw new Error(`the copy of the table ${name} is not what was copied`);
    }
    rowCounts.set(name, (await digestOf(to, name)).count);
    bytesBefore += sizes[index]!;
  }
  signal?.throwIfAborted();
  await mark.finish(async (transaction) => {
    for (const name of sequences) {
      const [last] = await rowsOf<{ value: string; called: boolean }>(
        from,
        sql`SELECT last_value::text AS value, is_called AS called FROM ${sql.identifier(name)}`,
      );
      await transaction.execute(sql`SELECT setval(${`"${name}"`}::regclass, ${last!.value}::bigint, ${last!.called})`);
    }
    await setInventory(transaction);
  });
  return rowCounts;
}

/** The bot looks through what is stored: a file that was copied, and given up before the copy was whole, is found by nothing else. */
export async function setInventory(database: Database): Promise<void> {
  await new DueInstantsTable(database).set({ what: inventory, key: shelves[0]!, dueAt: new Date() });
}

async function copyTable(
  name: string,
  mark: TransferMark,
  { from, signal }: CopyDatabaseOptions,
  tell: (bytes: number) => void,
): Promise<void> {
  const pages = Math.ceil((await bytesOf(from, name)) / pageBytes);
  for (let page = mark.pagesOf(name); page < pages; page += pagesAtOnce) {
    signal?.throwIfAborted();
    const next = Math.min(pages, page + pagesAtOnce);
    const rows = await inPlainText(from, (transaction) =>
      rowsOf<{ row: string }>(
        transaction,
        sql`SELECT t::text AS row FROM ${sql.identifier(name)} AS t WHERE ${isWithin(page, next)}`,
      ),
    );
    await mark.copied(name, next, async (transaction) => {
      if (rows.length === 0) return;
      const table = sql.identifier(name);
      // What triggers would write comes with its own table.
      await transaction.execute(sql`ALTER TABLE ${table} DISABLE TRIGGER USER`);
      // A row that is there already lay in another page before: the comparison tells whether it is still the same.
      await transaction.execute(
        sql`INSERT INTO ${table} OVERRIDING SYSTEM VALUE
          SELECT * FROM unnest(${sql.param(rows.map(({ row }) => row))}::${table}[]) ON CONFLICT DO NOTHING`,
      );
      await transaction.execute(sql`ALTER TABLE ${table} ENABLE TRIGGER USER`);
    });
    tell(next * pageBytes);
  }
}

async function bytesOf(database: Database, name: string): Promise<number> {
  const [size] = await rowsOf<{ bytes: string }>(
    database,
    sql`SELECT pg_relation_size(${`"${name}"`}::regclass)::text AS bytes`,
  );
  return Number(size!.bytes);
}

/** Of all rows, in whatever order they lie. */
async function digestOf(database: Database, name: string): Promise<{ readonly count: number; readonly sum: bigint }> {
  const pages = Math.ceil((await bytesOf(database, name)) / pageBytes);
  let [count, sum] = [0, 0n];
  for (let page = 0; page < pages; page += pagesAtOnce) {
    const [found] = await inPlainText(database, (transaction) =>
      rowsOf<{ count: string; sum: string }>(
        transaction,
        sql`SELECT count(*)::text AS count, coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text AS sum
          FROM ${sql.identifier(name)} AS t WHERE ${isWithin(page, page + pagesAtOnce)}`,
      ),
    );
    count += Number(found!.count);
    sum += BigInt(found!.sum);
  }
  return { count, sum };
}

function isWithin(page: number, nextPage: number): SQL {
  return sql`t.ctid >= ${`(${page},0)`}::tid AND t.ctid < ${`(${nextPage},0)`}::tid`;
}

async function isSame(name: string, from: Database, to: Database): Promise<boolean> {
  const [one, other] = [await digestOf(from, name), await digestOf(to, name)];
  return one.count === other.count && one.sum === other.sum;
}

/** Written as both servers write and read it, whatever their settings are. */
function inPlainText<Result>(database: Database, work: (transaction: Database) => Promise<Result>): Promise<Result> {
  return database.transaction(async (transaction) => {
    await transaction.execute(sql`SET LOCAL timezone = 'UTC'`);
    await transaction.execute(sql`SET LOCAL datestyle = 'ISO, MDY'`);
    await transaction.execute(sql`SET LOCAL intervalstyle = 'iso_8601'`);
    await transaction.execute(sql`SET LOCAL extra_float_digits = 1`);
    await transaction.execute(sql`SET LOCAL bytea_output = 'hex'`);
    return work(transaction);
  });
}

async function assertSameTables(tables: readonly TableOf[], to: Database): Promise<void> {
  const there = await schemaOf(to);
  for (const { name, columns } of tables) {
    const table = there.tables.find((other) => other.name === name);
    if (table?.columns !== columns) throw new Error(`the table ${name} is not the same in both databases`);
  }
}

async function assertEmpty(tables: readonly TableOf[], to: Database): Promise<void> {
  for (const { name } of tables) {
    if (filledByMigrations.includes(name)) await to.execute(sql`DELETE FROM ${sql.identifier(name)}`);
    const [found] = await rowsOf<{ some: boolean }>(
      to,
      sql`SELECT EXISTS (SELECT FROM ${sql.identifier(name)}) AS some`,
    );
    if (found!.some)
      throw new Error(`the database of DATABASE_URL holds other data, e.g. in the table ${name}: name an empty one`);
  }
}
