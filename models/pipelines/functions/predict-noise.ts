import type * as tf from '@tensorflow/tfjs';
import type { ActiveLoRA } from '../../lora/active-lora.js';
import { loraLookup } from '../../lora/lora-lookup.js';
import type { HostTensors } from '../../tensors/engine/engine.js';
import { hostScalar, hostTensor } from '../../tensors/engine/host-tensor.js';
import type { CompiledCheckpoint } from '../compiled-checkpoint.js';
import type { NoisePredictionInput } from '../stable-diffusion-components.js';

/** One pass through the UNet. LoRA factors are inputs, so that one graph serves every pet. @returns [rows, h, w, C] */
export async function predictNoise(
  model: CompiledCheckpoint,
  lora: ActiveLoRA | undefined,
  { latents, timestep, embeddings, rows }: NoisePredictionInput,
): Promise<Float32Array> {
  const [height, width] = model.latentShape;
  const layout = lora?.layout;
  const inputs: HostTensors = {
    sample: hostTensor([rows, height, width, model.checkpoint.configs.unet.inChannels], latents),
    timesteps: hostTensor([rows], new Float32Array(rows).fill(timestep)),
    embeddings: hostTensor([rows, ...model.embeddingShape], embeddings),
    ...(lora ? { lora: hostTensor([lora.layout.size], lora.values), scale: hostScalar(lora.scale) } : {}),
  };
  const name = `unet${layout ? ` with lora, rank ${layout.rank}` : ''}, ${rows} rows`;
  const { noise } = await model.run(name, inputs, (given, parameters) => ({
    noise: model
      .unet(parameters)
      .forward(
        given.sample as tf.Tensor4D,
        given.timesteps as tf.Tensor1D,
        given.embeddings as tf.Tensor3D,
        layout ? { lora: loraLookup(given.lora!, layout, given.scale!) } : {},
      ),
  }));
  return noise!.data as Float32Array;
}
