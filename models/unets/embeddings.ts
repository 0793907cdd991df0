/**
 * @file Timesteps as vectors.
 * Reference: diffusers models/embeddings.py, get_timestep_embedding and TimestepEmbedding.
 */
import * as tf from '@tensorflow/tfjs';
import { Linear } from '../tensors/layers.js';
import { silu } from '../tensors/ops.js';
import type { Parameters } from '../tensors/parameters.js';

const MAX_PERIOD = 10_000; // Vaswani et al. 2017, 3.5

/**
 * [cos(t·f) ‖ sin(t·f)] with f_i = 10000^(−i/half), cosines first (`flip_sin_to_cos`), `freq_shift` 0.
 * @param timesteps [B], may be fractional @param width even @returns [B, width]
 */
export function timestepEmbedding(timesteps: tf.Tensor, width: number): tf.Tensor2D {
  const half = width / 2;
  const frequencies = Float32Array.from({ length: half }, (_, index) =>
    Math.exp((-Math.log(MAX_PERIOD) * index) / half),
  );
  const angles = tf.mul(tf.reshape(timesteps, [-1, 1]), tf.tensor2d(frequencies, [1, half]));
  return tf.concat([tf.cos(angles), tf.sin(angles)], 1) as tf.Tensor2D;
}

/** Linear, SiLU, linear. */
export class TimestepEmbedding {
  readonly #linear1: Linear;
  readonly #linear2: Linear;

  constructor(parameters: Parameters, inWidth: number, width: number) {
    this.#linear1 = new Linear(parameters.at('linear_1'), inWidth, width);
    this.#linear2 = new Linear(parameters.at('linear_2'), width, width);
  }

  /** [B, inWidth] → [B, width] */
  forward(x: tf.Tensor): tf.Tensor {
    return this.#linear2.forward(silu(this.#linear1.forward(x)));
  }
}
