import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Contest } from '#src/contests/contest.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { Prizes, prizeDue } from '#src/contests/prizes.js';
import { contests as contestRows } from '#src/contests/tables.js';
import type { OpenDatabase } from '#src/database/database.js';
import { DueInstantsTable } from '#src/schedule/due-instants.js';
import { dueInstants } from '#src/schedule/tables.js';
import { addContest, addEntry, december } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
/** Who has the role. */
let having: Set<string>;
let refused: string[];
let mayGive: boolean;
let prizes: Prizes;
beforeAll(async () => {
  opened = await openTestDatabase();
});
beforeEach(async () => {
  for (const table of [contestRows, dueInstants]) await opened.database.delete(table);
  [having, refused, mayGive] = [new Set(), [], true];
  prizes = new Prizes({
    database: opened.database,
    setRole: async (_, person, role, isOn) => {
      if (!mayGive) return false;
      if (isOn) having.add(`${person} ${role}`);
      else having.delete(`${person} ${role}`);
      return true;
    },
    tellRefused: async ({ id }) => {
      refused.push(id);
    },
    now: () => december(8),
  });
});
afterAll(() => opened.close());

const rules = ContestRules.parse({ prize: { id: '5', name: 'Champion' } });

/** With Ann and Bob in it, of whom these have the first rank. */
async function published(winners: readonly string[], changes: Partial<Contest> = {}): Promise<Contest> {
  const contest = await addContest(opened.database, { state: 'published', rules, ...changes });
  const entries = [await addEntry(opened.database, contest, 'ann'), await addEntry(opened.database, contest, 'bob')];
  await setResult(contest, entries, winners);
  return (await new ContestsTable(opened.database).get(contest.id))!;
}
async function setResult(
  contest: Contest,
  entries: readonly { id: string; author: { id: string } }[],
  winners: readonly string[],
) {
  const ranks = entries.map(({ id, author }) => ({ entry: id, number: 1, rank: winners.includes(author.id) ? 1 : 2 }));
  await new ContestsTable(opened.database).change(contest, { result: { voters: 3, ranks } });
}
const award = async ({ id }: Contest) => {
  const { handler } = prizes;
  if ('outside' in handler)
    await handler.outside({ what: prizeDue, key: id, dueAt: december(8), revision: 1, attempts: 0 });
};

test('it is due with the result, and with its correction, where there is one', async () => {
  const contest = await published(['ann']);
  const instants = new DueInstantsTable(opened.database);
  await prizes.announce(contest, { kind: 'edited' }, opened.database);
  expect(await instants.next(december(9))).toBeUndefined();
  await prizes.announce(contest, { kind: 'state' }, opened.database);
  expect(await instants.next(december(9))).toMatchObject({ what: prizeDue, key: contest.id });
});

test('whoever shares the first rank has it, however often it is tried, and a correction moves it', async () => {
  const contest = await published(['ann', 'bob']);
  await award(contest);
  await award(contest);
  expect([...having].toSorted()).toEqual(['ann 5', 'bob 5']);
  const { result } = contest;
  const ranks = result!.ranks.map((rank, index) => ({ ...rank, rank: index + 1 }));
  const corrected = await new ContestsTable(opened.database).change(contest, { result: { voters: 3, ranks } });
  await award(corrected!);
  expect(having.size).toBe(1);
  expect(refused).toEqual([]);
});

test('the last winner of a series gives it away', async () => {
  const [first, second] = [await published(['ann']), await published(['bob'])];
  await award(first);
  await opened.database.update(contestRows).set({ series: 'weekly' });
  await award(second);
  expect([...having]).toEqual(['bob 5']);
});

test('where the bot may not give it, moderators are told', async () => {
  mayGive = false;
  const contest = await published(['ann']);
  await award(contest);
  expect(refused).toEqual([contest.id]);
});
