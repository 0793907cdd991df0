import { expect, test } from 'vitest';
import type { Contest, ContestEntry } from '#src/contests/contest.js';
import type { BallotRow } from '#src/contests/contest-ballots-table.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { countBallots } from '#src/contests/count-ballots.js';
import type { PlatformName } from '#src/core/place.js';
import { december } from '#test/helpers/contests.js';

const contest = { rules: ContestRules.parse({}), tieSeed: '00'.repeat(32) } as Contest;
const entries = ['a', 'b'].map((id, index) => ({
  id,
  number: index + 1,
  author: { platform: 'discord', id: `author of ${id}`, name: id },
  state: 'accepted',
})) as unknown as ContestEntry[];
const isOnePerson = (account: string) => account.replace(/^\w+:/, '');

/** Marked at that hour of 6 December, or only opened. */
function ballot(platform: PlatformName, personId: string, hour: number, marks: readonly string[], isOpened = false) {
  const lastEvent = isOpened ? '' : `press at ${hour}`;
  const row = { contest: 'c', platform, personId, server: `${platform} server`, isPanel: false, voidReason: null };
  return { ...row, marks, lastEvent, changedAt: december(6, hour) } as BallotRow;
}

test('a ballot that was only opened, with another account and later, takes nothing from the one with marks', () => {
  const rows = [ballot('discord', 'ann', 10, ['a']), ballot('telegram', 'ann', 12, [], true)];
  expect(countBallots(contest, entries, rows, isOnePerson)).toMatchObject({
    voters: 1,
    ranks: [{ entry: 'a', rank: 1 }, {}],
  });
});

test('whoever took all marks away last has no ballot', () => {
  const rows = [ballot('discord', 'ann', 10, ['a']), ballot('telegram', 'ann', 12, [])];
  expect(countBallots(contest, entries, rows, isOnePerson)).toMatchObject({ voters: 0, ranks: [] });
});

test('of two ballots of one person the later one counts, in its community alone', () => {
  const rows = [
    ballot('discord', 'ann', 10, ['a']),
    ballot('telegram', 'ann', 12, ['b']),
    ballot('discord', 'bob', 11, ['b']),
    ballot('telegram', 'cat', 11, ['a', 'b']),
  ];
  const { voters, votersPerPlace, ranks } = countBallots(contest, entries, rows, isOnePerson);
  expect(voters).toBe(3);
  expect(votersPerPlace).toEqual([
    { platform: 'telegram', server: 'telegram server', voters: 2 },
    { platform: 'discord', server: 'discord server', voters: 1 },
  ]);
  expect(ranks.map(({ entry, rank }) => [entry, rank])).toEqual([
    ['b', 1],
    ['a', 2],
  ]);
});

test('one ballot makes ranks, and where all are equal all are first, or as the lot has it', () => {
  const ranksOf = (rows: readonly BallotRow[], rules: Partial<ContestRules> = {}) =>
    countBallots({ ...contest, rules: ContestRules.parse(rules) }, entries, rows).ranks.map(({ rank }) => rank);
  expect(ranksOf([ballot('discord', 'ann', 10, ['b'])])).toEqual([1, 2]);
  const both = [ballot('discord', 'ann', 10, ['a', 'b'])];
  expect(ranksOf(both)).toEqual([1, 1]);
  expect(ranksOf(both, { ties: 'lot' })).toEqual([1, 2]);
});

test('a place counts none of its ballots that are void, and what a judge says nowhere', () => {
  const rows = [
    ballot('discord', 'ann', 10, ['a']),
    { ...ballot('telegram', 'ben', 11, ['b']), voidReason: { key: 'contests.entries.reasons.banned', params: {} } },
    { ...ballot('telegram', 'cat', 12, ['b']), isPanel: true },
  ] as BallotRow[];
  expect(countBallots(contest, entries, rows, isOnePerson).votersPerPlace).toEqual([
    { platform: 'discord', server: 'discord server', voters: 1 },
    { platform: 'telegram', server: 'telegram server', voters: 0 },
  ]);
});
