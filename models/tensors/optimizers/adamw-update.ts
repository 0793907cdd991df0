/**
 * @file AdamW as a function of tensors. Paper: Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2.
 * Reference: torch.optim.AdamW.
 */
import * as tf from '@tensorflow/tfjs';
import { ADAMW_DEFAULTS, type AdamWOptions } from './adamw-options.js';

export interface AdamWUpdateOptions extends AdamWOptions<number | tf.Tensor> {
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
}

export interface UpdatedParameter {
  readonly param: tf.Tensor;
  readonly m: tf.Tensor;
  readonly v: tf.Tensor;
}

/** One update. @returns new tensors; the given ones stay */
export function adamWUpdate(options: AdamWUpdateOptions): UpdatedParameter {
  const { param, grad, step, learningRate, beta1, beta2, epsilon, weightDecay } = { ...ADAMW_DEFAULTS, ...options };
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
