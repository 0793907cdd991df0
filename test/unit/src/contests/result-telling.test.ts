import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import type { Contest, ContestEntry, ContestResult } from '#src/contests/contest.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { resultTellingOf } from '#src/contests/result-telling.js';
import { translateWith } from '#src/core/locale.js';

const entries = new Map(
  ['ann', 'bob', 'cat'].map((name, index) => {
    const picture = name === 'cat' ? undefined : 'a picture';
    return [
      name,
      { id: name, number: index + 1, author: { name }, picture, title: undefined } as unknown as ContestEntry,
    ];
  }),
);
const rank = (entry: string, place: number, decidedBy?: 'marks' | 'pickiness') => ({
  entry,
  number: entries.get(entry)!.number!,
  rank: place,
  ...(decidedBy && { decidedBy }),
});

/** In English, line by line. */
function told(result: ContestResult, rules: Partial<ContestRules> = {}, isCorrection = false): string[] {
  const contest = { title: 'Snow', result, rules: ContestRules.parse(rules), tieSeed: '00'.repeat(32) } as Contest;
  const { text, lines = [] } = resultTellingOf(contest, {
    entryOf: (id) => entries.get(id),
    judges: ['Jo', 'Kim'],
    isCorrection,
  });
  return [text, ...lines].map((line) => translateWith(locales.en, line));
}

test('ranks come with whose they are and what put them behind; what was taken away keeps its rank', () => {
  const ranks = [rank('bob', 1), rank('ann', 2, 'marks'), rank('cat', 3, 'pickiness')];
  expect(told({ voters: 7, judges: 2, ranks })).toEqual([
    '🏆 Snow: the result',
    '🥇 № 2 by bob',
    '🥈 № 1 by ann (behind by: more marks)',
    '🥉 № 3 (withdrawn) (behind by: as many marks, by people who marked fewer)',
    'People who voted: 7',
    'Judges who voted: 2 (Jo, Kim)',
  ]);
});

test('of judges and everybody else, who did not vote weighs nothing, and that is said', () => {
  const ranks = [rank('bob', 1), rank('ann', 2, 'marks')];
  const [noJudge, noOther] = [
    'No judge voted, so what everybody else voted counts alone.',
    'Nobody but judges voted, so theirs counts alone.',
  ];
  expect(told({ voters: 7, judges: 0, ranks }).at(-1)).toBe(noJudge);
  expect(told({ voters: 0, judges: 2, ranks }).at(-1)).toBe(noOther);
  for (const both of [told({ voters: 7, judges: 2, ranks }), told({ voters: 7, ranks })])
    for (const line of [noJudge, noOther]) expect(both).not.toContain(line);
});

test('ties are said as ties, and nobody’s votes make no ranks', () => {
  const two = told({ voters: 2, ranks: [rank('ann', 1), rank('bob', 1), rank('cat', 3)] });
  expect(two[1]).toBe('A tie: 2 entries share the first rank.');
  const all = told({ voters: 3, ranks: [rank('ann', 1), rank('bob', 1), rank('cat', 1)] }, {}, true);
  expect(all.slice(0, 2)).toEqual(['🏆 Snow: the result, corrected', 'A tie of all: every entry has the first rank.']);
  expect(told({ voters: 0, ranks: [] })).toEqual(['🏆 Snow: the result', 'Nobody voted, so there are no ranks.']);
});

test('a lot tells its seed, which can be checked, and several places tell how many voted there', () => {
  const votersPerPlace = [
    { platform: 'discord', server: 'g1', voters: 3 },
    { platform: 'telegram', server: '-5', voters: 1 },
  ] as const;
  const lines = told({ voters: 4, votersPerPlace, ranks: [rank('ann', 1)] }, { ties: 'lot' });
  expect(lines).toContain('on Telegram: 1');
  expect(lines.at(-1)).toBe(
    `The lot: seed ${'00'.repeat(32)}, whose SHA-256 was announced as ${createHash('sha256').update(Buffer.alloc(32)).digest('hex')}.`,
  );
});
