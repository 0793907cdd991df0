/**
 * @file A linear layer with a low-rank update that is passed as an argument.
 * Paper: Hu et al. 2021, arXiv:2106.09685, eq. (3).
 */
import * as tf from '@tensorflow/tfjs';
import { linear } from '../tensors/ops.js';

/** y = W·x + scale·B·A·x, with A = `down` and B = `up`. */
export interface LoRAFactors {
  /** [r, in] */
  readonly down: tf.Tensor2D;
  /** [out, r] */
  readonly up: tf.Tensor2D;
  /** alpha / r times the strength; a scalar, or [B, 1, 1] for one strength per row of the batch. */
  readonly scale: tf.Tensor;
}

/** The factors of a layer by its path, such as `down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q`. */
export type LoRALookup = (modulePath: string) => LoRAFactors | undefined;

/**
 * @param x [B, L, in]
 * @param weight [out, in] @param bias [out]
 * @returns [B, L, out]
 */
export function linearWithLoRA(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor, lora?: LoRAFactors): tf.Tensor {
  const y = linear(x, weight, bias);
  if (!lora) return y;
  return tf.add(y, tf.mul(linear(linear(x, lora.down), lora.up), lora.scale));
}
