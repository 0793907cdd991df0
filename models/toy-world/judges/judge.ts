/**
 * @file The judges: small networks, trained on the toy world alone and never used in training the checkpoint, that say
 * what a picture shows (kind, colour, clothes, setting) and which individual it is.
 */
import * as tf from '@tensorflow/tfjs';
import { AttributeNetwork, ConvolutionalTrunk } from '../../clip/attribute-reader.js';
import type { HostTensors } from '../../tensors/engine/engine.js';
import { hostTensor } from '../../tensors/engine/host-tensor.js';
import { recordParameters } from '../../tensors/files/weight-files.js';
import { linear } from '../../tensors/ops.js';
import { Parameters } from '../../tensors/parameters.js';
import { createGenerator, type Generator } from '../../tensors/random.js';
import type { TrainingTask } from '../../training/full-training.js';
import { createPet } from '../pet.js';
import { drawScenes } from '../pretraining/toy-data.js';
import { createScene, describeScene, type SceneLabels } from '../scene.js';
import { CLOTHES, COLOURS, KINDS, SETTINGS } from '../vocabulary.js';

/** The questions of the attribute judge, with the number of answers. */
export const ATTRIBUTES = {
  kind: KINDS.length,
  colour: COLOURS.length,
  clothes: CLOTHES.length,
  setting: SETTINGS.length,
} as const satisfies Record<keyof SceneLabels, number>;
export type Attribute = keyof typeof ATTRIBUTES;

/** Length of an individual's embedding. */
export const IDENTITY_WIDTH = 48;

export class AttributeJudge extends AttributeNetwork<Attribute> {
  constructor(parameters: Parameters) {
    super(ATTRIBUTES, parameters);
  }
}

export class IdentityJudge {
  readonly #trunk: ConvolutionalTrunk;
  readonly #weight: tf.Tensor;
  constructor(parameters: Parameters) {
    this.#trunk = new ConvolutionalTrunk(parameters.at('trunk'));
    this.#weight = parameters.at('head').get('weight', [IDENTITY_WIDTH, ConvolutionalTrunk.width]);
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
