/**
 * @file AdamW as a function of tensors, and clipping by the global norm.
 * Paper: Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2.
 * Reference: torch.optim.AdamW, torch.nn.utils.clip_grad_norm_.
 */
import * as tf from '@tensorflow/tfjs';

export interface AdamWUpdateOptions {
  readonly param: tf.Tensor;
  /** Shape of `param`, as are `m` and `v`. */
  readonly grad: tf.Tensor;
  /** Running mean of the gradient; zeros at first. */
  readonly m: tf.Tensor;
  /** Running mean of the squared gradient; zeros at first. */
  readonly v: tf.Tensor;
  /** Number of this update, from 1; a scalar where it is an input of a graph. */
  readonly step: number | tf.Tensor;
  readonly learningRate: number | tf.Tensor;
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8; added to the root of the corrected second moment. */
  readonly epsilon?: number;
  /** Default 1e-2; decoupled: the parameter shrinks by learningRate · weightDecay, whatever its gradient. */
  readonly weightDecay?: number | tf.Tensor;
}

export interface AdamWState {
  readonly param: tf.Tensor;
  readonly m: tf.Tensor;
  readonly v: tf.Tensor;
}

/** One update. @returns new tensors; the given ones stay */
export function adamWUpdate(options: AdamWUpdateOptions): AdamWState {
  const { param, grad, step, learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 1e-2 } = options;
  const m = tf.add(tf.mul(options.m, beta1), tf.mul(grad, 1 - beta1));
  const v = tf.add(tf.mul(options.v, beta2), tf.mul(tf.square(grad), 1 - beta2));
  const deviation = tf.add(tf.sqrt(tf.div(v, biasCorrection(beta2, step))), epsilon);
  const shrunk = tf.mul(param, tf.sub(1, tf.mul(learningRate, weightDecay)));
  const stepSize = tf.div(learningRate, biasCorrection(beta1, step));
  return { param: tf.sub(shrunk, tf.mul(stepSize, tf.div(m, deviation))), m, v };
}

/**
 * 1 − βᵗ. In float32 the difference itself would lose four digits at t = 1 and β = 0.999, so it is taken as
 * −expm1(t·ln β) = −2h / (1 − h) with h = tanh(t·ln β / 2).
 */
function biasCorrection(beta: number, step: number | tf.Tensor): tf.Tensor {
  const h = tf.tanh(tf.mul(step, Math.log(beta) / 2));
  return tf.div(tf.mul(h, -2), tf.sub(1, h));
}

export interface ClippedGradients {
  readonly gradients: tf.Tensor[];
  /** Norm before clipping, a scalar. */
  readonly norm: tf.Tensor;
}

/** Scales all gradients by one factor so that their joint Euclidean norm is at most `maxNorm`. */
export function clipGradientsByGlobalNorm(
  gradients: readonly tf.Tensor[],
  maxNorm: number | tf.Tensor,
): ClippedGradients {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(squares.reduce((total, square) => tf.add(total, square)));
  const factor = tf.minimum(tf.div(maxNorm, tf.add(norm, 1e-6)), 1); // 1e-6 as in PyTorch
  return { gradients: gradients.map((gradient) => tf.mul(gradient, factor)), norm };
}
