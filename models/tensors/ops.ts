/**
 * @file Building blocks of every model here, each with a gradient of its own: they save only their inputs and rebuild
 * what the backward pass needs, and the tracing engine recognises them. They run on any TensorFlow.js backend.
 */
import * as tf from '@tensorflow/tfjs';
import { computedAfter, runKernelOr } from './engine/native-kernels.js';

/** Padding of a convolution: the same on each side, or [top, bottom, left, right]. */
export type Padding = number | readonly [top: number, bottom: number, left: number, right: number];

const SQRT_HALF = Math.SQRT1_2;
const INVERSE_SQRT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

/**
 * `tf.customGrad` with the casts in one place. Every tensor that the gradient needs is an input: the tape keeps those, and
 * frees whatever else the forward pass made.
 */
type Gradient = (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[];
function withGradient(
  inputs: readonly tf.Tensor[],
  forward: (...inputs: tf.Tensor[]) => tf.Tensor,
  gradient: Gradient,
): tf.Tensor {
  const op = tf.customGrad((...args: unknown[]) => {
    const save = args.pop() as (tensors: tf.Tensor[]) => void;
    const tensors = args as tf.Tensor[];
    const value = forward(...tensors);
    save(tensors);
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradient(dy, saved) };
  });
  return op(...inputs);
}

/**
 * Affine map of the last axis, y = x·Wᵀ + b.
 * @param x [..., in]
 * @param weight [out, in], PyTorch layout
 * @param bias [out]
 * @returns [..., out]
 */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const [outFeatures, inFeatures] = weight.shape as [number, number];
  if (x.shape.at(-1) !== inFeatures) {
    throw new Error(`linear: weight [${weight.shape}] does not fit input [${x.shape}]`);
  }
  const rows = x.size / inFeatures;
  const flat = tf.matMul(tf.reshape(x, [rows, inFeatures]), weight as tf.Tensor2D, false, true);
  const shifted = bias ? addBias(flat, bias) : flat;
  return tf.reshape(shifted, [...x.shape.slice(0, -1), outFeatures]);
}

/** Adds a vector to the last axis; its gradient is one reduction. @param x [..., C] @param bias [C] */
export function addBias(x: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return withGradient(
    [x, bias],
    (value, shift) => tf.add(value!, shift!),
    (dy) => [dy, sumToLastAxis(dy)],
  );
}

function sumToLastAxis(x: tf.Tensor): tf.Tensor {
  return tf.sum(
    x,
    x.shape.slice(0, -1).map((_, axis) => axis),
  );
}

/**
 * Two-dimensional convolution.
 * @param x [B, H, W, in]
 * @param weight [out, in, kernelHeight, kernelWidth], PyTorch layout
 * @param bias [out]
 */
export function conv2d(
  x: tf.Tensor,
  weight: tf.Tensor,
  bias?: tf.Tensor,
  options: { stride?: number; padding?: Padding } = {},
): tf.Tensor4D {
  const { stride = 1, padding = 0 } = options;
  const [top, bottom, left, right] = typeof padding === 'number' ? [padding, padding, padding, padding] : padding;
  const filter = tf.transpose(weight, [2, 3, 1, 0]) as tf.Tensor4D; // OIHW → HWIO
  const y = tf.conv2d(x as tf.Tensor4D, filter, stride, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  return (bias ? addBias(y, bias) : y) as tf.Tensor4D;
}

/** x·σ(x), the swish activation. */
export function silu(x: tf.Tensor): tf.Tensor {
  return sigmoidGated(x, 1);
}

/** x·σ(1.702 x), the activation of CLIP ViT-L/14 (`quick_gelu`). */
export function quickGelu(x: tf.Tensor): tf.Tensor {
  return sigmoidGated(x, 1.702);
}

function sigmoidGated(x: tf.Tensor, alpha: number): tf.Tensor {
  return withGradient(
    [x],
    (value) =>
      runKernelOr('QuickGelu', { x: value! }, { alpha }, () => tf.mul(value!, tf.sigmoid(tf.mul(value!, alpha)))),
    (dy, [value]) => {
      const scaled = alpha === 1 ? value! : tf.mul(value!, alpha);
      const gate = tf.sigmoid(scaled);
      const slope = tf.mul(gate, tf.add(tf.mul(scaled, tf.sub(1, gate)), 1)); // σ·(1 + αx·(1 − σ))
      return [tf.mul(dy, slope)];
    },
  );
}

/** x·Φ(x) with the exact error function, not its tanh approximation (GEGLU of Stable Diffusion). */
export function geluErf(x: tf.Tensor): tf.Tensor {
  const cumulative = (value: tf.Tensor) => tf.mul(tf.add(tf.erf(tf.mul(value, SQRT_HALF)), 1), 0.5);
  return withGradient(
    [x],
    (value) => tf.mul(value!, cumulative(value!)),
    (dy, [value]) => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(value!), -0.5)), INVERSE_SQRT_TWO_PI);
      return [tf.mul(dy, tf.add(cumulative(value!), tf.mul(value!, density)))];
    },
  );
}

/**
 * Group normalisation over contiguous channel groups with the biased variance.
 * Paper: Wu & He 2018, arXiv:1803.08494.
 * @param x [B, H, W, C]; C divisible by `groups`
 * @param gamma [C] @param beta [C]
 */
export function groupNorm(
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  groups: number,
  epsilon: number,
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  if (channels % groups !== 0) throw new Error(`groupNorm: ${channels} channels do not split into ${groups} groups`);
  const grouped = [batch, height * width, groups, channels / groups];
  const normalise = (value: tf.Tensor) => {
    const view = tf.reshape(value, grouped);
    const centred = tf.sub(view, tf.mean(view, [1, 3], true));
    const inverseDeviation = tf.rsqrt(tf.add(tf.mean(tf.square(centred), [1, 3], true), epsilon));
    return { normalised: tf.mul(centred, inverseDeviation), inverseDeviation }; // [B, HW, G, C/G], [B, 1, G, 1]
  };
  const y = withGradient(
    [x, gamma, beta],
    (value, scale, shift) =>
      runKernelOr('GroupNorm', { x: value!, gamma: scale!, beta: shift! }, { groups, epsilon }, () =>
        tf.add(tf.mul(tf.reshape(normalise(value!).normalised, value!.shape), scale!), shift!),
      ),
    (dy, [value, scale]) =>
      runKernelOr('GroupNormGradient', { x: value!, gamma: scale!, dy }, { groups, epsilon }, () => {
        const { normalised, inverseDeviation } = normalise(value!);
        const scaled = tf.reshape(tf.mul(dy, scale!), grouped);
        const mean = tf.mean(scaled, [1, 3], true);
        const projection = tf.mean(tf.mul(scaled, normalised), [1, 3], true);
        const dx = tf.mul(tf.sub(tf.sub(scaled, mean), tf.mul(normalised, projection)), inverseDeviation);
        const flat = tf.reshape(normalised, value!.shape);
        return [tf.reshape(dx, value!.shape), sumToLastAxis(tf.mul(dy, flat)), sumToLastAxis(dy)];
      }),
  );
  return y as tf.Tensor4D;
}

/** Layer normalisation of the last axis. Paper: Ba et al. 2016, arXiv:1607.06450. @param x [..., C] @param gamma [C] @param beta [C] */
export function layerNorm(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor {
  const normalise = (value: tf.Tensor) => {
    const centred = tf.sub(value, tf.mean(value, -1, true));
    const inverseDeviation = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
    return { normalised: tf.mul(centred, inverseDeviation), inverseDeviation };
  };
  return withGradient(
    [x, gamma, beta],
    (value, scale, shift) =>
      runKernelOr('LayerNorm', { x: value!, gamma: scale!, beta: shift! }, { epsilon }, () =>
        tf.add(tf.mul(normalise(value!).normalised, scale!), shift!),
      ),
    (dy, [value, scale]) => {
      const { normalised, inverseDeviation } = normalise(value!);
      const scaled = tf.mul(dy, scale!);
      const projection = tf.mean(tf.mul(scaled, normalised), -1, true);
      const dx = tf.mul(
        tf.sub(tf.sub(scaled, tf.mean(scaled, -1, true)), tf.mul(normalised, projection)),
        inverseDeviation,
      );
      return [dx, sumToLastAxis(tf.mul(dy, normalised)), sumToLastAxis(dy)];
    },
  );
}

/** 128 MiB: one row of Stable Diffusion's 64² self-attention has four times as many, and two maps are alive at a time. */
const MAX_SCORES = 2 ** 25;

/** Maps of up to 16 MiB may be kept for the backward pass, where the runtime finds them again. */
const KEPT_SCORES = 2 ** 22;

/** @param q [B, N, Q, d] @param k [B, N, L, d] */
const scoresOf = (q: tf.Tensor, k: tf.Tensor) => (q.size / q.shape[3]!) * k.shape[2]!;

/**
 * softmax(q·kᵀ·scale + mask)·v; the backward pass rebuilds the probabilities instead of keeping them. Large maps are built
 * for some rows and heads at a time, forward and backward, which gives the same numbers in less memory.
 * Paper: Vaswani et al. 2017, eq. (1).
 * @param q [B, N, Q, d] @param k [B, N, L, d] @param v [B, N, L, d]
 * @param options.scale defaults to 1/√d @param options.mask additive, [Q, L]; a constant
 * @param options.maxScores of the maps that are built at a time; a map of one head is never cut
 * @returns [B, N, Q, d]
 */
export function scaledDotProductAttention(
  q: tf.Tensor,
  k: tf.Tensor,
  v: tf.Tensor,
  options: { scale?: number; mask?: tf.Tensor; maxScores?: number } = {},
): tf.Tensor4D {
  const { mask, maxScores = MAX_SCORES } = options;
  const scale = options.scale ?? 1 / Math.sqrt(q.shape.at(-1)!);
  const probabilities = (query: tf.Tensor, key: tf.Tensor, bias?: tf.Tensor) => {
    const scores = tf.matMul(tf.mul(query, scale), key, false, true); // [B, N, Q, L]
    return tf.softmax(bias ? tf.add(scores, bias) : scores);
  };
  const y = withGradient(
    mask ? [q, k, v, mask] : [q, k, v],
    (query, key, value, bias) =>
      inSlices([query!, key!, value!], maxScores, ([someQueries, someKeys, someValues]) => [
        tf.matMul(probabilities(someQueries!, someKeys!, bias), someValues!),
      ])[0]!,
    (dy, [query, key, value, bias]) => [
      ...inSlices(
        [computedAfter(query!, scoresOf(query!, key!) > KEPT_SCORES ? [dy] : []), key!, value!, dy],
        maxScores,
        ([someQueries, someKeys, someValues, someDy]) => {
          const weights = probabilities(someQueries!, someKeys!, bias);
          const dWeights = tf.matMul(someDy!, someValues!, false, true);
          const product = tf.mul(dWeights, weights);
          const dScores = tf.sub(product, tf.mul(weights, tf.sum(product, -1, true)));
          return [
            tf.mul(tf.matMul(dScores, someKeys!), scale),
            tf.mul(tf.matMul(dScores, someQueries!, true, false), scale),
            tf.matMul(weights, someDy!, true, false),
          ];
        },
      ),
      ...(bias ? [tf.zerosLike(bias)] : []),
    ],
  );
  return y as tf.Tensor4D;
}

/**
 * Calls `attend` for some rows and heads of q, k and whatever else has rows and heads at a time, so that it builds at most
 * `maxScores` scores, and joins each of the tensors that it returns.
 */
function inSlices(
  inputs: readonly [q: tf.Tensor, k: tf.Tensor, ...others: tf.Tensor[]],
  maxScores: number,
  attend: (inputs: readonly tf.Tensor[]) => readonly tf.Tensor[],
): readonly tf.Tensor[] {
  const [batch] = inputs[0].shape as [number, number, number, number];
  const scores = scoresOf(inputs[0], inputs[1]);
  if (scores <= maxScores) return attend(inputs);
  const axis = batch > 1 ? 0 : 1;
  const length = inputs[0].shape[axis]!;
  if (length === 1) return attend(inputs);
  const size = Math.max(1, Math.floor((maxScores * length) / scores));
  const sizes = Array.from({ length: Math.ceil(length / size) }, (_, index) => Math.min(size, length - index * size));
  const [q, k, ...others] = inputs.map((input) => tf.split(input, sizes, axis));
  const results: (readonly tf.Tensor[])[] = [];
  for (const index of sizes.keys()) {
    const query = computedAfter(q![index]!, results.at(-1) ?? []);
    results.push(inSlices([query, k![index]!, ...others.map((parts) => parts[index]!)], maxScores, attend));
  }
  return results[0]!.map((_, output) =>
    tf.concat(
      results.map((parts) => parts[output]!),
      axis,
    ),
  );
}

/** Repeats every pixel twice along height and width: index ⌊i/2⌋. @param x [B, H, W, C] @returns [B, 2H, 2W, C] */
export function upsampleNearest2x(x: tf.Tensor): tf.Tensor4D {
  const [, height, width] = x.shape as [number, number, number, number];
  const y = withGradient(
    [x],
    (value) => tf.image.resizeNearestNeighbor(value as tf.Tensor4D, [2 * height, 2 * width]),
    (dy) => [tf.mul(tf.avgPool(dy as tf.Tensor4D, 2, 2, 'valid'), 4)],
  );
  return y as tf.Tensor4D;
}

/** Rows of a table. @param table [V, D] @param ids int32 [...] @returns [..., D] */
export function embedding(table: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  const [vocabularySize, width] = table.shape as [number, number];
  const flatIds = tf.reshape(ids, [ids.size]) as tf.Tensor1D;
  const rows = withGradient(
    [table, flatIds],
    (value, rowIds) => tf.gather(value!, rowIds as tf.Tensor1D),
    (dy, [, rowIds]) => [
      tf.matMul(tf.oneHot(rowIds as tf.Tensor1D, vocabularySize), dy as tf.Tensor2D, true, false),
      tf.zeros(rowIds!.shape), // integers have no gradient; the tape wants one per input
    ],
  );
  return tf.reshape(rows, [...ids.shape, width]);
}
