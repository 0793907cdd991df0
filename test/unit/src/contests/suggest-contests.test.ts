import { afterAll, beforeAll, expect, test } from 'vitest';
import { ContestsTable } from '#src/contests/contests-table.js';
import { suggestContests } from '#src/contests/suggest-contests.js';
import type { Place } from '#src/core/place.js';
import type { OpenDatabase } from '#src/database/database.js';
import { addContest, contestServer } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
let contests: ContestsTable;
beforeAll(async () => {
  opened = await openTestDatabase();
  contests = new ContestsTable(opened.database);
});
afterAll(() => opened.close());

test('contests are found by part of their title, or their id, where they are seen; drafts by moderators alone', async () => {
  const { database } = opened;
  const snow = await addContest(database, { title: 'First snow' });
  const draft = await addContest(database, { title: 'Snow again', state: 'draft' });
  const over = await addContest(database, { title: 'Summer', state: 'published' });
  const here = { ...contestServer, channel: 'c2' };
  const suggest = async (typed: string, { forModerators = false, place = here as Place } = {}) =>
    (await suggestContests(contests, { place, typed, forModerators })).map(({ value }) => value);
  expect(await suggest('')).toEqual(expect.arrayContaining([snow.id, over.id]));
  expect(await suggest(' SNOW ')).toEqual([snow.id]);
  expect((await suggest('snow', { forModerators: true })).toSorted()).toEqual([snow.id, draft.id].toSorted());
  expect(await suggest(over.id)).toEqual([over.id]);
  expect(await suggest('', { place: { platform: 'discord', channel: 'c2' } })).toEqual([]);
});
