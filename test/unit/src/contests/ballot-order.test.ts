import { expect, test } from 'vitest';
import { ballotOrder, numberOrder } from '#src/contests/ballot-order.js';

const key = Uint8Array.from({ length: 32 }, (_, index) => index);
const entries = ['A', 'B', 'C', 'D', 'E'];

test.each([
  ['discord:42', 'CEBAD'],
  ['telegram:42', 'DEBCA'],
])('%s sees the entries in the order of the specification', (voter, expected) => {
  expect(ballotOrder(entries, voter, key).join('')).toBe(expected);
  expect(ballotOrder(entries.toReversed(), voter, key).join('')).toBe(expected);
});

test('numbers are given in the order of the specification', () => {
  expect(numberOrder(entries, key).join('')).toBe('DECBA');
});

test('over many voters each entry is about as often first', () => {
  const firsts = new Map(entries.map((entry) => [entry, 0]));
  for (let voter = 0; voter < 2000; voter++) {
    const [first] = ballotOrder(entries, `discord:${voter}`, key);
    firsts.set(first!, firsts.get(first!)! + 1);
  }
  // 400 expected, with a deviation of 18.
  for (const count of firsts.values()) expect(Math.abs(count - 400)).toBeLessThan(90);
});
