import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ContestsTable } from '#src/contests/contests-table.js';
import { seriesFrom } from '#src/contests/series.js';
import { SeriesClock, seriesDue } from '#src/contests/series-clock.js';
import type { SeriesPeriod } from '#src/contests/series-periods.js';
import { SeriesTable } from '#src/contests/series-table.js';
import { contests as contestRows, contestSeries } from '#src/contests/tables.js';
import type { OpenDatabase } from '#src/database/database.js';
import { createLog } from '#src/operations/log.js';
import { Schedule } from '#src/schedule/schedule.js';
import { dueInstants } from '#src/schedule/tables.js';
import { addContest, addEntry, december } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
let now: Date;
let told: string[];
let clock: SeriesClock;

beforeAll(async () => {
  opened = await openTestDatabase();
});
beforeEach(async () => {
  for (const table of [contestRows, contestSeries, dueInstants]) await opened.database.delete(table);
  told = [];
  clock = new SeriesClock({
    onMade: async ({ theme, opensAt }) => void told.push(`${theme ?? 'no theme'} ${opensAt.toISOString()}`),
    onPaused: async ({ title }) => void told.push(`${title} rests`),
    now: () => now,
  });
});
afterAll(() => opened.close());

async function begin(themes: readonly string[], period: SeriesPeriod = 'week', zone = 'UTC') {
  now = december(1);
  const first = await addContest(opened.database, { theme: themes[0], zone, state: 'open', revision: 2 });
  const places = await new ContestsTable(opened.database).places(first.id);
  const series = seriesFrom(first, places, { period, themes });
  await opened.database.transaction(async (transaction) => {
    await new SeriesTable(transaction).add(series, first.id);
    await clock.wind(series, transaction);
  });
  return { first, series };
}

/** Starts a bot at this time, which does what is due. */
async function at(moment: Date): Promise<void> {
  now = moment;
  const schedule = new Schedule({
    database: opened.database,
    handlers: { [seriesDue]: clock.handler },
    log: createLog({ level: 'silent', name: 'test' }),
    now: () => now,
  });
  schedule.wake();
  await schedule.settled();
  await schedule.stop();
}

/** As if all that were made had run out, with so many entries each. */
async function endAll(entries: number): Promise<void> {
  for (const contest of await new ContestsTable(opened.database).inStates(['scheduled', 'open'])) {
    for (let entry = 0; entry < entries; entry += 1) await addEntry(opened.database, contest, `author ${entry}`);
    await new ContestsTable(opened.database).change(contest, { state: entries < 2 ? 'void' : 'published' });
  }
}

test('the next contest is made a day before it opens, with the next theme, the first one again after the last', async () => {
  await begin(['snow', 'leaves']);
  await at(december(7, 17));
  expect(told).toEqual([]);
  await at(december(7));
  expect(told).toEqual(['leaves 2026-12-08T18:00:00.000Z']);
  await at(december(7));
  expect(told).toHaveLength(1);
  const [made] = await new ContestsTable(opened.database).inStates(['scheduled']);
  expect(made).toMatchObject({ entriesEndAt: december(12), votingAt: december(12), endsAt: december(15) });
  expect(await new ContestsTable(opened.database).places(made!.id)).toHaveLength(1);
  await at(december(14));
  expect(told[1]).toBe('snow 2026-12-15T18:00:00.000Z');
});

test('it opens at the same time by the clock on the wall when clocks are put forward', async () => {
  await begin([], 'month', 'Europe/Berlin');
  await at(new Date('2027-03-31T17:00:00Z'));
  expect(told).toEqual(['no theme 2027-04-01T17:00:00.000Z']);
});

test('what was missed while nobody was there is skipped', async () => {
  await begin(['snow', 'leaves']);
  await at(december(24));
  expect(told).toEqual([]);
  await at(december(28));
  expect(told).toEqual(['leaves 2026-12-29T18:00:00.000Z']);
});

test('two contests in a row that nobody enters end it, and moderators are told', async () => {
  const { first } = await begin([]);
  await endAll(0);
  await at(december(7));
  expect(told).toEqual(['no theme 2026-12-08T18:00:00.000Z']);
  await endAll(0);
  await at(december(14));
  expect(told.slice(1)).toEqual(['First snow rests']);
  await at(december(21));
  expect(told).toHaveLength(2);
  expect(await new SeriesTable(opened.database).running(first.id)).toBeUndefined();
});

test('one that somebody enters keeps it going', async () => {
  await begin([]);
  await endAll(0);
  await at(december(7));
  await endAll(2);
  await at(december(14));
  await endAll(0);
  await at(december(21));
  expect(told).toHaveLength(3);
});

test('where as many run as may run at once, one is skipped', async () => {
  await begin(['snow', 'ice']);
  for (let count = 0; count < 4; count += 1) await addContest(opened.database, { state: 'voting' });
  await at(december(7));
  expect(told).toEqual([]);
  const [over] = await new ContestsTable(opened.database).inStates(['voting']);
  await new ContestsTable(opened.database).change(over!, { state: 'published' });
  await at(december(14));
  expect(told).toEqual([`ice ${december(15).toISOString()}`]);
});

test('moderators end it', async () => {
  const { first, series } = await begin([]);
  expect(await new SeriesTable(opened.database).running(first.id)).toMatchObject({ id: series.id });
  await opened.database.transaction((transaction) => clock.end(series, transaction));
  await at(december(7));
  expect(told).toEqual([]);
});
