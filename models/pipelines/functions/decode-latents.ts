import type * as tf from '@tensorflow/tfjs';
import { AutoencoderKL } from '../../autoencoders/autoencoder-kl.js';
import { concatenate } from '../../tensors/concatenate.js';
import { hostTensor } from '../../tensors/engine/host-tensor.js';
import type { CompiledCheckpoint } from '../compiled-checkpoint.js';

/** @param latents [rows, h, w, C], not scaled @returns [rows, H, W, 3] in about [-1, 1] */
export async function decodeLatents(
  model: CompiledCheckpoint,
  latents: Float32Array,
  rows: number,
): Promise<Float32Array> {
  const size = latents.length / rows;
  const parts: Float32Array[] = [];
  for (let row = 0; row < rows; row++) {
    const inputs = { latents: hostTensor([1, ...model.latentShape], latents.slice(row * size, (row + 1) * size)) };
    const { pixels } = await model.run('autoencoder decode, 1 rows', inputs, ({ latents: z }, parameters) => {
      const autoencoder = new AutoencoderKL(model.checkpoint.configs.vae, parameters.at('vae'));
      return { pixels: autoencoder.decode(z as tf.Tensor4D) };
    });
    parts.push(pixels!.data as Float32Array);
  }
  return concatenate(parts);
}
