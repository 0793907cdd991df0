import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { adamWUpdate } from '#models/tensors/optimizers/adamw-update.js';

interface Golden {
  readonly gradients: readonly number[][];
  readonly after: readonly number[][];
}
const golden = JSON.parse(
  readFileSync(new URL('../../../../golden/data/lora/adamw.json', import.meta.url), 'utf8'),
) as Golden;

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('adamWUpdate', () => {
  it.each(['number', 'tensor'])('follows PyTorch for 20 steps with the step as a %s', (kind) => {
    let param: tf.Tensor = tf.tensor1d([1, -0.5, 0.25, 2, 3]);
    let m: tf.Tensor = tf.zeros([5]);
    let v: tf.Tensor = tf.zeros([5]);
    for (const [index, gradient] of golden.gradients.entries()) {
      const step = kind === 'number' ? index + 1 : tf.scalar(index + 1);
      ({ param, m, v } = adamWUpdate({
        param,
        grad: tf.tensor1d(gradient),
        m,
        v,
        step,
        learningRate: 1e-2,
        weightDecay: 0.1,
      }));
      for (const [position, value] of param.dataSync().entries()) {
        const expected = golden.after[index]![position]!;
        expect(Math.abs(value - expected)).toBeLessThan(1e-6 * Math.abs(expected) + 1e-7);
      }
    }
  });

  it('shrinks a parameter without a gradient by learning rate times weight decay', () => {
    const zero = tf.zeros([1]);
    const options = { param: tf.tensor1d([2]), grad: zero, m: zero, v: zero, step: 1 };
    expect(adamWUpdate({ ...options, learningRate: 0.1, weightDecay: 0.5 }).param.dataSync()[0]).toBeCloseTo(1.9, 6);
  });

  it('keeps nothing but its results', () => {
    const ones = tf.ones([2]);
    const before = tf.memory().numTensors;
    const state = tf.tidy(() => ({
      ...adamWUpdate({ param: ones, grad: ones, m: ones, v: ones, step: 1, learningRate: 0.1 }),
    }));
    expect(tf.memory().numTensors - before).toBe(Object.keys(state).length);
  });
});
