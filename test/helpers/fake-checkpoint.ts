import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '#models/tensors/files/safetensors.js';

/** A folder with weights that tell it from others, and draw nothing. */
export async function writeFakeCheckpoint(parent: string, weight: number): Promise<string> {
  const folder = await mkdtemp(join(parent, 'checkpoint-'));
  for (const component of ['vae', 'unet', 'text_encoder']) {
    await mkdir(join(folder, component));
    const tensors = { weight: { shape: [1], data: Float32Array.of(weight) } };
    await writeSafetensors(join(folder, component, 'model.safetensors'), tensors);
  }
  return folder;
}
