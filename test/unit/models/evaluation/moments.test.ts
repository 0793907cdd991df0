import { expect, it } from 'vitest';
import { momentsOf } from '#models/evaluation/moments.js';

it('tells mean and standard deviation', () => {
  expect(momentsOf(Float32Array.of(1, 3, 5, 7))).toEqual({ mean: 4, deviation: Math.sqrt(5) });
  expect(momentsOf(Float32Array.of(2, 2))).toEqual({ mean: 2, deviation: 0 });
});
