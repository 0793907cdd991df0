/** @file Clipping by the global norm, as a function of tensors. Reference: torch.nn.utils.clip_grad_norm_. */
import * as tf from '@tensorflow/tfjs';

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
