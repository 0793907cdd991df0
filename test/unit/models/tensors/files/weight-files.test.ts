import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkWeights } from '#models/tensors/files/check-weights.js';
import { CheckpointError } from '#models/tensors/files/checkpoint-error.js';
import { SafetensorsFile, writeSafetensors } from '#models/tensors/files/safetensors.js';
import { createWeightFiles, findWeight, loadParameters, recordParameters } from '#models/tensors/files/weight-files.js';
import { Parameters } from '#models/tensors/parameters.js';

let folder: string;
let file: SafetensorsFile;
beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'weights-'));
  file = await store('weights', {
    'layer.weight': [2, 3],
    'layer.query.weight': [2, 2, 1, 1],
    'layer.bias': [2],
  });
});
afterAll(() => rm(folder, { recursive: true }));

async function store(name: string, shapes: Record<string, number[]>): Promise<SafetensorsFile> {
  const path = join(folder, `${name}.safetensors`);
  const tensors = Object.entries(shapes).map(([key, shape]) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return [key, { shape, data: Float32Array.from({ length: size }, (_, index) => index) }];
  });
  await writeSafetensors(path, Object.fromEntries(tensors));
  return SafetensorsFile.open(path);
}

const aliases = (name: string) => [name.replace('.to_q.', '.query.')];

describe('weight files', () => {
  it('looks names up below their prefix and by their aliases', () => {
    const weights = createWeightFiles([{ file, prefix: 'vae', aliases }]);
    expect(weights.lookup('vae.layer.weight')?.tensorName).toBe('layer.weight');
    expect(weights.lookup('vae.layer.to_q.weight')?.tensorName).toBe('layer.query.weight');
    expect(weights.lookup('layer.weight')).toBeUndefined();
    expect(weights.lookup('vaelayer.weight')).toBeUndefined();
  });

  it('has a key that changes with the file, its place and its prefix', async () => {
    const same = createWeightFiles([{ file }]).key;
    expect(createWeightFiles([{ file: await SafetensorsFile.open(file.path) }]).key).toBe(same);
    expect(createWeightFiles([{ file, prefix: 'vae' }]).key).not.toBe(same);
    expect(createWeightFiles([{ file: await store('other', { 'layer.weight': [2, 3] }) }]).key).not.toBe(same);
  });

  it('takes a 1×1 convolution for a linear layer, and no other shape', () => {
    const weights = createWeightFiles([{ file, aliases }]);
    expect(findWeight(weights, 'layer.to_q.weight', [2, 2]).entry.shape).toEqual([2, 2, 1, 1]);
    expect(() => findWeight(weights, 'layer.weight', [3, 2])).toThrow(
      `${file.path}: layer.weight: expected [3, 2], found [2, 3]`,
    );
    expect(() => findWeight(weights, 'layer.scale', [2], 'unet.safetensors')).toThrow(
      'unet.safetensors: layer.scale: expected [2], found no such tensor',
    );
  });

  it('loads parameters into tensors of the shape that was asked for, and frees them', async () => {
    const before = tf.memory().numTensors;
    const parameters = await loadParameters(
      createWeightFiles([{ file, aliases }]),
      new Map([
        ['layer.to_q.weight', [2, 2]],
        ['layer.bias', [2]],
      ]),
    );
    const scope = new Parameters(parameters).at('layer');
    expect(scope.at('to_q').get('weight', [2, 2]).arraySync()).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(() => scope.get('weight', [2, 3])).toThrow(CheckpointError);
    parameters.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('records names and shapes without leaving tensors, and notices two opinions about a shape', () => {
    const before = tf.memory().numTensors;
    const shapes = recordParameters((source) => new Parameters(source, 'a').at('b').get('c', [4, 2]));
    expect([...shapes]).toEqual([['a.b.c', [4, 2]]]);
    expect(tf.memory().numTensors).toBe(before);
    const disagree = () =>
      recordParameters((source) => {
        source.get('a', [1]);
        source.get('a', [2]);
      });
    expect(disagree).toThrow('a is asked for as [1] and as [2]');
  });
});

describe('checkWeights', () => {
  const wanted = new Map<string, readonly number[]>([
    ['layer.weight', [2, 3]],
    ['layer.to_q.weight', [2, 2]],
    ['layer.bias', [2]],
  ]);

  it('accepts a file that holds exactly what is wanted', () => {
    expect(() => checkWeights(file, wanted, { aliases })).not.toThrow();
  });

  it('names a tensor that nothing uses, unless it is to be ignored', async () => {
    const larger = await store('larger', { 'layer.bias': [2], position_ids: [1, 7] });
    const bias = new Map([['layer.bias', [2]]]);
    expect(() => checkWeights(larger, bias)).toThrow(
      `${larger.path}: position_ids: expected no such tensor, found [1, 7]`,
    );
    expect(() => checkWeights(larger, bias, { ignored: ['position_ids'] })).not.toThrow();
  });

  it('names a tensor that is missing', () => {
    const more = new Map([...wanted, ['layer.scale', [2]] as const]);
    expect(() => checkWeights(file, more, { aliases })).toThrow(
      `${file.path}: layer.scale: expected [2], found no such tensor`,
    );
  });
});
