import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { hostTensor } from '#models/tensors/engine/host-tensor.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { SafetensorsFile } from '#models/tensors/files/safetensors.js';
import { linear } from '#models/tensors/ops.js';
import { createGenerator } from '#models/tensors/random.js';
import { cosineLearningRate, FullTraining, type TrainingTask } from '#models/training/full-training.js';
import { runStage } from '#models/training/training-loop.js';

beforeAll(() => tf.setBackend('cpu'));

/** Fits y = W·x + b to fixed data. */
const task: TrainingTask = {
  name: 'regression',
  shapes: new Map([
    ['layer.weight', [2, 3]],
    ['layer.bias', [2]],
  ]),
  signature: { x: { shape: [8, 3], dtype: 'float32' }, y: { shape: [8, 2], dtype: 'float32' } },
  loss({ x, y }, parameters) {
    const layer = parameters.at('layer');
    return { loss: tf.mean(tf.squaredDifference(linear(x!, layer.get('weight', [2, 3]), layer.get('bias', [2])), y!)) };
  },
  optimizer: { weightDecay: 0, averageDecay: 0.5 },
};

function batch(step: number) {
  const x = createGenerator(3).fork(`batch ${step}`).normals(24);
  const y = Float32Array.from({ length: 16 }, (_, i) => 2 * x[3 * Math.floor(i / 2) + (i % 2)]! - 1);
  return { x: hostTensor([8, 3], x), y: hostTensor([8, 2], y) };
}

test('every parameter is trained until the loss is small', async () => {
  const training = await FullTraining.create(createOnnxEngine(), task);
  const first = await training.train(batch(0), 0.05);
  for (let step = 1; step < 300; step++) await training.train(batch(step), 0.05);
  const last = await training.train(batch(300), 0.05);
  expect(first.loss).toBeGreaterThan(1);
  expect(last.loss).toBeLessThan(1e-3);
  expect(training.states.get('layer.bias')!.value[0]).toBeCloseTo(-1, 1);
});

test('parameters that are not trained stay as they are', async () => {
  const onlyBias = { ...task, isTrained: (name: string) => name === 'layer.bias' };
  const training = await FullTraining.create(createOnnxEngine(), onlyBias);
  const before = [...training.states.get('layer.weight')!.value];
  for (let step = 0; step < 5; step++) await training.train(batch(step), 0.05);
  expect([...training.states.get('layer.weight')!.value]).toEqual(before);
  expect([...training.states.get('layer.bias')!.value]).not.toEqual([0, 0]);
});

test('a loss that is not a number stops the training with the step', async () => {
  const training = await FullTraining.create(createOnnxEngine(), task);
  const bad = { ...batch(0), y: hostTensor([8, 2], new Float32Array(16).fill(Number.NaN)) };
  await expect(training.train(bad, 0.1)).rejects.toThrow('regression: the loss is NaN at step 0');
});

test('a stage that was stopped goes on from its snapshot to the same weights', async () => {
  const options = { batch, totalSteps: 60, peakLearningRate: 0.02, warmupSteps: 5, onLine() {} };
  const run = async (folder: string, stopAt?: number) => {
    const controller = new AbortController();
    const training = await FullTraining.create(createOnnxEngine(), task);
    const stopping = (step: number) => {
      if (step === stopAt) controller.abort();
      return batch(step);
    };
    const isDone = await runStage({ ...options, training, batch: stopping, folder, signal: controller.signal });
    return { isDone, weights: training.states.get('layer.weight')!.value };
  };
  const whole = await run(await mkdtemp(join(tmpdir(), 'petbooth-stage-')));
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-stage-'));
  expect((await run(folder, 20)).isDone).toBe(false);
  const resumed = await run(folder);
  expect(resumed.isDone).toBe(true);
  expect(resumed.weights).toEqual(whole.weights);
});

test('an export holds the averaged weights in half precision under the wanted names', async () => {
  const training = await FullTraining.create(createOnnxEngine(), task);
  for (let step = 0; step < 5; step++) await training.train(batch(step), 0.1);
  const path = join(await mkdtemp(join(tmpdir(), 'petbooth-export-')), 'model.safetensors');
  await training.export(path, (name) => (name === 'layer.bias' ? undefined : name.replace('layer.', '')));
  const file = await SafetensorsFile.open(path);
  expect([...file.entries.keys()]).toEqual(['weight']);
  expect(file.entries.get('weight')!.dtype).toBe('F16');
  const stored = await file.readFloat32('weight');
  training.states.get('layer.weight')!.average.forEach((value, index) => {
    expect(stored[index]).toBeCloseTo(value, 2);
  });
});

test('the learning rate warms up, then falls to its floor', () => {
  const rate = (step: number) => cosineLearningRate(step, { peak: 1, warmupSteps: 10, totalSteps: 110, floor: 0.1 });
  expect([rate(0), rate(9), rate(10), rate(60), rate(110), rate(500)].map((value) => Number(value.toFixed(4)))).toEqual(
    [0.1, 1, 1, 0.55, 0.1, 0.1],
  );
});
