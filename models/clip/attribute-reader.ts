/**
 * @file A small network that says what a picture shows, for checkpoints that bring one: kind of subject, how it looks, what
 * it wears and where it is. Where words and pictures can be compared, CLIP's zero-shot choice does the same (Radford et al.
 * 2021, arXiv:2103.00020, section 3.1), but a small image tower does not tell animals apart that stand in one place.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { type ConfigurationOptions, camelCaseKeys, parseConfiguration } from '../tensors/files/configuration.js';
import { conv2d, groupNorm, linear, silu } from '../tensors/ops.js';
import type { Parameters } from '../tensors/parameters.js';

const CHANNELS = [12, 24, 48, 96, 128] as const;
const NORM_GROUPS = 4;

/** A plain convolutional network: five strided convolutions, then the average over each quarter. */
export class ConvolutionalTrunk {
  /** Numbers for each picture. */
  static readonly width = 4 * CHANNELS.at(-1)!;
  readonly #layers: ((x: tf.Tensor) => tf.Tensor)[];

  constructor(parameters: Parameters) {
    this.#layers = CHANNELS.map((channels, index) => {
      const scope = parameters.at(`layers.${index}`);
      const size = index === 0 ? 4 : 3;
      const weight = scope.get('conv.weight', [channels, CHANNELS[index - 1] ?? 3, size, size]);
      const gamma = scope.get('norm.weight', [channels]);
      const beta = scope.get('norm.bias', [channels]);
      return (x) =>
        silu(groupNorm(conv2d(x, weight, undefined, { stride: 2, padding: 1 }), gamma, beta, NORM_GROUPS, 1e-5));
    });
  }

  /** @param pixels [B, H, W, 3] @returns what each layer sees, [B, H/2, W/2, 12] first */
  features(pixels: tf.Tensor): tf.Tensor[] {
    const seen: tf.Tensor[] = [];
    for (const layer of this.#layers) seen.push(layer(seen.at(-1) ?? pixels));
    return seen;
  }

  /** @param pixels [B, H, W, 3] @returns [B, 4·128]: the averages of the four quarters, since place matters to a setting */
  forward(pixels: tf.Tensor): tf.Tensor2D {
    const features = this.features(pixels).at(-1)!;
    const [batch, height, width, channels] = features.shape as [number, number, number, number];
    const halves = tf.reshape(features, [batch, 2, height / 2, 2 * (width / 2) * channels]);
    const rows = tf.reshape(tf.mean(halves, 2), [batch, 2, 2, (width / 2) * channels]);
    const quarters = tf.reshape(rows, [batch * 4, width / 2, channels]);
    return tf.reshape(tf.mean(quarters, 1), [batch, 4 * channels]);
  }
}

export class AttributeNetwork<Name extends string> {
  readonly #trunk: ConvolutionalTrunk;
  readonly #heads: readonly { readonly name: Name; readonly weight: tf.Tensor; readonly bias: tf.Tensor }[];

  /** @param answers how many answers each question has */
  constructor(answers: Readonly<Record<Name, number>>, parameters: Parameters) {
    this.#trunk = new ConvolutionalTrunk(parameters.at('trunk'));
    this.#heads = (Object.keys(answers) as Name[]).map((name) => {
      const scope = parameters.at(`heads.${name}`);
      const count = answers[name];
      return {
        name,
        weight: scope.get('weight', [count, ConvolutionalTrunk.width]),
        bias: scope.get('bias', [count]),
      };
    });
  }

  /** @returns what each layer sees, [B, h, w, C] each */
  features(pixels: tf.Tensor): tf.Tensor[] {
    return this.#trunk.features(pixels);
  }

  /** @param pixels [B, H, W, 3] in [-1, 1] @returns logits [B, answers] per question */
  forward(pixels: tf.Tensor): Record<Name, tf.Tensor> {
    const features = this.#trunk.forward(pixels);
    const logits = this.#heads.map(({ name, weight, bias }) => [name, linear(features, weight, bias)]);
    return Object.fromEntries(logits) as Record<Name, tf.Tensor>;
  }
}

const words = z.array(z.string().max(100)).min(1).max(500);
const schema = z.strictObject({
  _class_name: z.literal('AttributeReader'),
  image_size: z.int().multipleOf(64).positive(),
  kind: words,
  look: words,
  /** An empty word: none. */
  garment: words,
  place: words,
});

export const READ_ATTRIBUTES = ['kind', 'look', 'garment', 'place'] as const;
export type ReadAttribute = (typeof READ_ATTRIBUTES)[number];

export interface AttributeReaderConfig extends Readonly<Record<ReadAttribute, readonly string[]>> {
  readonly imageSize: number;
}

/** @throws CheckpointError naming file, key, what is supported and what was found */
export function parseAttributeReaderConfig(json: unknown, options: ConfigurationOptions = {}): AttributeReaderConfig {
  return camelCaseKeys(parseConfiguration(schema, json, options));
}

export class AttributeReader extends AttributeNetwork<ReadAttribute> {
  constructor({ kind, look, garment, place }: AttributeReaderConfig, parameters: Parameters) {
    super({ kind: kind.length, look: look.length, garment: garment.length, place: place.length }, parameters);
  }
}

export interface ReadAnswer {
  readonly words: string;
  /** 0…1 */
  readonly probability: number;
}

/** Softmax over the answers to one question, the most probable first. */
export function answersOf(words: readonly string[], logits: Float32Array): ReadAnswer[] {
  const highest = Math.max(...logits);
  const weights = Array.from(logits, (logit) => Math.exp(logit - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return words
    .map((answer, index) => ({ words: answer, probability: weights[index]! / total }))
    .toSorted((one, other) => other.probability - one.probability);
}
