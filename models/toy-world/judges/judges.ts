/** @file Both judges on an engine, asked about pictures of the toy world's size. */
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import type { FeatureMap } from '../../evaluation/masked-similarity.js';
import type { Engine, TracedFunction } from '../../tensors/engine/engine.js';
import { hostTensor } from '../../tensors/engine/host-tensor.js';
import { SafetensorsFile } from '../../tensors/files/safetensors.js';
import { createWeightFiles } from '../../tensors/files/weight-files.js';
import { TOY_PIXELS } from '../pretraining/toy-pets-configuration.js';
import { ATTRIBUTES, type Attribute, AttributeJudge, IdentityJudge } from './judge.js';

/** Pictures are [count, H, W, 3] in [-1, 1]; every answer has one entry per picture. */
export interface Judges {
  /** The most likely answers, as positions in the tables of the vocabulary. */
  attributes(pictures: Float32Array): Promise<Record<Attribute, number>[]>;
  /** Unit vectors. */
  identities(pictures: Float32Array): Promise<Float32Array[]>;
  /** What each layer of the attribute judge sees, finest first: to compare pictures as eyes do rather than by pixels. */
  features(pictures: Float32Array): Promise<FeatureMap[][]>;
}

const PICTURE_SHAPE = [1, TOY_PIXELS, TOY_PIXELS, 3] as const;
const PICTURE_SIZE = TOY_PIXELS ** 2 * 3;

/** @param folder where the recipe left their weights */
export async function loadJudges(engine: Engine, folder: string): Promise<Judges> {
  const load = async (name: string, file: string, fn: TracedFunction) => {
    const weights = createWeightFiles([{ file: await SafetensorsFile.open(join(folder, file)) }]);
    const judge = await engine.compile(name, fn, { pixels: { shape: PICTURE_SHAPE, dtype: 'float32' } }, weights);
    return async (pictures: Float32Array) => {
      const answers = [];
      for (let start = 0; start < pictures.length; start += PICTURE_SIZE) {
        const picture = pictures.slice(start, start + PICTURE_SIZE);
        answers.push(await judge.run({ pixels: hostTensor(PICTURE_SHAPE, picture) }));
      }
      return answers;
    };
  };
  const attributes = await load('attribute judge', 'attribute-judge.safetensors', ({ pixels }, parameters) =>
    new AttributeJudge(parameters).forward(pixels!),
  );
  const features = await load('attribute judge features', 'attribute-judge.safetensors', ({ pixels }, parameters) => {
    const layers = new AttributeJudge(parameters).features(pixels!);
    return Object.fromEntries(layers.map((layer, index) => [`layer${index}`, layer]));
  });
  const identities = await load('identity judge', 'identity-judge.safetensors', ({ pixels }, parameters) => ({
    vector: new IdentityJudge(parameters).forward(pixels as tf.Tensor),
  }));
  return {
    async attributes(pictures) {
      const answers = await attributes(pictures);
      return answers.map((logits) => {
        const chosen = Object.keys(ATTRIBUTES).map((name) => {
          const scores = logits[name]!.data as Float32Array;
          return [name, scores.indexOf(Math.max(...scores))];
        });
        return Object.fromEntries(chosen) as Record<Attribute, number>;
      });
    },
    identities: async (pictures) => (await identities(pictures)).map(({ vector }) => vector!.data as Float32Array),
    async features(pictures) {
      const answers = await features(pictures);
      return answers.map((layers) =>
        Object.keys(layers).map((_, index) => {
          const { data, shape } = layers[`layer${index}`]!;
          const [, height, width, channels] = shape as [number, number, number, number];
          return { values: data as Float32Array, height, width, channels };
        }),
      );
    },
  };
}
