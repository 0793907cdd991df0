import { describe, expect, test } from 'vitest';
import { type Mark, marked } from '#src/contests/marks.js';
import type { MarksOf, Method } from '#src/contests/tally/ballots.js';

const press = (method: Method, marks: MarksOf[Method], mark: Mark, limit = 3) =>
  marked({ method, marks: limit }, marks, mark);

describe('approval', () => {
  test('a mark is set and taken away, and again changes nothing', () => {
    expect(press('approval', ['A'], { kind: 'mark', entry: 'B', isOn: true })).toEqual({ marks: ['A', 'B'] });
    expect(press('approval', ['A'], { kind: 'mark', entry: 'A', isOn: true })).toEqual({ marks: ['A'] });
    expect(press('approval', ['A'], { kind: 'mark', entry: 'A', isOn: false })).toEqual({ marks: [] });
    expect(press('approval', [], { kind: 'mark', entry: 'A', isOn: false })).toEqual({ marks: [] });
  });

  test('there are no more than the rules give, and any number where they give 0', () => {
    const full = ['A', 'B', 'C'];
    expect(press('approval', full, { kind: 'mark', entry: 'D', isOn: true })).toEqual({ problem: 'full' });
    expect(press('approval', full, { kind: 'mark', entry: 'D', isOn: true }, 0)).toEqual({ marks: [...full, 'D'] });
  });
});

test('stars are given, changed and taken away', () => {
  expect(press('stars', {}, { kind: 'star', entry: 'A', stars: 4 })).toEqual({ marks: { A: 4 } });
  expect(press('stars', { A: 4, B: 1 }, { kind: 'star', entry: 'A', stars: 5 })).toEqual({ marks: { A: 5, B: 1 } });
  expect(press('stars', { A: 4 }, { kind: 'star', entry: 'A', stars: 0 })).toEqual({ marks: {} });
});

test('a place on a podium moves the others down, and a full one takes no more', () => {
  expect(press('podium', ['A', 'B'], { kind: 'place', entry: 'C', place: 1 })).toEqual({ marks: ['C', 'A', 'B'] });
  expect(press('podium', ['A', 'B', 'C'], { kind: 'place', entry: 'C', place: 1 })).toEqual({ marks: ['C', 'A', 'B'] });
  expect(press('podium', ['A', 'B', 'C'], { kind: 'place', entry: 'D', place: 1 })).toEqual({ problem: 'full' });
  expect(press('podium', ['A', 'B', 'C'], { kind: 'place', entry: 'B', place: 0 })).toEqual({ marks: ['A', 'C'] });
});

test('a duel is decided once, either way round', () => {
  const before = [['A', 'B', 'A']] as const;
  const result = press('duels', before, { kind: 'duel', left: 'B', right: 'A', winner: '=' });
  expect(result).toEqual({ marks: [['B', 'A', '=']] });
});

test.each<[string, Method, Mark]>([
  ['another method’s', 'stars', { kind: 'mark', entry: 'A', isOn: true }],
  ['nine stars', 'stars', { kind: 'star', entry: 'A', stars: 9 }],
  ['half a star', 'stars', { kind: 'star', entry: 'A', stars: 0.5 }],
  ['a place behind the last', 'podium', { kind: 'place', entry: 'A', place: 4 }],
  ['a place before the first', 'ranked', { kind: 'place', entry: 'A', place: -1 }],
  ['a duel with itself', 'duels', { kind: 'duel', left: 'A', right: 'A', winner: 'A' }],
  ['a winner who did not play', 'duels', { kind: 'duel', left: 'A', right: 'B', winner: 'C' }],
])('%s is refused', (_, method, mark) => {
  expect(press(method, method === 'stars' ? {} : [], mark)).toEqual({ problem: 'wrongKind' });
});
