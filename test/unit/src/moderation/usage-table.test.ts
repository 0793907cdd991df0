import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OpenDatabase } from '#src/database/database.js';
import { usage as table } from '#src/moderation/tables.js';
import { UsageTable, type Use } from '#src/moderation/usage-table.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
let usage: UsageTable;
beforeAll(async () => {
  opened = await openTestDatabase();
  usage = new UsageTable(opened.database);
});
beforeEach(async () => {
  await opened.database.delete(table);
});
afterAll(() => opened.close());

const anna = { platform: 'discord', id: '1' } as const;
const use = (id: string, change: Partial<Use> = {}): Use => ({
  id,
  server: { platform: 'discord', server: 's' },
  person: anna,
  activity: 'draw',
  ...change,
});
const at = (hours: number, seconds = 0) => new Date(Date.UTC(2030, 0, 1, hours, 0, seconds));
/** As the ledger does: nothing is counted where it throws. */
const count = (use: Use, amount: Parameters<UsageTable['count']>[1], now: Date) =>
  opened.database.transaction((transaction) => new UsageTable(transaction).count(use, amount, now));
const quotaReached = { text: { key: 'errors.quotaReached' } };

test('a day’s limit opens again a day after each use', async () => {
  await count(use('a'), { perDay: 2 }, at(0));
  await count(use('b'), { perDay: 2 }, at(6));
  await expect(count(use('c'), { perDay: 2 }, at(7))).rejects.toMatchObject(quotaReached);
  await count(use('c'), { perDay: 2 }, at(25));
  await expect(count(use('d'), { perDay: 2 }, at(26))).rejects.toMatchObject(quotaReached);
});

test('each person, community and activity counts for itself', async () => {
  await count(use('a'), { perDay: 1 }, at(0));
  await count(use('b', { person: { ...anna, id: '2' } }), { perDay: 1 }, at(0));
  await count(use('c', { server: { platform: 'discord', server: 't' } }), { perDay: 1 }, at(0));
  await count(use('d', { activity: 'train' }), { perDay: 1 }, at(0));
});

test('the same event counts once, also when the limit is reached', async () => {
  await count(use('a'), { perDay: 1 }, at(0));
  await count(use('a'), { perDay: 1 }, at(1));
  await usage.assertWithin(use('a'), { perDay: 1 }, at(1));
  await expect(usage.assertWithin(use('b'), { perDay: 1 }, at(1))).rejects.toMatchObject(quotaReached);
});

test('a cool-down says how long it still takes', async () => {
  await count(use('a'), { coolDownSeconds: 60 }, at(0));
  await expect(count(use('b'), { coolDownSeconds: 60 }, at(0, 45))).rejects.toMatchObject({
    text: { key: 'errors.coolingDown', params: { seconds: 15 } },
  });
  await count(use('b'), { coolDownSeconds: 60 }, at(0, 60));
});

test('what came to nothing is given back, and what was used before a limit existed counts', async () => {
  await count(use('a'), undefined, at(0));
  await expect(count(use('b'), { perDay: 1 }, at(1))).rejects.toMatchObject(quotaReached);
  await usage.giveBack('a');
  await count(use('b'), { perDay: 1 }, at(1));
});
