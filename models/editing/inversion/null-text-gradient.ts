/**
 * @file The gradient of null-text optimisation as a function of tensors: with respect to the unconditional embedding alone,
 * so that no gradient of a weight is ever computed.
 * Paper: Mokady et al. 2022, arXiv:2211.09794, eq. (3).
 */
import * as tf from '@tensorflow/tfjs';
import type { UNet2DConditionModel } from '../../unets/unet-2d-condition.js';

/**
 * @param inputs `sample`, `conditional`, `expected` [1, h, w, C]; `timesteps` [1]; `embedding` [1, L, D]; scalars
 * `guidance_scale`, `from_sample`, `from_output`
 * @returns `loss`, a scalar, and `gradient` [1, L, D]
 */
export function nullTextGradient(
  inputs: Readonly<Record<string, tf.Tensor>>,
  unet: Pick<UNet2DConditionModel, 'forward'>,
): { loss: tf.Tensor; gradient: tf.Tensor } {
  const input = (name: string): tf.Tensor => inputs[name]!;
  const lossOf = (embedding: tf.Tensor): tf.Scalar => {
    const unconditional = unet.forward(
      input('sample') as tf.Tensor4D,
      input('timesteps') as tf.Tensor1D,
      embedding as tf.Tensor3D,
    );
    const direction = tf.sub(input('conditional'), unconditional);
    const guided = tf.add(unconditional, tf.mul(direction, input('guidance_scale')));
    const result = tf.add(tf.mul(input('sample'), input('from_sample')), tf.mul(guided, input('from_output')));
    return tf.mean(tf.squaredDifference(result, input('expected')));
  };
  const { value: loss, grad: gradient } = tf.valueAndGrad(lossOf)(input('embedding'));
  return { loss, gradient };
}
