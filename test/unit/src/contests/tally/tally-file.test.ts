import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { tallyFile } from '#src/contests/tally/tally-file.js';

interface WorkedCase {
  readonly name: string;
  readonly expect: object;
}

const file = JSON.parse(readFileSync(new URL('../../../../files/contests/tallies.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly WorkedCase[];
};
const counted = tallyFile(file);

test.each(file.cases)('$name', ({ name, expect: expected }) => {
  expect(counted[name]).toEqual(expected);
});

describe('a file that cannot be counted', () => {
  const oneOf = (changes: object) => ({
    cases: [
      {
        name: 'one',
        method: 'approval',
        settings: {},
        entries: [{ id: 'A', by: 'ann' }],
        ballots: [{ voter: 'v1', marks: ['A'] }],
        ...changes,
      },
    ],
  });

  test('one that can, for comparison', () => {
    expect(tallyFile(oneOf({}))).toEqual({ one: { public: { voters: 1, rows: [['A', 1, 1, '1']] } } });
  });

  test.each([
    ['another method', { method: 'runoff' }, /method/],
    ['six stars', { method: 'stars', ballots: [{ voter: 'v1', marks: { A: 6 } }] }, /marks\.A/],
    ['a winner who did not play', { method: 'duels', ballots: [{ voter: 'v1', marks: [['A', 'B', 'C']] }] }, /winner/],
    ['an entry that is there twice', { entries: ['x', 'y'].map((by) => ({ id: 'A', by })) }, /there twice/],
    ['a lot without a seed', { settings: { ties: 'lot' } }, /needs its seed/],
  ])('%s is refused by name', (_, changes, reason) => {
    expect(() => tallyFile(oneOf(changes))).toThrow(reason);
  });

  test('marks for what is no entry count as nothing', () => {
    const result = tallyFile(oneOf({ ballots: [{ voter: 'v1', marks: ['Z', 'A', 'A'] }] }));
    expect(result).toEqual({ one: { public: { voters: 1, rows: [['A', 1, 1, '1']] } } });
  });
});
