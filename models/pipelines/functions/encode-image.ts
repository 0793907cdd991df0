import type * as tf from '@tensorflow/tfjs';
import { AutoencoderKL } from '../../autoencoders/autoencoder-kl.js';
import { hostTensor } from '../../tensors/engine/host-tensor.js';
import type { CompiledCheckpoint } from '../compiled-checkpoint.js';
import type { LatentPosterior } from '../stable-diffusion-components.js';

/** @param pixels one picture, [H, W, 3] in [-1, 1] */
export async function encodeImage(model: CompiledCheckpoint, pixels: Float32Array): Promise<LatentPosterior> {
  const inputs = { pixels: hostTensor([1, ...model.imageSize, 3], pixels) };
  const { mean, std } = await model.run('autoencoder encode, 1 rows', inputs, ({ pixels: image }, parameters) => {
    const autoencoder = new AutoencoderKL(model.checkpoint.configs.vae, parameters.at('vae'));
    const { mean, std } = autoencoder.encode(image as tf.Tensor4D);
    return { mean, std };
  });
  return { mean: mean!.data as Float32Array, std: std!.data as Float32Array };
}
