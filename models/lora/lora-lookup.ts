import * as tf from '@tensorflow/tfjs';
import type { LoRALookup } from './lora-layer.js';
import type { LoRALayout } from './lora-layout.js';

/**
 * The factors as tensors. Gradients flow back to `packed`: that of a split is one concatenation.
 * @param packed [layout.size]
 * @param scale alpha / rank times the strength; a scalar, or [B, 1, 1] for one strength per row of the batch
 */
export function loraLookup(packed: tf.Tensor, layout: LoRALayout, scale: tf.Tensor): LoRALookup {
  const { rank, slots } = layout;
  if (packed.size !== layout.size) throw new Error(`loraLookup: ${packed.size} values for a layout of ${layout.size}`);
  const sizes = slots.flatMap(({ module }) => [rank * module.inFeatures, module.outFeatures * rank]);
  const parts = tf.split(packed, sizes);
  const factors = new Map(
    slots.map(({ module }, index) => [
      module.path,
      {
        down: tf.reshape(parts[2 * index]!, [rank, module.inFeatures]) as tf.Tensor2D,
        up: tf.reshape(parts[2 * index + 1]!, [module.outFeatures, rank]) as tf.Tensor2D,
        scale,
      },
    ]),
  );
  return (path) => factors.get(path);
}
