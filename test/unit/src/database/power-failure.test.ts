import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DurableFilesystem } from '#src/database/durable-filesystem.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { PreparedPGlite } from '#src/database/prepared-pglite.js';
import { RecordedDisk } from '#test/helpers/recorded-disk.js';

/** `npm run test:power-failure` tries 200 instants; each opens a database. */
const instants = Number(process.env.POWER_FAILURES ?? 8);

/** What was said to be true, and from which moment on. */
interface Promised {
  readonly moment: number;
  readonly id: number;
  readonly value: string | undefined;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-power-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test(`after a power failure at any of ${instants} instants every acknowledged row is there`, async () => {
  const { close } = await openDatabase({
    folder,
    migrationsFolder,
  });
  await close();
  const path = join(folder, 'postgres');
  const disk = new RecordedDisk(path, join(folder, 'base'));
  const { promises, pairs } = await work(path, disk).finally(() => disk.stop());
  expect(promises.length).toBeGreaterThan(300);
  // Groups of transactions share a sync.
  expect(disk.syncCount).toBeLessThan(promises.length);

  const chance = seeded(7);
  for (let count = 0; count < instants; count += 1) {
    const moment = Math.floor(chance() * (disk.now + 1));
    const rebuilt = join(folder, 'rebuilt');
    disk.rebuild(rebuilt, moment, chance);
    const rows = await readRows(rebuilt);
    const expected = new Map(
      promises.filter((promised) => promised.moment <= moment).map(({ id, value }) => [id, value]),
    );
    for (const [id, value] of expected) {
      const later = promises.filter((promised) => promised.id === id).map((promised) => promised.value);
      const isPossible = rows.get(id) === value || later.slice(later.indexOf(value)).includes(rows.get(id));
      if (!isPossible) expect.fail(`moment ${moment} of ${disk.now}: row ${id} is ${rows.get(id)}, but was ${value}`);
    }
    for (const [one, other] of pairs)
      expect(rows.has(one), `rows ${one} and ${other} at ${moment}`).toBe(rows.has(other));
    await rm(rebuilt, { recursive: true, force: true });
  }
}, 1_200_000);

/** Several people at once: rows come, change and go; tables grow, are made and dropped; the log turns over, tables are written. */
async function work(path: string, disk: RecordedDisk) {
  const client = await PreparedPGlite.open({ files: new DurableFilesystem(path) });
  await client.exec('CREATE TABLE IF NOT EXISTS facts (id integer PRIMARY KEY, value text)');
  const promises: Promised[] = [];
  const pairs: (readonly [number, number])[] = [];
  const promise = (id: number, value: string | undefined) => promises.push({ moment: disk.now, id, value });
  const person = async (number: number) => {
    for (let turn = 0; turn < 12; turn += 1) {
      const id = number * 1000 + turn * 10;
      await client.query('INSERT INTO facts VALUES ($1, $2)', [id, `first ${id}`]);
      promise(id, `first ${id}`);
      await client.transaction(async (transaction) => {
        for (const one of [id + 1, id + 2])
          await transaction.query('INSERT INTO facts VALUES ($1, $2)', [one, 'x'.repeat(turn * 300)]);
      });
      for (const one of [id + 1, id + 2]) promise(one, 'x'.repeat(turn * 300));
      pairs.push([id + 1, id + 2]);
      if (turn % 3 === 1) {
        await client.query('UPDATE facts SET value = $2 WHERE id = $1', [id, `second ${id}`]);
        promise(id, `second ${id}`);
      }
      if (turn % 3 === 2) {
        await client.query('DELETE FROM facts WHERE id = $1', [id]);
        promise(id, undefined);
      }
    }
  };
  const host = async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      await client.exec(`CREATE TABLE made_${turn} AS SELECT generate_series(1, 500) AS n`);
      await client.exec(turn % 2 === 0 ? 'CHECKPOINT' : 'SELECT pg_switch_wal()');
      await client.exec(`DROP TABLE made_${turn}`);
    }
  };
  await Promise.all([...Array.from({ length: 10 }, (_, number) => person(number + 1)), host()]);
  // Not closed: the power fails.
  return { promises, pairs };
}

async function readRows(path: string): Promise<Map<number, string>> {
  await rm(join(path, 'postmaster.pid'), { force: true });
  const client = await PGlite.create({ dataDir: path });
  try {
    const { rows } = await client.query<{ id: number; value: string }>('SELECT id, value FROM facts');
    return new Map(rows.map(({ id, value }) => [id, value]));
  } catch (error) {
    if ((error as { code?: string }).code === '42P01') return new Map();
    throw error;
  } finally {
    await client.close();
  }
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
