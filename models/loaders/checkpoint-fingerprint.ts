import { join } from 'node:path';
import { openWeights } from './open-weights.js';

/** The components that what is learnt of a checkpoint depends on. Its eyes may be others. */
const components = ['vae', 'unet', 'text_encoder'];

/**
 * Tells checkpoints apart by their weights, wherever they lie, from headers and samples: no tensor is loaded.
 * @returns of the autoencoder, the UNet and the text encoder
 * @throws CheckpointError where weights are missing
 */
export async function fingerprintsOf(checkpoint: string): Promise<string[]> {
  const files = await Promise.all(components.map((component) => openWeights(join(checkpoint, component))));
  return Promise.all(files.map((file) => file.fingerprint()));
}
