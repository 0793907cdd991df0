import { afterAll, beforeAll, expect, test } from 'vitest';
import { ContestsTable } from '#src/contests/contests-table.js';
import { PagesAhead } from '#src/contests/pages-ahead.js';
import type { BlobKey } from '#src/core/blob-key.js';
import type { OpenDatabase } from '#src/database/database.js';
import { createLog } from '#src/operations/log.js';
import { addContest, addEntry } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

test('pictures are prepared once when voting begins, for all places, one that is broken stops nothing, and it is said when nobody votes', async () => {
  const { database } = opened;
  const contest = await addContest(database, { state: 'review' });
  const [broken, ...others] = [
    await addEntry(database, contest, 'ann'),
    await addEntry(database, contest, 'ben'),
    await addEntry(database, contest, 'cat'),
  ].map(({ picture }) => picture!);
  await addEntry(database, contest, 'dan', { state: 'rejected' });
  const prepared: BlobKey[] = [];
  const turning: boolean[] = [];
  const ahead = new PagesAhead({
    database,
    async prepare(picture, places) {
      expect(places).toHaveLength(1);
      if (picture === broken) throw new Error('it cannot be read');
      prepared.push(picture);
    },
    onTurning: (isTurning) => turning.push(isTurning),
    log: createLog({ level: 'silent', name: 'test' }),
  });
  const look = () => {
    ahead.look();
    return ahead.settled();
  };
  await look();
  expect([prepared, turning]).toEqual([[], [false]]);
  const voting = (await new ContestsTable(database).change(contest, { state: 'voting' }))!;
  await look();
  await look();
  expect(prepared.toSorted()).toEqual(others.toSorted());
  await new ContestsTable(database).change(voting, { state: 'closed' });
  await look();
  expect(turning).toEqual([false, true, true, false]);
});
