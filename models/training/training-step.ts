/** @file The step of `dreambooth-lora-step.ts` on a checkpoint's own UNet. */

import type { LoRALayout } from '../lora/lora-layout.js';
import type { StableDiffusionModel } from '../pipelines/stable-diffusion-model.js';
import type { CompiledFunction } from '../tensors/engine/engine.js';
import { dreamBoothLoRASignature, dreamBoothLoRAStep } from './dreambooth-lora-step.js';

/**
 * One step of DreamBooth with LoRA on `rows` rows, for `trainDreamBoothLoRA`.
 * @throws CheckpointError where the UNet wants a picture beside the noise
 */
export async function trainingStepOf(
  model: StableDiffusionModel,
  rows: number,
  layout: LoRALayout,
): Promise<CompiledFunction> {
  model.checkDrawsFromText();
  const { latentShape, embeddingShape } = model;
  const signature = dreamBoothLoRASignature({ rows, layout, latentShape, embeddingShape });
  const rowsAtOnce = model.checkpoint.recommendations.training.memory === 'low' ? 1 : rows;
  const step = dreamBoothLoRAStep({ layout, createUNet: (parameters) => model.unet(parameters), rowsAtOnce });
  return model.compile(`lora step, rank ${layout.rank}, ${rows} rows, ${rowsAtOnce} at once`, signature, step, {
    savesMemory: true,
    closesCopies: true,
  });
}
