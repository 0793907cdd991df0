/**
 * @file A picture as the noises of an ancestral walk that draws it: noisy latents are drawn independently of each other, so
 * that the noises between them carry the picture's layout.
 * Paper: Huberman-Spiegelglas et al. 2023, arXiv:2304.06140, algorithm 1. Reference: inbarhub/DDPM_inversion, inversion_utils.py.
 *
 * Differs: the steps that an edit skips are not evaluated. The source is not guided, in the walk to the noises or back (3.5 in
 * the paper): written over, its row is the picture whatever the guidance. The target is guided as every method's is (15 in the paper).
 */

import { DDIMScheduler } from '../../schedulers/scheduling-ddim.js';
import { createGenerator } from '../../tensors/random.js';
import type { InvertOptions } from './ddim-inversion.js';
import type { Inversion } from './inversion.js';

/** Share of the steps, the noisiest ones, that an edit leaves out: 36 of 100 in the paper. */
const SKIPPED_SHARE = 0.36;

/** η of the walk: as noisy as DDPM. */
export const EDIT_FRIENDLY_ETA = 1;

/** Index of the first step that an edit takes. */
export const firstEditFriendlyStep = (steps: number): number => Math.floor(SKIPPED_SHARE * steps);

/** One evaluation per step that is not skipped. @throws the signal's reason */
export async function invertEditFriendly(options: InvertOptions & { readonly seed: bigint }): Promise<Inversion> {
  const { components, prompt, embedding, steps, seed, signal, onStep } = options;
  const generator = createGenerator(seed).fork('edit-friendly inversion');
  const scheduler = new DDIMScheduler(components.schedulerConfig);
  scheduler.setTimesteps(steps);
  const size = options.latents.length;
  const latents = new Float32Array((steps + 1) * size);
  latents.set(options.latents);
  const at = (stepsToNoise: number) => latents.subarray(stepsToNoise * size, (stepsToNoise + 1) * size);
  for (let stepsToNoise = 1; stepsToNoise <= steps; stepsToNoise++) {
    const timestep = scheduler.timesteps[steps - stepsToNoise]!;
    at(stepsToNoise).set(scheduler.addNoise(options.latents, generator.normals(size), [timestep]));
  }
  const noises = new Float32Array(steps * size);
  const firstStep = firstEditFriendlyStep(steps);
  for (let step = firstStep; step < steps; step++) {
    signal?.throwIfAborted();
    const timestep = scheduler.timesteps[step]!;
    const noisy = at(steps - step).slice();
    const prediction = await components.predictNoise({ latents: noisy, timestep, embeddings: embedding, rows: 1 });
    const weights = scheduler.stepWeights(timestep, scheduler.timestepAfter(timestep), EDIT_FRIENDLY_ETA);
    const cleaner = at(steps - step - 1);
    const isLast = step === steps - 1;
    for (let index = 0; index < size; index++) {
      const mean = weights.fromSample * noisy[index]! + weights.fromOutput * prediction[index]!;
      // The last step's σ is next to nothing, and dividing by it would make noise of rounding.
      noises[step * size + index] = isLast ? 0 : (cleaner[index]! - mean) / weights.sigma;
    }
    await onStep?.(step - firstStep + 1);
  }
  return { kind: 'edit-friendly', prompt, steps, latentShape: components.latentShape, latents, noises, seed };
}
