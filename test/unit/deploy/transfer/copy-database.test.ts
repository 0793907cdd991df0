import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { getTableName, isTable } from 'drizzle-orm/table';
import { afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { rowsOf, schemaOf } from '#deploy/transfer/tables-of.js';
import { transfer } from '#deploy/transfer/transfer.js';
import { packageRoot } from '#src/core/package-root.js';
import type { Database, OpenDatabase } from '#src/database/database.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { inventory } from '#src/privacy/stored-files.js';
import { DueInstantsTable } from '#src/schedule/due-instants.js';
import { createDatabase } from '#test/helpers/test-database.js';

/** More than one step of each table. */
const rowsPerTable = 400;
let dataFolder: string;
let url: string;
let declared: string[];
const told: string[] = [];
beforeAll(async () => {
  declared = [];
  for (const file of await readdir(join(packageRoot, 'src'), { recursive: true })) {
    if (!/(^|\/)tables\.ts$/.test(file)) continue;
    const found = (await import(join(packageRoot, 'src', file))) as Record<string, unknown>;
    declared.push(...Object.values(found).flatMap((table) => (isTable(table) ? [getTableName(table)] : [])));
  }
  declared.sort();
});
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'petbooth-transfer-'));
  url = await createDatabase(inject('postgresUrl')!);
  told.length = 0;
});
afterEach(() => rm(dataFolder, { recursive: true }));

const openSource = () => openDatabase({ folder: dataFolder, migrationsFolder });

/** Rows in every table that there is, with something in every column, or in every second row where that may be empty. */
async function fill(database: Database): Promise<void> {
  const { tables } = await schemaOf(database);
  for (const { name } of tables) {
    const columns = await rowsOf<{ column: string; type: string; nullable: boolean }>(
      database,
      sql`SELECT column_name AS "column", data_type AS type, is_nullable = 'YES' AS nullable
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ${name}`,
    );
    const values = columns.map(({ column, type, nullable }) => {
      const value = exampleOf(column, type);
      return nullable ? sql`CASE WHEN n % 2 = 0 THEN ${value} END` : value;
    });
    const names = columns.map(({ column }) => sql.identifier(column));
    await database.execute(
      sql`INSERT INTO ${sql.identifier(name)} (${sql.join(names, sql`, `)})
        SELECT ${sql.join(values, sql`, `)} FROM generate_series(1, ${rowsPerTable}::int) AS n ON CONFLICT DO NOTHING`,
    );
  }
}

function exampleOf(column: string, type: string) {
  switch (type) {
    case 'boolean':
      return sql`n % 3 = 0`;
    case 'bigint':
    case 'integer':
      return sql`n + 1000`;
    case 'double precision':
      return sql`(n / 3.0)::float8`;
    case 'jsonb':
      return sql`CASE n % 5 WHEN 0 THEN 'null'::jsonb ELSE jsonb_build_object('words', 'é "quoted", (brackets) \\ ' || n, 'list', jsonb_build_array(n, null)) END`;
    case 'timestamp with time zone':
      return sql`timestamptz '2026-11-30 12:34:56.789012+00' - n * interval '1 hour'`;
    case 'text':
      // Files of every second row are noted, which have a size.
      if (column === 'kind') return sql`CASE WHEN n % 2 = 0 THEN 'stored' ELSE 'pet' END`;
      return sql`'a "text", (with) {what} rows\\ use ' || n || repeat('.', 300)`;
    default:
      throw new Error(`nothing is known to put into ${column} of type ${type}`);
  }
}

async function run(onStep?: (steps: number) => void, signal?: AbortSignal): Promise<void> {
  let steps = 0;
  await transfer({
    dataFolder,
    maxBlobBytes: 1e6,
    target: { databaseUrl: url },
    onTold: (sentence) => told.push(sentence),
    onProgress: () => onStep?.(++steps),
    ...(signal && { signal }),
  });
}

async function everything(database: Database): Promise<Record<string, string[]>> {
  const rows: Record<string, string[]> = {};
  await database.transaction(async (transaction) => {
    await transaction.execute(sql`SET LOCAL timezone = 'UTC'`);
    for (const name of declared) {
      const found = await rowsOf<{ row: string }>(
        transaction,
        sql`SELECT t::text AS row FROM ${sql.identifier(name)} AS t`,
      );
      rows[name] = found.map(({ row }) => row).toSorted();
    }
  });
  return rows;
}

async function withSource<Result>(work: (source: OpenDatabase) => Promise<Result>): Promise<Result> {
  const source = await openSource();
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

test('every table that is declared is copied, goes on after an interruption, and counts on where it was', async () => {
  await withSource(({ database }) => fill(database));
  let done = 0;
  const stopping = new AbortController();
  const interrupted = run((steps) => {
    done = steps;
    if (steps === 12) stopping.abort(new Error('the power failed'));
  }, stopping.signal);
  await expect(interrupted).rejects.toThrow('the power failed');
  await expect(openDatabase({ url, migrationsFolder })).rejects.toThrow('run `npm run transfer` again');

  // A bot that ran in between: one row has changed, one is gone, one is new.
  const expected = await withSource(async ({ database }) => {
    await database.execute(sql`UPDATE people SET locale = 'de' WHERE id LIKE '%use 2...%'`);
    await database.execute(sql`DELETE FROM audit WHERE id = 1003`);
    await database.execute(sql`INSERT INTO people (platform, id) VALUES ('web', 'new')`);
    await new DueInstantsTable(database).cancel({ what: inventory, key: '00' });
    return everything(database);
  });
  expect(Object.values(expected).every((rows) => rows.length > 300)).toBe(true);
  let again = 0;
  await run((steps) => {
    again = steps;
  });
  expect(done).toBe(12);
  expect(again).toBeGreaterThan(12);

  const target = await openDatabase({ url, migrationsFolder });
  try {
    const looks = sql`SELECT key FROM due_instants WHERE what = ${inventory}`;
    expect(await rowsOf(target.database, looks), 'the bot looks through the bucket').toEqual([{ key: '00' }]);
    await new DueInstantsTable(target.database).cancel({ what: inventory, key: '00' });
    expect(await everything(target.database)).toEqual(expected);
    const [row] = await rowsOf<{ next: string }>(
      target.database,
      sql`SELECT nextval('jobs_sequence_seq')::text AS next`,
    );
    expect(Number(row!.next)).toBe(1 + Number(await lastSequence()));
  } finally {
    await target.close();
  }
  for (const name of declared) expect(told[0], name).toMatch(new RegExp(`\\b${name} \\d{3}`));
  expect(told[1]).toBe('now set DATABASE_URL for the bot, and start it');
  told.length = 0;
  await run();
  expect(told[0]).toBe('everything was copied before');
});

const lastSequence = () =>
  withSource(async ({ database }) => {
    const [row] = await rowsOf<{ value: string; called: boolean }>(
      database,
      sql`SELECT last_value::text AS value, is_called AS called FROM jobs_sequence_seq`,
    );
    return row!.called ? row!.value : String(Number(row!.value) - 1);
  });

test('a database that holds other data, or on which a bot runs, is refused, and so is a folder on which one runs', async () => {
  await withSource(({ database }) => database.execute(sql`INSERT INTO people (platform, id) VALUES ('web', 'anna')`));
  const other = await openDatabase({ url, migrationsFolder });
  await expect(run()).rejects.toThrow('a bot runs on the database of DATABASE_URL: stop it first');
  await other.database.execute(sql`INSERT INTO people (platform, id) VALUES ('web', 'ben')`);
  await other.close();
  await expect(run()).rejects.toThrow('holds other data, e.g. in the table people');
  url = await createDatabase(inject('postgresUrl')!);
  await withSource(async () => {
    await expect(run()).rejects.toThrow(`a bot runs on ${dataFolder}: stop it first`);
  });
  await run();
  expect(told[0]).toMatch(/people 1\b/);
});
