import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { linearWithLoRA } from '#models/lora/lora-layer.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const x = () => tf.tensor3d([1, 2, 3, 4], [2, 1, 2]);
const weight = () => tf.tensor2d([1, 0, 0, 1], [2, 2]);
const down = () => tf.tensor2d([[1, 1]]);
const up = () => tf.tensor2d([[2], [-1]]);

describe('linearWithLoRA', () => {
  it('is the linear layer without factors', () => {
    expect([...linearWithLoRA(x(), weight(), tf.tensor1d([10, 20])).dataSync()]).toEqual([11, 22, 13, 24]);
  });

  it('adds scale · up · down · x', () => {
    const y = linearWithLoRA(x(), weight(), undefined, { down: down(), up: up(), scale: tf.scalar(0.5) });
    expect([...y.dataSync()]).toEqual([1 + 3, 2 - 1.5, 3 + 7, 4 - 3.5]);
  });

  it('takes one scale per row of the batch', () => {
    const y = linearWithLoRA(x(), weight(), undefined, {
      down: down(),
      up: up(),
      scale: tf.tensor3d([0, 1], [2, 1, 1]),
    });
    expect([...y.dataSync()]).toEqual([1, 2, 3 + 14, 4 - 7]);
  });
});
