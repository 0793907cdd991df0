import { dataDir } from '@electric-sql/pglite-prepopulatedfs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PreparedPGlite } from '#src/database/prepared-pglite.js';

let client: PreparedPGlite;
beforeAll(async () => {
  client = await PreparedPGlite.open({ loadDataDir: await dataDir() });
  await client.query('CREATE TABLE things (id integer PRIMARY KEY, facts jsonb, at timestamptz, isGood boolean)');
});
afterAll(() => client.close());

const add = 'INSERT INTO things VALUES ($1, $2, $3, $4)';
const ids = async () =>
  (await client.query<{ id: number }>('SELECT id FROM things ORDER BY id')).rows.map(({ id }) => id);

test('values of every type come back as they were, the second time as the first', async () => {
  const at = new Date('2026-11-25T12:00:00Z');
  for (const id of [1, 2]) {
    expect(await client.query(add, [id, { a: ['ü'] }, at, true])).toMatchObject({ affectedRows: 1 });
    const { rows } = await client.query('SELECT * FROM things WHERE id = $1', [id]);
    expect(rows).toEqual([{ id, facts: { a: ['ü'] }, at, isgood: true }]);
  }
  await client.query(add, [3, null, null, undefined]);
  const { rows } = await client.query('SELECT * FROM things WHERE id = $1', [3], { rowMode: 'array' });
  expect(rows).toEqual([[3, null, null, null]]);
});

test('after a statement that failed, known or new, the next one runs', async () => {
  await expect(client.query(add, [1, null, null, null])).rejects.toMatchObject({ code: '23505' });
  await expect(client.query('SELECT nothing FROM nowhere')).rejects.toMatchObject({ code: '42P01' });
  await expect(client.query('SELECT nothing FROM nowhere')).rejects.toMatchObject({ code: '42P01' });
  expect(await ids()).toEqual([1, 2, 3]);
});

test('a transaction that throws is undone, what it prepared stays usable, and others wait for its end', async () => {
  const addOne = `${add} RETURNING id`;
  const failing = client.transaction(async (transaction) => {
    await transaction.query(addOne, [4, null, null, null]);
    await transaction.query(addOne, [1, null, null, null]);
  });
  const seen = ids();
  await expect(failing).rejects.toMatchObject({ code: '23505' });
  expect(await seen).toEqual([1, 2, 3]);
  expect((await client.query(addOne, [4, null, null, null])).rows).toEqual([{ id: 4 }]);
});

test('a transaction takes nothing more after its end', async () => {
  const transaction = await client.transaction(async (open) => {
    await open.rollback();
    return open;
  });
  await expect(transaction.query('SELECT 1')).rejects.toThrow('has ended');
});

test('more statements than are kept push out the oldest, which are prepared again when they return', async () => {
  for (let number = 0; number < 320; number++) await client.query(`SELECT ${number} AS number`);
  const { rows } = await client.query<{ count: number }>('SELECT count(*)::int AS count FROM pg_prepared_statements');
  expect(rows[0]?.count).toBeLessThanOrEqual(301);
  expect((await client.query('SELECT 0 AS number')).rows).toEqual([{ number: 0 }]);
});
