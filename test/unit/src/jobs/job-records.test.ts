import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OpenDatabase } from '#src/database/database.js';
import type { NewJobRecord } from '#src/jobs/job-record.js';
import { JobRecords } from '#src/jobs/job-records.js';
import { jobs } from '#src/jobs/tables.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
let records: JobRecords;
beforeAll(async () => {
  opened = await openTestDatabase();
  records = new JobRecords(opened.database);
});
beforeEach(async () => {
  await opened.database.delete(jobs);
});
afterAll(() => opened.close());

const job = (id: string, person: string): NewJobRecord => ({
  id,
  name: 'imagine',
  data: { prompt: 'a cat' },
  title: 'a cat',
  person: { platform: 'web', id: person, name: person },
  place: { platform: 'web', channel: person },
  locale: 'en',
});
const add = async (id: string, person: string, round = 1) => (await records.insert(job(id, person), round)).record;

test('unfinished jobs come back in the order of their rounds, and of their coming', async () => {
  await add('a2', 'anna', 2);
  await add('b1', 'bert');
  await add('c1', 'carla');
  await add('a1', 'anna');
  await records.settle('c1', { kind: 'cancelled' });
  const turns = await records.turns();
  expect(turns.map(({ id, round }) => [id, round])).toEqual([
    ['b1', 1],
    ['a1', 1],
    ['a2', 2],
  ]);
  expect(turns[0]).toMatchObject({ name: 'imagine', person: { id: 'bert' }, place: { channel: 'bert' } });
});

describe('a record', () => {
  test('is inserted once per id', async () => {
    await add('a1', 'anna');
    const again = await records.insert({ ...job('a1', 'mallory'), title: 'a dog' }, 7);
    expect(again.isNew).toBe(false);
    expect(again.record).toMatchObject({ title: 'a cat', person: { id: 'anna' }, round: 1 });
  });

  test('is settled by the first who says so, together with what else comes true', async () => {
    await add('a1', 'anna');
    await expect(
      records.settle('a1', { kind: 'cancelled' }, async () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect((await records.get('a1'))!.state).toBe('queued');
    const outcomes = await Promise.all([
      records.settle('a1', { kind: 'cancelled' }),
      records.settle('a1', { kind: 'fault', message: 'x' }),
    ]);
    expect(outcomes.sort()).toEqual([false, true]);
  });
});

describe('of a person with hundreds of jobs', () => {
  test('every row comes once, in order, some at a time, and all are removed, with files that nobody else names', async () => {
    const [shared, own] = [`sha256-${'a'.repeat(64)}`, `sha256-${'b'.repeat(64)}`];
    const ids = Array.from({ length: 230 }, (_, index) => `a${index}`);
    for (const [index, id] of ids.entries()) {
      // The first and the last, which are read and removed at different times, name the same file.
      const picture = index === 0 || index === ids.length - 1 ? own : index === 1 ? shared : undefined;
      await records.insert({ ...job(id, 'anna'), data: { prompt: 'a cat', ...(picture && { picture }) } }, 1);
    }
    await records.insert({ ...job('b1', 'bert'), data: { prompt: 'a dog', picture: shared } }, 1);
    const pages: string[][] = [];
    for await (const rows of records.rowsOf({ platform: 'web', id: 'anna' })) pages.push(rows.map(({ id }) => id));
    expect(pages.flat()).toEqual(ids);
    expect(pages.map(({ length }) => length)).toEqual([25, 25, 25, 25, 25, 25, 25, 25, 25, 5]);
    const all = async <Row>(some: AsyncIterable<readonly Row[]>) => {
      const rows: Row[] = [];
      for await (const page of some) rows.push(...page);
      return rows;
    };
    expect(await all(records.removeAll({ platform: 'web', id: 'anna' }))).toEqual([own]);
    expect(await all(records.idsOf({ platform: 'web', id: 'anna' }))).toEqual([]);
    expect(await all(records.idsOf({ platform: 'web', id: 'bert' }))).toEqual(['b1']);
  });
});
