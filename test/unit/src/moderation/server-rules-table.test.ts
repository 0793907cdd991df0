import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { text } from '#src/core/locale.js';
import type { OpenDatabase } from '#src/database/database.js';
import { noRules } from '#src/moderation/rights.js';
import { ServerRulesTable } from '#src/moderation/server-rules-table.js';
import { audit, serverRules } from '#src/moderation/tables.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
let table: ServerRulesTable;
beforeAll(async () => {
  opened = await openTestDatabase();
});
beforeEach(async () => {
  await opened.database.delete(audit);
  await opened.database.delete(serverRules);
  table = new ServerRulesTable(opened.database);
});
afterAll(() => opened.close());

const server = { platform: 'discord', server: 's' } as const;
const mona = { platform: 'discord', id: '7', name: 'Mona' } as const;
const ben = { platform: 'discord', id: '8', name: 'Ben' } as const;
const line = (words: string) => text('commands.admin.replies.auditLine', { line: words, moderator: '', date: '' });
const banBen = () =>
  table.change(
    server,
    mona,
    line('ban person:Ben'),
    (rules) => ({ ...rules, banned: [{ id: '8', name: 'Ben' }] }),
    '8',
  );

test('a change holds at once and after a restart, and is noted with who made it', async () => {
  expect(await table.of(server)).toEqual(noRules);
  await banBen();
  for (const reader of [table, new ServerRulesTable(opened.database)])
    expect((await reader.of(server)).banned).toEqual([{ id: '8', name: 'Ben' }]);
  expect(await table.of({ platform: 'discord', server: 'other' })).toEqual(noRules);
  expect(await table.of({ platform: 'discord' })).toEqual(noRules);
  await table.note(server, mona, line('second'));
  const entries = await table.auditOf(server, 10);
  expect(entries.map(({ moderator, text: { params } }) => [moderator, params.line])).toEqual([
    ['Mona', 'second'],
    ['Mona', 'ban person:Ben'],
  ]);
});

test('rules without end are refused, and nothing is noted', async () => {
  const banned = Array.from({ length: 1001 }, (_, id) => ({ id: String(id), name: '' }));
  await expect(table.change(server, mona, line('x'), (rules) => ({ ...rules, banned }))).rejects.toMatchObject({
    text: { key: 'errors.rulesTooMany' },
  });
  expect(await table.of(server)).toEqual(noRules);
  expect(await table.auditOf(server, 10)).toEqual([]);
});

test('of somebody who wants to be forgotten only the number of the ban stays', async () => {
  await banBen();
  await table.note(server, ben, line('Ben was a moderator once'));
  await table.note(server, mona, line('of nobody'));
  expect(await table.everythingOf(ben)).toMatchObject({
    did: [{ text: { params: { line: 'Ben was a moderator once' } } }],
    happened: [{ text: { params: { line: 'ban person:Ben' } } }],
    bannedFrom: ['s'],
  });
  expect(JSON.stringify(await table.everythingOf(ben))).not.toContain('Mona');
  await table.forget(ben);
  expect((await table.of(server)).banned).toEqual([{ id: '8', name: '' }]);
  expect((await table.auditOf(server, 10)).map(({ text: { params } }) => params.line)).toEqual(['of nobody']);
  expect(JSON.stringify(await opened.database.select().from(serverRules))).not.toContain('Ben');
});
