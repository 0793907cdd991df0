import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccountLinksTable } from '#src/contests/account-links-table.js';
import { type Ballot, markedEntries } from '#src/contests/ballot.js';
import { ballotsServiceFor } from '#src/contests/ballots-service.js';
import type { Contest } from '#src/contests/contest.js';
import { ContestBallotsTable } from '#src/contests/contest-ballots-table.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestJudgesTable } from '#src/contests/contest-judges-table.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { duelPairs, maxPairs } from '#src/contests/duel-pairs.js';
import { RunningEntries } from '#src/contests/running-entries.js';
import type { BallotsService } from '#src/contests/services.js';
import { UserError } from '#src/core/errors.js';
import { text } from '#src/core/locale.js';
import type { OpenDatabase } from '#src/database/database.js';
import { addContest, addEntry, contestServer, december } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
let running: RunningEntries;
beforeAll(async () => {
  opened = await openTestDatabase();
  running = new RunningEntries(opened.database);
});
afterAll(() => opened.close());

let eventCount = 0;

/** Somebody's ballots, by one press each; `event` is the same where a press comes twice. */
function ballotsOf(id: string, { at = december(6), event = `press-${++eventCount}`, isAlone = false } = {}) {
  const place = isAlone ? { platform: 'discord' as const, channel: `d-${id}` } : { ...contestServer, channel: 'c1' };
  return ballotsServiceFor(
    {
      database: opened.database,
      running,
      pageLink: async ({ voter, server }) => `https://pets.example/b/${server}-${voter.id}`,
      memberOf: async () => 'unknown',
      assertNotBanned: async () => {},
      sheet: async (_, entries) => ({
        blob: entries[0]!.picture,
        alt: text('contests.ballots.entry', { number: entries.map(({ number }) => number).join() }),
      }),
    },
    {
      id: event,
      person: { platform: 'discord', id, name: id },
      place,
      standing: async () => ({ isModerator: false, roles: [], joinedAt: december(1) }),
      at,
    },
  );
}

/** Voting runs; its entries, by `ann` and others, have the numbers from 1. */
async function voting(rules: Partial<ContestRules> = {}, authors = ['ann', 'ben', 'cat', 'dan', 'eve']) {
  const contest = await addContest(opened.database, { state: 'voting', rules: ContestRules.parse(rules) });
  const entries = [];
  for (const [index, author] of authors.entries())
    entries.push(await addEntry(opened.database, contest, author, { number: index + 1 }));
  return { contest, entries };
}

type Mark = Parameters<BallotsService['cast']>[1];

async function cast(contest: Contest, voter: string, mark: Mark, more?: Parameters<typeof ballotsOf>[1]) {
  const cast = await ballotsOf(voter, more).cast(contest.id, mark);
  if (cast.kind === 'over') throw new Error('voting is over');
  return cast.ballot;
}

const mark = (number: number, isOn?: boolean): Mark => ({ kind: 'mark', number, ...(isOn !== undefined && { isOn }) });
const marksOn = (ballot: Ballot) => markedEntries(ballot).map(({ number }) => number);
const sorted = (numbers: readonly number[]) => numbers.toSorted((one, other) => one - other);
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      return error.text.key.replace('errors.', '');
    },
  );

describe('a ballot', () => {
  test('is on a page, too, by a link for whoever may vote, while people vote', async () => {
    const { contest } = await voting({ voters: 'entrants' });
    expect(await ballotsOf('ann').pageLink(contest.id)).toBe('https://pets.example/b/g1-ann');
    expect(await refusal(ballotsOf('zoe').pageLink(contest.id))).toBe('voteEntrantsOnly');
    expect(await ballotsOf('ann', { at: december(8) }).pageLink(contest.id)).toBeUndefined();
  });

  test('shows everything but one’s own, in an order of one’s own, and what is marked on it', async () => {
    const { contest } = await voting();
    const first = await cast(contest, 'ann', mark(3, true));
    expect(sorted(first.entries.map(({ number }) => number))).toEqual([2, 3, 4, 5]);
    expect(marksOn(first)).toEqual([3]);
    const again = await ballotsOf('ann').open(contest.id);
    expect(again).toMatchObject({ kind: 'open', ballot: { entries: first.entries, marks: first.marks } });
    const orders = new Set<string>();
    for (const voter of ['v1', 'v2', 'v3', 'v4', 'v5', 'v6']) {
      const found = await ballotsOf(voter).open(contest.id);
      if (found.kind === 'open') orders.add(found.ballot.entries.map(({ number }) => number).join());
    }
    expect(orders.size).toBeGreaterThan(2);
  });

  test('takes each press once, also the one that flips, and whatever came between', async () => {
    const { contest } = await voting();
    expect(marksOn(await cast(contest, 'v1', mark(1), { event: 'a' }))).toEqual([1]);
    expect(marksOn(await cast(contest, 'v1', mark(2), { event: 'b' })).length).toBe(2);
    // Both come again, as after a crash.
    expect(marksOn(await cast(contest, 'v1', mark(1), { event: 'a' })).length).toBe(2);
    expect(marksOn(await cast(contest, 'v1', mark(2), { event: 'b' })).length).toBe(2);
    expect(marksOn(await cast(contest, 'v1', mark(1), { event: 'c' }))).toEqual([2]);
  });

  test('takes no more marks than there are, pressed at once or not, and one that is out frees its mark', async () => {
    const { contest, entries } = await voting({ marks: 2 });
    const presses = [1, 2, 3, 4].map((number) => refusal(cast(contest, 'v1', mark(number, true))));
    expect((await Promise.all(presses)).toSorted()).toEqual(['ballotFull', 'ballotFull', 'done', 'done']);
    const found = await ballotsOf('v1').open(contest.id);
    const marked = found.kind === 'open' ? marksOn(found.ballot) : [];
    const out = entries.find(({ number }) => number === marked[0])!;
    const table = new ContestEntriesTable(opened.database);
    await table.setState(out.id, ['accepted'], { state: 'disqualified' });
    const free = await cast(contest, 'v1', mark(5, true));
    expect(sorted(marksOn(free))).toEqual(sorted([marked[1]!, 5]));
  });

  test.each<[string, Partial<ContestRules>, Mark, string]>([
    ['one’s own', {}, mark(1, true), 'ballotOwn'],
    ['a number that nobody has', {}, mark(0, true), 'ballotEntryOut'],
    ['another', {}, mark(99, true), 'ballotEntryOut'],
    ['stars where there are marks', {}, { kind: 'star', number: 2, stars: 5 }, 'buttonBroken'],
    ['a pair where there are marks', {}, { kind: 'pair', index: 1, side: 'left' }, 'ballotEntryOut'],
    ['nine stars', { method: 'stars' }, { kind: 'star', number: 2, stars: 9 }, 'buttonBroken'],
    ['a fourth place of three', { method: 'podium' }, { kind: 'place', number: 2, place: 4 }, 'buttonBroken'],
    ['a pair that was not shown', { method: 'duels' }, { kind: 'pair', index: 30, side: 'left' }, 'ballotEntryOut'],
  ])('refuses a forged press for %s, and stays as it is', async (_, rules, forged, expected) => {
    const { contest } = await voting(rules);
    expect(await refusal(cast(contest, 'ann', forged))).toBe(expected);
    const found = await ballotsOf('ann').open(contest.id);
    expect(found.kind === 'open' && Object.keys(found.ballot.marks)).toEqual([]);
  });

  test('is over by the moment of the press, and says so; before, and where it was called off, another thing', async () => {
    const { contest } = await voting();
    const contests = new ContestsTable(opened.database);
    const inTime = { at: new Date(december(8).getTime() - 1) };
    expect(marksOn(await cast(contest, 'v1', mark(2, true), inTime))).toEqual([2]);
    const late = await ballotsOf('v1', { at: december(8) }).cast(contest.id, mark(3, true));
    expect(late).toMatchObject({ kind: 'over', contest: { endsAt: december(8) } });
    const closed = (await contests.change(contest, { state: 'closed' }))!;
    expect((await ballotsOf('v1', inTime).open(contest.id)).kind).toBe('over');
    const cancelled = (await contests.change(closed, { state: 'cancelled' }))!;
    expect(await refusal(ballotsOf('v1').open(cancelled.id))).toBe('contestCalledOff');
    const { id } = await addContest(opened.database, { state: 'open' });
    expect(await refusal(ballotsOf('v1').open(id))).toBe('votingNotYet');
    expect(await refusal(ballotsOf('v1').open('nothing1'))).toBe('ballotUnknown');
    const [row] = await new ContestBallotsTable(opened.database).ofContest(contest.id);
    expect(row!.marks).toHaveLength(1);
  });

  test('opened in a community is known there, also where nobody says later who is a member', async () => {
    const { contest } = await voting();
    expect(await refusal(ballotsOf('v1', { isAlone: true }).open(contest.id))).toBe('voteMembershipUnknown');
    await ballotsOf('v1').open(contest.id);
    expect(await refusal(ballotsOf('v1', { isAlone: true }).open(contest.id))).toBe('done');
  });
});

test('linked accounts are one voter, with one ballot, and none of their entries on it', async () => {
  const { contest } = await voting();
  await new AccountLinksTable(opened.database).link(
    { platform: 'discord', id: 'ann' },
    { platform: 'discord', id: 'ann-too' },
  );
  expect(await refusal(cast(contest, 'ann-too', mark(1, true)))).toBe('ballotOwn');
  await cast(contest, 'ann', mark(2, true));
  const other = await cast(contest, 'ann-too', mark(3, true));
  expect(sorted(other.entries.map(({ number }) => number))).toEqual([2, 3, 4, 5]);
  expect(sorted(marksOn(other))).toEqual([2, 3]);
  expect(sorted(marksOn(await cast(contest, 'ann', mark(2, false))))).toEqual([3]);
  const rows = await new ContestBallotsTable(opened.database).ofContest(contest.id);
  expect(rows.filter(({ marks }) => Object.keys(marks).length > 0)).toHaveLength(1);
});

test('a judge’s ballot counts for the panel alone, whoever else may vote, and so with a linked account', async () => {
  const { contest } = await voting({ panel: 40, voters: 'entrants' });
  await new ContestJudgesTable(opened.database).add(contest.id, { platform: 'discord', id: 'jo', name: 'Jo' });
  await ballotsOf('jo').cast(contest.id, { kind: 'mark', number: 1, isOn: true });
  await expect(ballotsOf('zoe').open(contest.id)).rejects.toMatchObject({ text: { key: 'errors.voteEntrantsOnly' } });
  const links = new AccountLinksTable(opened.database);
  await links.link({ platform: 'discord', id: 'jo' }, { platform: 'discord', id: 'josephine' });
  await ballotsOf('josephine').cast(contest.id, { kind: 'mark', number: 2, isOn: true });
  const cast = await new ContestBallotsTable(opened.database).ofContest(contest.id);
  const marked = cast.filter(({ marks }) => Object.keys(marks).length > 0);
  expect(marked).toMatchObject([{ personId: 'jo', isPanel: true }]);
  expect(marked[0]!.marks).toHaveLength(2);
});

test('a ballot of stars says how many are missing', async () => {
  const { contest } = await voting(
    { method: 'stars' },
    Array.from({ length: 12 }, (_, index) => `a${index}`),
  );
  const missing = [];
  for (const number of [1, 2, 3]) missing.push((await cast(contest, 'v1', { kind: 'star', number, stars: 4 })).missing);
  expect(missing).toEqual([2, 1, 0]);
});

test('a place moves the others down, and what is out takes up none', async () => {
  const { contest, entries } = await voting({ method: 'podium' });
  const place = (number: number, place: number): Mark => ({ kind: 'place', number, place });
  await cast(contest, 'v1', place(2, 1));
  await cast(contest, 'v1', place(3, 2));
  expect(marksOn(await cast(contest, 'v1', place(4, 1)))).toEqual([4, 2, 3]);
  await new ContestEntriesTable(opened.database).setState(entries[1]!.id, ['accepted'], { state: 'withdrawn' });
  expect(marksOn(await cast(contest, 'v1', place(5, 2)))).toEqual([4, 5, 3]);
  expect(marksOn(await cast(contest, 'v1', place(4, 0)))).toEqual([5, 3]);
});

describe('duels', () => {
  test('show each voter at most thirty pairs, none twice, everybody before anybody again, and always the same', () => {
    const entries = Array.from({ length: 20 }, (_, index) => `e${index}`);
    const key = Buffer.alloc(32, 1);
    const pairs = duelPairs(entries, 'discord:v1', key);
    expect(pairs).toHaveLength(maxPairs);
    expect(new Set(pairs.map((pair) => pair.toSorted().join())).size).toBe(maxPairs);
    expect(new Set(pairs.slice(0, 10).flat()).size).toBe(20);
    expect(duelPairs(entries, 'discord:v1', key)).toEqual(pairs);
    expect(duelPairs(entries, 'discord:v2', key)).not.toEqual(pairs);
    expect(duelPairs(['a', 'b', 'c'], 'discord:v1', key)).toHaveLength(3);
    expect(duelPairs(['a'], 'discord:v1', key)).toEqual([]);
  });

  test('are decided by the pair that was shown, never with an own entry, and changed the same way', async () => {
    const { contest } = await voting({ method: 'duels' });
    const shown = await ballotsOf('ann').open(contest.id);
    if (shown.kind === 'over') throw new Error('voting is over');
    const { pairs } = shown.ballot;
    expect(pairs).toHaveLength(6);
    expect(pairs.flatMap(({ left, right }) => [left.number, right.number])).not.toContain(1);
    const [{ left, right }] = pairs as [(typeof pairs)[number]];
    expect((await cast(contest, 'ann', { kind: 'pair', index: 1, side: 'right' })).marks).toEqual([
      [left.id, right.id, right.id],
    ]);
    expect((await cast(contest, 'ann', { kind: 'pair', index: 1, side: 'equal' })).marks).toEqual([
      [left.id, right.id, '='],
    ]);
  });
});
