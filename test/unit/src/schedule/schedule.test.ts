import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { OpenDatabase } from '#src/database/database.js';
import { createLog } from '#src/operations/log.js';
import { people } from '#src/privacy/tables.js';
import { DueInstantsTable } from '#src/schedule/due-instants.js';
import { type DueHandler, Schedule } from '#src/schedule/schedule.js';
import { dueInstants } from '#src/schedule/tables.js';
import { openTestDatabase } from '#test/helpers/test-database.js';
import { waitFor } from '#test/helpers/wait-for.js';

let opened: OpenDatabase;
let instants: DueInstantsTable;
let now: Date;
const running: Schedule[] = [];
beforeAll(async () => {
  opened = await openTestDatabase();
  instants = new DueInstantsTable(opened.database);
});
beforeEach(async () => {
  now = at(12);
  await opened.database.delete(dueInstants);
  await opened.database.delete(people);
});
afterEach(async () => {
  for (const schedule of running.splice(0)) await schedule.stop();
});
afterAll(() => opened.close());

const at = (hour: number) => new Date(Date.UTC(2030, 0, 1, hour));
const log = createLog({ level: 'silent', name: 'test' });
function start(handlers: Readonly<Record<string, DueHandler>>): Schedule {
  const schedule = new Schedule({ database: opened.database, handlers, log, now: () => now });
  running.push(schedule);
  schedule.wake();
  return schedule;
}
const notes = () => opened.database.select({ id: people.id }).from(people);
/** Leaves a row, so that it shows how often it was done. */
const noting: DueHandler = {
  within: async ({ key }, transaction) => {
    await transaction.insert(people).values({ platform: 'web', id: key });
  },
};

test('what came due while nothing ran is done once, the oldest first, and what is to come waits', async () => {
  const done: string[] = [];
  for (const [key, hour] of [
    ['late', 11],
    ['early', 9],
    ['tomorrow', 36],
    ['middle', 10],
  ] as const)
    await instants.set({ what: 'note', key, dueAt: at(hour) });
  const handler: DueHandler = { within: async ({ key }) => void done.push(key) };
  const schedule = start({ note: handler });
  await schedule.settled();
  expect(done).toEqual(['early', 'middle', 'late']);
  await schedule.stop();

  now = at(37);
  await start({ note: handler }).settled();
  expect(done).toEqual(['early', 'middle', 'late', 'tomorrow']);
  expect(await instants.nextAt()).toBeUndefined();
});

test('what fails leaves nothing, holds up nobody, and is done once when it is tried again', async () => {
  let failures = 2;
  await instants.set({ what: 'note', key: 'hard', dueAt: at(8) });
  await instants.set({ what: 'note', key: 'easy', dueAt: at(9) });
  const schedule = start({
    note: {
      within: async (due, transaction) => {
        await noting.within(due, transaction);
        if (due.key === 'hard' && failures-- > 0) throw new Error('not now');
      },
    },
  });
  await schedule.settled();
  expect(await notes()).toEqual([{ id: 'easy' }]);
  const second = (await instants.nextAt())!;
  expect(second.getTime() - now.getTime()).toBe(10_000);
  now = second;
  schedule.wake();
  await schedule.settled();
  const third = (await instants.nextAt())!;
  expect(third.getTime() - now.getTime()).toBe(20_000);
  now = third;
  schedule.wake();
  await schedule.settled();
  expect((await notes()).map(({ id }) => id).toSorted()).toEqual(['easy', 'hard']);
  expect(await instants.nextAt()).toBeUndefined();
});

test('two that run at once, as when one bot takes over from another, do it once', async () => {
  for (let index = 0; index < 20; index += 1) await instants.set({ what: 'note', key: `n${index}`, dueAt: at(9) });
  await Promise.all([start({ note: noting }), start({ note: noting })].map((schedule) => schedule.settled()));
  await waitFor('everything to be done', async () => (await instants.nextAt()) === undefined);
  expect(await notes()).toHaveLength(20);
});

test('what is set anew while it is done is done again, at its new time', async () => {
  const done: Date[] = [];
  await instants.set({ what: 'sweep', key: '', dueAt: at(9) });
  const schedule = start({
    sweep: {
      outside: async ({ dueAt }) => {
        done.push(dueAt);
        if (done.length === 1) await instants.set({ what: 'sweep', key: '', dueAt: at(15) });
      },
    },
  });
  await schedule.settled();
  expect(done).toEqual([at(9)]);
  now = at(15);
  schedule.wake();
  await schedule.settled();
  expect(done).toEqual([at(9), at(15)]);
  expect(await instants.nextAt()).toBeUndefined();
});

test('a kind that only a newer version knows waits for it', async () => {
  await instants.set({ what: 'contest', key: 'c1', dueAt: at(9) });
  await instants.set({ what: 'note', key: 'n', dueAt: at(10) });
  await start({ note: noting }).settled();
  expect(await notes()).toEqual([{ id: 'n' }]);
  now = at(20);
  const contest = vi.fn(async () => {});
  await start({ contest: { within: contest } }).settled();
  expect(contest).toHaveBeenCalledTimes(1);
});

test('a first instant is set once, and one that is cancelled is not done', async () => {
  await instants.setFirst({ what: 'note', key: 'first', dueAt: at(10) });
  await instants.setFirst({ what: 'note', key: 'first', dueAt: at(20) });
  expect(await instants.nextAt()).toEqual(at(10));
  await instants.cancel({ what: 'note', key: 'first' });
  await start({ note: noting }).settled();
  expect(await notes()).toEqual([]);
});

test('its own timer wakes it when the time has come', async () => {
  now = new Date();
  const schedule = new Schedule({ database: opened.database, handlers: { note: noting }, log });
  running.push(schedule);
  await instants.set({ what: 'note', key: 'soon', dueAt: new Date(Date.now() + 300) });
  schedule.wake();
  await schedule.settled();
  expect(await notes()).toEqual([]);
  await waitFor('the instant', async () => (await notes()).length === 1);
});
