/**
 * @file A numeric self-test: a small network with every kind of heavy operator, forward and backward, against stored
 * numbers. An engine that disagrees (a broken driver, a wrong provider) is refused before it spoils a pet.
 */
import * as tf from '@tensorflow/tfjs';
import {
  conv2d,
  geluErf,
  groupNorm,
  layerNorm,
  linear,
  scaledDotProductAttention,
  silu,
  upsampleNearest2x,
} from '../ops.js';
import type { Engine, Signature } from './engine.js';
import { elementCount, type HostTensor, hostTensor } from './host-tensor.js';

/** Loss, and the sums of the absolute gradients of x, the filter and the projection; made on tfjs `cpu` (see the test). */
export const EXPECTED: readonly number[] = [0.100666247, 8.33233356, 26.4042301, 1.41821074];
const TOLERANCE = 1e-4;

const SHAPES = { x: [2, 6, 6, 4], filter: [8, 4, 3, 3], projection: [8, 8] } as const;

export class EngineDisagreesError extends Error {
  override readonly name = 'EngineDisagreesError';
}

/** A fixed, irregular sequence in [-1, 1]. */
const sequence = (shape: readonly number[], phase: number): HostTensor =>
  hostTensor(
    shape,
    Float32Array.from(
      { length: elementCount(shape) },
      (_, index) => Math.sin(1.7 * index + phase) * Math.cos(0.3 * index),
    ),
  );

function network(x: tf.Tensor, filter: tf.Tensor, projection: tf.Tensor): tf.Scalar {
  const ones = tf.ones([8]);
  const zeros = tf.zeros([8]);
  const features = silu(groupNorm(conv2d(x, filter, undefined, { padding: 1, stride: 2 }), ones, zeros, 2, 1e-5));
  const tokens = layerNorm(tf.reshape(upsampleNearest2x(features), [2, 36, 8]), ones, zeros, 1e-5);
  const heads = tf.transpose(tf.reshape(linear(tokens, projection), [2, 36, 2, 4]), [0, 2, 1, 3]);
  const mixed = scaledDotProductAttention(heads, heads, heads);
  return tf.mean(tf.square(tf.add(geluErf(mixed), 0.1))) as tf.Scalar;
}

/** The four numbers of `EXPECTED`, computed by `engine`. */
export async function selfTestNumbers(engine: Engine): Promise<number[]> {
  const signature: Signature = Object.fromEntries(
    Object.entries(SHAPES).map(([key, shape]) => [key, { shape, dtype: 'float32' }]),
  );
  const compiled = await engine.compile(
    'self-test',
    ({ x, filter, projection }) => {
      const { value, grads } = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => network(a, b, c))([
        x!,
        filter!,
        projection!,
      ]);
      return { numbers: tf.stack([value, ...grads.map((gradient) => tf.sum(tf.abs(gradient)))]) };
    },
    signature,
  );
  try {
    const inputs = Object.entries(SHAPES).map(([key, shape], index) => [key, sequence(shape, index)]);
    const { numbers } = await compiled.run(Object.fromEntries(inputs));
    return [...(numbers!.data as Float32Array)];
  } finally {
    await compiled.dispose();
  }
}

/** @throws EngineDisagreesError */
export async function selfTest(engine: Engine): Promise<void> {
  const found = await selfTestNumbers(engine);
  const agrees = EXPECTED.every((value, index) => Math.abs(found[index]! - value) <= TOLERANCE * Math.abs(value));
  if (!agrees) {
    throw new EngineDisagreesError(
      `${engine.name} computes [${found}] where [${EXPECTED}] is right; it cannot be trusted`,
    );
  }
}
