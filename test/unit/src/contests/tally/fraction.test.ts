import { expect, test } from 'vitest';
import { Fraction } from '#src/contests/tally/fraction.js';

test.each([
  [2, 4, '1/2'],
  [-2, 4, '-1/2'],
  [2, -4, '-1/2'],
  [0, 7, '0'],
  [6, 3, '2'],
])('%d/%d is told as %s', (numerator, denominator, expected) => {
  expect(`${Fraction.of(numerator, denominator)}`).toBe(expected);
});

test('sums and products are exact where floats are not', () => {
  const tenths = Array.from({ length: 10 }, () => Fraction.of(1, 10));
  const sum = tenths.reduce((total, tenth) => total.plus(tenth), Fraction.zero);
  expect(sum.compare(Fraction.of(1))).toBe(0);
  expect(`${Fraction.of(1, 3).times(Fraction.of(3, 7))}`).toBe('1/7');
  expect(Fraction.of(10n ** 30n, 10n ** 30n + 1n).compare(Fraction.of(1))).toBe(-1);
});

test('there is no denominator of zero, and no numerator that is no integer', () => {
  expect(() => Fraction.of(1, 0)).toThrow(RangeError);
  expect(() => Fraction.of(0.5)).toThrow(RangeError);
});
