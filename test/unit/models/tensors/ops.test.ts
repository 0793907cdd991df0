import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { scaledDotProductAttention } from '#models/tensors/ops.js';

beforeAll(() => tf.setBackend('cpu'));

it.each([
  ['a head at a time', 1],
  ['a row at a time', 30],
  ['two rows at a time, and then one', 60],
])('attention is the same %s', (_, maxScores) => {
  tf.tidy(() => {
    const [q, k, v] = [3, 5, 5].map((length, index) => tf.randomNormal([3, 2, length, 4], 0, 1, 'float32', index + 1));
    const whole = scaledDotProductAttention(q!, k!, v!);
    const sliced = scaledDotProductAttention(q!, k!, v!, { maxScores });
    expect(sliced.shape).toEqual(whole.shape);
    expect(tf.max(tf.abs(tf.sub(sliced, whole))).dataSync()[0]).toBeLessThan(1e-6);
  });
});
