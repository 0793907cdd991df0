import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Press } from '#src/contests/ballot-box.js';
import { castAtPage } from '#src/contests/cast-at-page.js';
import { RunningEntries } from '#src/contests/running-entries.js';
import { UserError } from '#src/core/errors.js';
import type { OpenDatabase } from '#src/database/database.js';
import { addContest, addEntry, contestServer, december } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

test('whoever came by a personal link marks on the page while they still may, and not when they have gone or are barred', async () => {
  const { database } = opened;
  const contest = await addContest(database, { state: 'voting' });
  const entry = await addEntry(database, contest, 'ann', { number: 1 });
  const press = (event: string): Press => ({
    contest: contest.id,
    voter: { platform: 'discord', id: 'v1' },
    isPanel: false,
    event,
    at: december(6),
    server: contestServer,
    mark: { kind: 'mark', number: 1, isOn: true },
  });
  const running = new RunningEntries(database);
  const options = { database, running, memberOf: async () => ({ roles: [] }), assertNotBanned: async () => {} };
  expect(await castAtPage(options, press('a'))).toEqual({ kind: 'saved', marks: [entry.id] });
  expect(await castAtPage({ ...options, memberOf: async () => 'none' }, press('b'))).toEqual({ kind: 'forbidden' });
  const assertNotBanned = async () => {
    throw new UserError('banned');
  };
  expect(await castAtPage({ ...options, assertNotBanned }, press('c'))).toEqual({ kind: 'forbidden' });
  expect(await castAtPage(options, { ...press('d'), contest: 'nothing1' })).toEqual({ kind: 'forbidden' });
});
