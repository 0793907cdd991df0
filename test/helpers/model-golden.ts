/** @file Reads what test/golden/make/model_parts.py wrote, runs a model part on tfjs `cpu` and measures it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { Parameters } from '#models/tensors/parameters.js';
import { generatedParameters } from './generated-weights.js';
import { relativeDifference } from './relative-difference.js';

export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A checkpoint folder as diffusers writes it, without a tokenizer. */
export const CHECKPOINT_FOLDER = fileURLToPath(new URL('../golden/data/models/checkpoint', import.meta.url));

export function readGolden<Case>(name: string): readonly Case[] {
  const url = new URL(`../golden/data/models/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { cases: Case[] }).cases;
}

export const restore = <Kind extends tf.Tensor>(
  { shape, data }: StoredTensor,
  dtype: 'float32' | 'int32' = 'float32',
) => tf.tensor([...data], [...shape], dtype) as Kind;

/** Largest relative differences of named outputs, infinite where a shape differs. */
export function differences(
  outputs: Record<string, tf.Tensor>,
  expected: Record<string, StoredTensor>,
): Record<string, number> {
  const measured = Object.entries(expected).map(([name, { shape, data }]) => {
    const output = outputs[name];
    const isSameShape = output?.shape.join() === shape.join();
    return [name, isSameShape ? relativeDifference(output.dataSync(), data) : Number.POSITIVE_INFINITY];
  });
  return Object.fromEntries(measured) as Record<string, number>;
}

export interface PartRun {
  readonly differences: Record<string, number>;
  /** Tensors left over after outputs, or gradients through the whole part, were disposed. */
  readonly leaked: number;
}

/** Builds and runs a part with generated weights of `folder`, inside tf.tidy as engines do. */
export function runPart(
  folder: string,
  forward: (parameters: Parameters) => Record<string, tf.Tensor>,
  expected: Record<string, StoredTensor>,
): PartRun {
  const weights = generatedParameters(folder);
  const run = () => {
    const outputs = tf.tidy(() => forward(new Parameters(weights)));
    const result = differences(outputs, expected);
    tf.dispose(outputs);
    return result;
  };
  const result = run(); // the first run makes the weights
  // Biases and norms lie on every path; gradients of matrices and filters would only cost time.
  const vectors = weights.list().filter(({ rank }) => rank === 1);
  const before = tf.memory().numTensors;
  run();
  tf.tidy(() => void gradientsOf(() => forward(new Parameters(weights)), vectors));
  const leaked = tf.memory().numTensors - before;
  weights.dispose();
  return { differences: result, leaked };
}

/** Of the sum of squares of all outputs; null where no output depends on a tensor. */
function gradientsOf(forward: () => Record<string, tf.Tensor>, tensors: tf.Tensor[]): (tf.Tensor | null)[] {
  const { grads } = tf
    .engine()
    .gradients(
      () => tf.addN(Object.values(forward()).map((output) => tf.sum(tf.square(output)))) as tf.Scalar,
      tensors,
      undefined,
      true,
    );
  if (!grads.some((gradient) => gradient !== null)) throw new Error('no output depends on any weight');
  return grads;
}

export const worst = (measured: Record<string, number>): number => Math.max(...Object.values(measured));
