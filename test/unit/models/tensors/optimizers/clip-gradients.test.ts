import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { clipGradientsByGlobalNorm } from '#models/tensors/optimizers/clip-gradients.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('clipGradientsByGlobalNorm', () => {
  it('scales all gradients by one factor when their joint norm is too large', () => {
    const { gradients, norm } = clipGradientsByGlobalNorm([tf.tensor1d([3]), tf.tensor1d([0, 4])], 1);
    expect(norm.dataSync()[0]).toBeCloseTo(5, 6);
    expect(gradients.map((gradient) => [...gradient.dataSync()].map((value) => value.toFixed(4)))).toEqual([
      ['0.6000'],
      ['0.0000', '0.8000'],
    ]);
  });

  it('leaves small gradients as they are', () => {
    const { gradients } = clipGradientsByGlobalNorm([tf.tensor1d([0.3, -0.4])], 1);
    expect(gradients[0]!.dataSync()).toEqual(new Float32Array([0.3, -0.4]));
  });
});
