import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { dreamBoothLoss, dreamBoothRowWeights, minSnrWeights } from '#models/training/loss.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('dreamBoothLoss', () => {
  it('adds the mean over the instance rows and λ times the mean over the class rows', () => {
    const prediction = tf.tensor4d([1, 3, 2, 0, 5, 5], [3, 1, 2, 1]);
    const target = tf.zeros([3, 1, 2, 1]);
    const weights = tf.tensor1d(dreamBoothRowWeights({ instanceRows: 2, classRows: 1 }, 0.5));
    // Rows: 5, 2 and 25.
    expect(dreamBoothLoss(prediction, target, weights).dataSync()[0]).toBe((5 + 2) / 2 + 0.5 * 25);
  });

  it('needs no class rows', () => {
    expect([...dreamBoothRowWeights({ instanceRows: 2, classRows: 0 }, 1)]).toEqual([0.5, 0.5]);
  });
});

describe('minSnrWeights', () => {
  it('weighs down rows with little noise, each by its own timestep', () => {
    const alphas = [0.9, 0.5]; // SNR 9 and 1
    const [first, second] = minSnrWeights(alphas, [0, 1], 3);
    expect(first).toBeCloseTo(1 / 3, 12);
    expect(second).toBe(1);
    expect([...dreamBoothRowWeights({ instanceRows: 1, classRows: 1 }, 2, [0.25, 1])]).toEqual([0.25, 2]);
  });
});
