/**
 * @file From a picture to the noise that DDIM would draw it from.
 * Papers: Song et al. 2020, arXiv:2010.02502, section 4.3; Mokady et al. 2022, arXiv:2211.09794, section 3.1 (guidance 1).
 * Reference: google/prompt-to-prompt, NullInversion.ddim_loop.
 */

import { DDIMScheduler } from '../../schedulers/scheduling-ddim.js';
import type { EditingComponents } from '../editing-components.js';
import type { Inversion } from './inversion.js';

export interface InvertOptions {
  readonly components: Pick<EditingComponents, 'predictNoise' | 'schedulerConfig' | 'latentShape'>;
  /** z₀, [h, w, C], unit variance. */
  readonly latents: Float32Array;
  readonly prompt: string;
  /** Of the prompt, [L, D]. */
  readonly embedding: Float32Array;
  readonly steps: number;
  readonly signal?: AbortSignal;
  /** After every step, 1…steps. */
  readonly onStep?: (step: number) => void | Promise<void>;
}

/** `steps` evaluations. @throws the signal's reason */
export async function invertDDIM(options: InvertOptions): Promise<Inversion> {
  const { components, prompt, embedding, steps, signal, onStep } = options;
  const scheduler = new DDIMScheduler(components.schedulerConfig);
  scheduler.setTimesteps(steps);
  const size = options.latents.length;
  const trajectory = new Float32Array((steps + 1) * size);
  trajectory.set(options.latents);
  let latents = options.latents;
  for (let step = 0; step < steps; step++) {
    signal?.throwIfAborted();
    const toTimestep = scheduler.timesteps[steps - 1 - step]!;
    const fromTimestep = scheduler.timestepAfter(toTimestep);
    // The latents are those of `fromTimestep`; the model is asked at `toTimestep`, as if one step changed little.
    const noise = await components.predictNoise({ latents, timestep: toTimestep, embeddings: embedding, rows: 1 });
    latents = scheduler.stepBetween(noise, fromTimestep, toTimestep, latents);
    trajectory.set(latents, (step + 1) * size);
    await onStep?.(step + 1);
  }
  return { kind: 'ddim', prompt, steps, latentShape: components.latentShape, latents: trajectory };
}

/** Latents of the picture after `stepsToNoise` steps, [h, w, C]. */
export function latentsAt({ latents, steps }: Inversion, stepsToNoise: number): Float32Array {
  const size = latents.length / (steps + 1);
  return latents.slice(stepsToNoise * size, (stepsToNoise + 1) * size);
}
