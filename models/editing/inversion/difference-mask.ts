/**
 * @file Where an edit would change a picture, found without maps: where the noise predicted for both prompts differs.
 * Paper: Couairon et al. 2022, arXiv:2210.11427 (DiffEdit), section 3.2. Reference: diffusers
 * pipelines/stable_diffusion_diffedit, generate_mask.
 */

import { DDIMScheduler } from '../../schedulers/scheduling-ddim.js';
import type { Generator } from '../../tensors/random.js';
import type { EditingComponents } from '../editing-components.js';

export interface DifferenceMaskOptions {
  readonly components: Pick<EditingComponents, 'predictNoise' | 'schedulerConfig' | 'latentShape'>;
  /** z₀, [h, w, C], unit variance. */
  readonly latents: Float32Array;
  /** Of the prompts, [L, D] each. */
  readonly embeddings: { readonly source: Float32Array; readonly target: Float32Array };
  readonly generator: Generator;
  readonly signal?: AbortSignal;
}

/** Draws of noise that are averaged. */
const DRAWS = 10;
/** Share of the timesteps at which the picture is noised. */
const STRENGTH = 0.5;
/** Differences beyond this many means count as that many: a few places must not decide the scale. */
const CLAMP_RATIO = 3;
const THRESHOLD = 0.5;

/** Share of the steps, the noisiest ones, that DiffEdit leaves out: encoding ratio 0.8. */
export const DIFF_EDIT_SKIPPED_SHARE = 0.2;

/** Two evaluations per draw. @returns [h, w], 1 where the prompts differ @throws the signal's reason */
export async function differenceMask(options: DifferenceMaskOptions): Promise<Uint8Array> {
  const { components, latents, embeddings, generator, signal } = options;
  const scheduler = new DDIMScheduler(components.schedulerConfig);
  const timestep = Math.floor(STRENGTH * scheduler.alphaProducts.length);
  const [height, width, channels] = components.latentShape;
  const states = Float32Array.from([...embeddings.source, ...embeddings.target]);
  const differences = new Float64Array(height * width);
  for (let draw = 0; draw < DRAWS; draw++) {
    signal?.throwIfAborted();
    const noisy = scheduler.addNoise(latents, generator.normals(latents.length), [timestep]);
    const both = Float32Array.from([...noisy, ...noisy]);
    const noise = await components.predictNoise({ latents: both, timestep, embeddings: states, rows: 2 });
    for (let index = 0; index < latents.length; index++) {
      const difference = Math.abs(noise[latents.length + index]! - noise[index]!);
      differences[Math.floor(index / channels)]! += difference;
    }
  }
  const limit = (CLAMP_RATIO * differences.reduce((sum, value) => sum + value, 0)) / differences.length;
  return Uint8Array.from(differences, (value) => (limit > 0 && Math.min(value, limit) / limit > THRESHOLD ? 1 : 0));
}
