import * as tf from '@tensorflow/tfjs';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import { CompiledCheckpoint } from '#models/pipelines/compiled-checkpoint.js';
import { createEagerEngine } from '#models/tensors/engine/eager-engine.js';
import type { Engine, Signature } from '#models/tensors/engine/engine.js';
import { hostTensor } from '#models/tensors/engine/host-tensor.js';

const checkpoint = {
  configs: {
    unet: { sampleSize: 8 },
    vae: { blockOutChannels: [1, 1], latentChannels: 4 },
    textEncoder: { maxPositionEmbeddings: 5, hiddenSize: 3 },
  },
} as unknown as CheckpointFolder;

let compiled: [string, Signature][];
let model: CompiledCheckpoint;
let isBroken: boolean;
beforeAll(() => tf.setBackend('cpu'));
beforeEach(() => {
  compiled = [];
  isBroken = false;
  const eager = createEagerEngine('cpu');
  const engine: Engine = {
    ...eager,
    compile(name, fn, signature) {
      compiled.push([name, signature]);
      return isBroken ? Promise.reject(new Error('broken')) : eager.compile(name, fn, signature);
    },
  };
  model = new CompiledCheckpoint(checkpoint, engine);
});

const double = (name: string, values: number[]) =>
  model.run(name, { x: hostTensor([values.length], Float32Array.from(values)) }, ({ x }) => ({ y: tf.mul(x!, 2) }));

test('its sizes are those of its parts', () => {
  expect([model.latentShape, model.imageSize, model.embeddingShape]).toEqual([
    [8, 8, 4],
    [16, 16],
    [5, 3],
  ]);
});

test('a function is compiled once for each shape that it is given', async () => {
  expect([...(await double('double', [1, 2])).y!.data]).toEqual([2, 4]);
  expect([...(await double('double', [3, 4])).y!.data]).toEqual([6, 8]);
  expect([...(await double('double', [5])).y!.data]).toEqual([10]);
  await double('twice', [5]);
  expect(compiled).toEqual([
    ['double', { x: { shape: [2], dtype: 'float32' } }],
    ['double', { x: { shape: [1], dtype: 'float32' } }],
    ['twice', { x: { shape: [1], dtype: 'float32' } }],
  ]);
});

test('what could not be compiled is compiled again next time', async () => {
  isBroken = true;
  await expect(double('double', [1])).rejects.toThrow('broken');
  isBroken = false;
  expect([...(await double('double', [1])).y!.data]).toEqual([2]);
});
