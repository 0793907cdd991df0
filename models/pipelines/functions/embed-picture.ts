import type * as tf from '@tensorflow/tfjs';
import { CLIPVisionModelWithProjection } from '../../clip/modeling-clip-vision.js';
import { hostTensor } from '../../tensors/engine/host-tensor.js';
import type { CompiledCheckpoint } from '../compiled-checkpoint.js';

/** @param pixels one picture, [H, W, 3] in [-1, 1] @returns [P], not normalised */
export async function embedPicture(model: CompiledCheckpoint, pixels: Float32Array): Promise<Float32Array> {
  const inputs = { pixels: hostTensor([1, ...model.imageSize, 3], pixels) };
  const { point } = await model.run('picture embedding, 1 rows', inputs, ({ pixels: picture }, parameters) => {
    const config = model.checkpoint.configs.imageEncoder!;
    const encoder = new CLIPVisionModelWithProjection(config, parameters.at('image_encoder'));
    return { point: encoder.forward(picture as tf.Tensor4D) };
  });
  return point!.data as Float32Array;
}
