import { expect, test } from 'vitest';
import { cosine } from '#models/tensors/cosine.js';

const point = (...values: number[]) => Float32Array.from(values);

test('the cosine is of directions, whatever the lengths', () => {
  expect(cosine(point(1, 0), point(3, 3))).toBeCloseTo(Math.SQRT1_2, 12);
  expect(cosine(point(0, 2), point(0, -5))).toBe(-1);
});

test('the origin lies in no direction', () => {
  expect(cosine(point(0, 0), point(1, 0))).toBe(0);
});
