/** @file Components of a pipeline without a model, whose pictures show what went in. */

import { CLIPTokenizer } from '#models/clip/tokenization-clip.js';
import type { NoisePredictionInput, StableDiffusionComponents } from '#models/pipelines/stable-diffusion-components.js';
import { parseSchedulerConfig } from '#models/schedulers/scheduler-config.js';
import { SD14_SCHEDULER_CONFIG } from './scheduler-config.js';
import { petTokenizer } from './tokenizer-files.js';

const LATENT_SIZE = 2 * 2 * 4;
export const EMBEDDING_SIZE = 8;

export interface FakeStableDiffusion extends StableDiffusionComponents {
  readonly noiseCalls: NoisePredictionInput[];
  readonly textCalls: Int32Array[];
  readonly decodeCalls: Float32Array[];
}

/** Noise of a row = 0.2·latent + embedding[i mod 8]·0.01; a text's embedding is made of its token ids. */
export function fakeStableDiffusion(overrides: Partial<StableDiffusionComponents> = {}): FakeStableDiffusion {
  const noiseCalls: NoisePredictionInput[] = [];
  const textCalls: Int32Array[] = [];
  const decodeCalls: Float32Array[] = [];
  return {
    noiseCalls,
    textCalls,
    decodeCalls,
    tokenizer: new CLIPTokenizer(petTokenizer().files),
    schedulerConfig: parseSchedulerConfig(SD14_SCHEDULER_CONFIG),
    latentShape: [2, 2, 4],
    imageSize: [4, 4],
    scalingFactor: 0.5,
    rowBuckets: [1, 2, 4],
    async encodeText(ids) {
      textCalls.push(ids);
      return Float32Array.from({ length: EMBEDDING_SIZE }, (_, i) =>
        Math.sin(i + ids.reduce((sum, id, place) => sum + id * (place + 1), 0)),
      );
    },
    async predictNoise(input) {
      noiseCalls.push(input);
      const { latents, embeddings } = input;
      return latents.map((value, i) => {
        const row = Math.floor(i / LATENT_SIZE);
        return 0.2 * value + 0.01 * embeddings[row * EMBEDDING_SIZE + (i % EMBEDDING_SIZE)]!;
      });
    },
    async decodeLatents(latents) {
      decodeCalls.push(latents);
      return Float32Array.from({ length: 4 * 4 * 3 }, (_, i) => Math.tanh(latents[i % LATENT_SIZE]!));
    },
    ...overrides,
  };
}
