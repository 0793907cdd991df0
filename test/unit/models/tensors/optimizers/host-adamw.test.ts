import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { adamWUpdate } from '#models/tensors/optimizers/adamw-update.js';
import { createParameterState, hostAdamWStep } from '#models/tensors/optimizers/host-adamw.js';
import { createGenerator } from '#models/tensors/random.js';

beforeAll(() => tf.setBackend('cpu'));

test('updates like the AdamW of the trainers, which is compared with PyTorch', () => {
  const generator = createGenerator(1);
  const state = createParameterState(generator.normals(50));
  let reference = {
    param: tf.tensor1d(state.value.slice()) as tf.Tensor,
    m: tf.zeros([50]) as tf.Tensor,
    v: tf.zeros([50]) as tf.Tensor,
  };
  for (let step = 1; step <= 10; step++) {
    const gradient = generator.normals(50);
    hostAdamWStep([state], [gradient], step, 1e-2, { weightDecay: 0.1 });
    const grad = tf.tensor1d(gradient);
    reference = adamWUpdate({ ...reference, grad, step, learningRate: 1e-2, weightDecay: 0.1 });
  }
  const expected = reference.param.dataSync();
  state.value.forEach((value, index) => {
    expect(value).toBeCloseTo(expected[index]!, 5);
  });
});

test('scales the gradients of all tensors together and returns their norm', () => {
  const states = [createParameterState(new Float32Array(2)), createParameterState(new Float32Array(1))];
  const gradients = [Float32Array.of(3, 0), Float32Array.of(4)];
  expect(hostAdamWStep(states, gradients, 1, 0, { maxGradientNorm: 1 })).toBeCloseTo(5, 6);
  expect(states[0]!.m[0]! / 0.1).toBeCloseTo(3 / 5, 6);
  expect(states[1]!.m[0]! / 0.1).toBeCloseTo(4 / 5, 6);
});

test('keeps a running average that follows quickly at first', () => {
  const state = createParameterState(Float32Array.of(1, 1));
  hostAdamWStep([state], [Float32Array.of(1, 1)], 1, 0.5, { averageDecay: 0.999, weightDecay: 0 });
  expect(state.value[0]).toBeCloseTo(0.5, 5);
  const decay = 2 / 11;
  expect(state.average[0]).toBeCloseTo(decay * 1 + (1 - decay) * 0.5, 5);
});
