/**
 * @file The judges: small networks, trained on the toy world alone and never used in training the checkpoint, that say
 * what a picture shows (kind, colour, clothes, setting) and which individual it is.
 */
import * as tf from '@tensorflow/tfjs';
import type { HostTensors } from '../engine/engine.js';
import { hostTensor } from '../engine/host-tensor.js';
import { recordParameters } from '../loaders/weight-files.js';
import { conv2d, groupNorm, linear, silu } from '../ops.js';
import { Parameters } from '../parameters.js';
import { createGenerator, type Generator } from '../random.js';
import type { TrainingTask } from './full-training.js';
import { drawScenes } from './toy-data.js';
import { createPet } from './toy-world/pet.js';
import { createScene, describeScene, type SceneLabels } from './toy-world/scene.js';
import { CLOTHES, COLOURS, KINDS, SETTINGS } from './toy-world/vocabulary.js';

/** The questions of the attribute judge, with the number of answers. */
export const ATTRIBUTES = {
  kind: KINDS.length,
  colour: COLOURS.length,
  clothes: CLOTHES.length,
  setting: SETTINGS.length,
} as const satisfies Record<keyof SceneLabels, number>;
export type Attribute = keyof typeof ATTRIBUTES;

const CHANNELS = [12, 24, 48, 96, 128] as const;
const NORM_GROUPS = 4;
/** Length of an individual's embedding. */
export const IDENTITY_WIDTH = 48;

/** A plain convolutional network: five strided convolutions, then the average over all places. */
class ConvolutionalTrunk {
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

const FEATURES = 4 * CHANNELS.at(-1)!;

export class AttributeJudge {
  readonly #trunk: ConvolutionalTrunk;
  readonly #heads: Record<Attribute, { weight: tf.Tensor; bias: tf.Tensor }>;

  constructor(parameters: Parameters) {
    this.#trunk = new ConvolutionalTrunk(parameters.at('trunk'));
    const heads = Object.entries(ATTRIBUTES).map(([name, classes]) => {
      const scope = parameters.at(`heads.${name}`);
      return [name, { weight: scope.get('weight', [classes, FEATURES]), bias: scope.get('bias', [classes]) }];
    });
    this.#heads = Object.fromEntries(heads);
  }

  /** @returns what each layer sees, [B, h, w, C] each */
  features(pixels: tf.Tensor): tf.Tensor[] {
    return this.#trunk.features(pixels);
  }

  /** @returns logits [B, classes] per attribute */
  forward(pixels: tf.Tensor): Record<Attribute, tf.Tensor> {
    const features = this.#trunk.forward(pixels);
    const logits = Object.entries(this.#heads).map(([name, { weight, bias }]) => [
      name,
      linear(features, weight, bias),
    ]);
    return Object.fromEntries(logits);
  }
}

export class IdentityJudge {
  readonly #trunk: ConvolutionalTrunk;
  readonly #weight: tf.Tensor;
  constructor(parameters: Parameters) {
    this.#trunk = new ConvolutionalTrunk(parameters.at('trunk'));
    this.#weight = parameters.at('head').get('weight', [IDENTITY_WIDTH, FEATURES]);
  }

  /** @returns unit vectors [B, IDENTITY_WIDTH]; pictures of one individual lie close together */
  forward(pixels: tf.Tensor): tf.Tensor2D {
    const raw = linear(this.#trunk.forward(pixels), this.#weight);
    return tf.div(raw, tf.sqrt(tf.add(tf.sum(tf.square(raw), 1, true), 1e-8)));
  }
}

export function attributeJudgeTask(batchSize: number, size: number): TrainingTask {
  const labels = Object.entries(ATTRIBUTES).map(([name, classes]) => [
    name,
    { shape: [batchSize, classes], dtype: 'float32' as const },
  ]);
  return {
    name: 'attribute-judge',
    shapes: recordParameters((source) => new AttributeJudge(new Parameters(source))),
    signature: { pixels: { shape: [batchSize, size, size, 3], dtype: 'float32' }, ...Object.fromEntries(labels) },
    loss(batch, parameters) {
      const logits = new AttributeJudge(parameters).forward(batch.pixels!);
      const terms = Object.entries(logits).map(([name, scores]) =>
        tf.neg(tf.mean(tf.sum(tf.mul(batch[name]!, tf.logSoftmax(scores)), 1))),
      );
      return { loss: tf.addN(terms) };
    },
    optimizer: { weightDecay: 0.01, maxGradientNorm: 1, averageDecay: 0.99 },
  };
}

export function attributeJudgeBatch(task: TrainingTask, seed: number, step: number): HostTensors {
  const { pixels } = task.signature;
  const [batchSize, size] = pixels!.shape as [number, number];
  const generator = createGenerator(seed).fork(`attribute judge ${step}`);
  const scenes = Array.from({ length: batchSize }, (_, index) => createScene(generator.fork(`scene ${index}`)));
  const labels = Object.entries(ATTRIBUTES).map(([name, classes]) => {
    const hot = new Float32Array(batchSize * classes);
    scenes.forEach((scene, row) => {
      hot[row * classes + describeScene(scene)[name as Attribute]] = 1;
    });
    return [name, hostTensor([batchSize, classes], hot)];
  });
  return {
    pixels: hostTensor(pixels!.shape, disturbed(drawScenes(scenes, size), generator)),
    ...Object.fromEntries(labels),
  };
}

/** Noise, so that the judges read shapes and colours rather than single pixels of perfect drawings. */
function disturbed(pixels: Float32Array, generator: Generator): Float32Array {
  const strength = 0.15 * generator.uniform();
  const noise = generator.fork('noise').normals(pixels.length);
  return pixels.map((value, index) => value + strength * noise[index]!);
}

/** Pairs of pictures of one pet; all other pets of the batch are the others. */
export function identityJudgeTask(pairs: number, size: number): TrainingTask {
  const shape = [pairs, size, size, 3] as const;
  return {
    name: 'identity-judge',
    shapes: recordParameters((source) => new IdentityJudge(new Parameters(source))),
    signature: {
      first: { shape, dtype: 'float32' },
      second: { shape, dtype: 'float32' },
      same: { shape: [pairs, pairs], dtype: 'float32' },
    },
    loss({ first, second, same }, parameters) {
      const judge = new IdentityJudge(parameters);
      const logits = tf.mul(
        tf.matMul(judge.forward(first!), judge.forward(second!), false, true),
        IDENTITY_LOGIT_SCALE,
      );
      const term = (scores: tf.Tensor) => tf.neg(tf.mean(tf.sum(tf.mul(same!, tf.logSoftmax(scores)), 1)));
      return { loss: tf.mul(tf.add(term(logits), term(tf.transpose(logits))), 0.5) };
    },
    optimizer: { weightDecay: 0.01, maxGradientNorm: 1, averageDecay: 0.99 },
  };
}
const IDENTITY_LOGIT_SCALE = 12;

/** Batches of one kind of animal: telling a dog from a duck would teach nothing about individuals. */
export function identityJudgeBatch(task: TrainingTask, seed: number, step: number): HostTensors {
  const { first } = task.signature;
  const [pairs, size] = first!.shape as [number, number];
  const generator = createGenerator(seed).fork(`identity judge ${step}`);
  const kind = KINDS[generator.integer(KINDS.length)]!.name;
  const pets = Array.from({ length: pairs }, (_, index) => createPet(generator.fork(`pet ${index}`), { kind }));
  const pictures = (side: string) =>
    disturbed(
      drawScenes(
        pets.map((pet, index) => createScene(generator.fork(`${side} ${index}`), { pet })),
        size,
      ),
      generator.fork(side),
    );
  const same = Float32Array.from({ length: pairs ** 2 }, (_, index) => (index % (pairs + 1) === 0 ? 1 : 0));
  return {
    first: hostTensor(first!.shape, pictures('first')),
    second: hostTensor(first!.shape, pictures('second')),
    same: hostTensor([pairs, pairs], same),
  };
}
