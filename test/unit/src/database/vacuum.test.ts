import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenDatabase } from '#src/database/database.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { serverMoves } from '#src/moderation/tables.js';

let folder: string;
let opened: OpenDatabase;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-vacuum-'));
  opened = await openDatabase({ folder, migrationsFolder });
});
afterEach(async () => {
  await opened.close();
  await rm(folder, { recursive: true });
});

/** Rows that come and go, as notes about messages do. */
async function wear(): Promise<void> {
  for (let batch = 0; batch < 10; batch++) {
    await opened.database.execute(sql`
      INSERT INTO ${serverMoves} ("platform", "server", "moved_to")
      SELECT 'web', "number"::text, repeat('x', 300) FROM generate_series(1, 1000) AS "number"
    `);
    await opened.database.delete(serverMoves);
  }
}

async function size(): Promise<number> {
  const { rows } = (await opened.database.execute(sql`SELECT pg_total_relation_size('server_moves')::int AS size`)) as {
    rows: { size: number }[];
  };
  return rows[0]!.size;
}

test('the room of rows that are gone is given up, on disk too, so that a table that changes all the time stays small', async () => {
  await wear();
  const worn = await size();
  expect(worn).toBeGreaterThan(3_000_000);
  await opened.tidy!();
  expect(await size()).toBeLessThan(worn / 4);
  await opened.close();
  opened = await openDatabase({ folder, migrationsFolder });
  expect(await opened.database.select().from(serverMoves)).toEqual([]);
  expect(await size()).toBeLessThan(worn / 4);
});
