import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '#src/config.js';
import { JobRecords, type NewJobRecord } from '#src/storage/database/job-records.js';
import { type OpenDatabase, openDatabase } from '#src/storage/database/open-database.js';
import { jobs } from '#src/storage/database/schema.js';

let opened: OpenDatabase;
let records: JobRecords;
beforeAll(async () => {
  opened = await openDatabase({ migrationsFolder: join(packageRoot, 'src/storage/database/migrations') });
  records = new JobRecords(opened.database);
});
beforeEach(async () => {
  await opened.database.delete(jobs);
});
afterAll(() => opened.close());

const caps = { perPerson: 100, total: 1000 };
const job = (id: string, person: string): NewJobRecord => ({
  id,
  name: 'imagine',
  data: { prompt: 'a cat' },
  title: 'a cat',
  person: { platform: 'web', id: person, name: person },
  place: { platform: 'web', channel: person },
  locale: 'en',
});
const add = async (id: string, person: string) => {
  const inserted = await records.insert(job(id, person), caps);
  if (!('record' in inserted)) throw new Error(inserted.kind);
  return inserted.record;
};
const order = async () => (await records.inState('queued', 100)).map(({ id }) => id);

describe('the turn of a job', () => {
  test('people take turns, whoever asked more often', async () => {
    for (const id of ['a1', 'a2', 'a3']) await add(id, 'anna');
    await add('b1', 'bert');
    await add('c1', 'carla');
    await add('b2', 'bert');
    expect(await order()).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect(await records.positionOf((await records.get('b2'))!)).toBe(5);
  });

  test('newcomers do not pass a job for ever: its round comes', async () => {
    for (const id of ['a1', 'a2', 'a3']) await add(id, 'anna');
    for (const id of ['a1', 'a2']) await records.settle(id, { kind: 'cancelled' });
    // Round 3 is being served, so a newcomer joins it behind those who wait there.
    await add('b1', 'bert');
    expect(await order()).toEqual(['a3', 'b1']);
  });

  test('an empty queue begins again at the first round', async () => {
    for (const id of ['a1', 'a2', 'a3']) await add(id, 'anna');
    for (const id of ['a1', 'a2', 'a3']) await records.settle(id, { kind: 'cancelled' });
    expect((await add('b1', 'bert')).round).toBe(1);
  });

  test('200 people with 5 jobs each: nobody waits for more than one job of each other person per round', async () => {
    for (let person = 0; person < 200; person++) {
      for (let index = 0; index < 5; index++) await add(`p${person}-${index}`, `person-${person}`);
    }
    const turns = (await records.inState('queued', 1000)).map(({ person }) => person.id);
    for (let round = 0; round < 5; round++) expect(new Set(turns.slice(round * 200, (round + 1) * 200)).size).toBe(200);
  });
});

describe('a record', () => {
  test('is inserted once per id', async () => {
    await add('a1', 'anna');
    expect(await records.insert(job('a1', 'anna'), caps)).toMatchObject({ kind: 'known' });
  });

  test('is refused beyond the caps', async () => {
    await add('a1', 'anna');
    expect(await records.insert(job('a2', 'anna'), { perPerson: 1, total: 10 })).toEqual({ kind: 'person-full' });
    expect(await records.insert(job('b1', 'bert'), { perPerson: 1, total: 1 })).toEqual({ kind: 'queue-full' });
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
