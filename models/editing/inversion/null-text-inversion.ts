/**
 * @file Null-text optimisation: an unconditional embedding per step, with which guided sampling stays on the inversion's path.
 * Paper: Mokady et al. 2022, arXiv:2211.09794, algorithm 1. Reference: google/prompt-to-prompt, NullInversion.null_optimization.
 *
 * Differs: learning rate and early stop, which the reference writes for 50 steps, are stretched to any number of steps.
 */

import { DDIMScheduler } from '../../schedulers/scheduling-ddim.js';
import { hostAdamWStep } from '../../tensors/optimizers/host-adamw.js';
import type { EditingComponents } from '../editing-components.js';
import { latentsAt } from './ddim-inversion.js';
import type { Inversion } from './inversion.js';

export interface NullTextOptions {
  readonly components: Pick<EditingComponents, 'predictNoise' | 'nullTextGradient' | 'schedulerConfig'>;
  readonly inversion: Inversion;
  /** Of the inversion's prompt, [L, D]. */
  readonly conditional: Float32Array;
  /** Where the optimisation starts, usually of the empty text, [L, D]. */
  readonly unconditional: Float32Array;
  readonly guidanceScale: number;
  /** Iterations per step. Default 10. */
  readonly maxIterations?: number;
  readonly signal?: AbortSignal;
  /** After every step, 1…steps. */
  readonly onStep?: (step: number) => void | Promise<void>;
}

const MAX_ITERATIONS = 10;
const LEARNING_RATE = 1e-2;
/** The rate falls to this share of itself over all steps. */
const LAST_RATE_SHARE = 0.5;
const STOP_LOSS = 1e-5;
/** What the loss that stops an iteration grows by over all steps. */
const STOP_LOSS_GROWTH = 1e-3;

/** @returns the inversion with its `nullText` @throws the signal's reason */
export async function optimizeNullText(options: NullTextOptions): Promise<Inversion> {
  const { components, inversion, conditional, guidanceScale, signal, onStep } = options;
  const { maxIterations = MAX_ITERATIONS } = options;
  const { steps } = inversion;
  const scheduler = new DDIMScheduler(components.schedulerConfig);
  scheduler.setTimesteps(steps);
  const embeddings = new Float32Array(steps * conditional.length);
  const embedding = options.unconditional.slice();
  let latents = latentsAt(inversion, steps);
  for (const [step, timestep] of scheduler.timesteps.entries()) {
    const weights = scheduler.stepWeights(timestep, scheduler.timestepAfter(timestep));
    const predict = async (states: Float32Array) => {
      signal?.throwIfAborted();
      return components.predictNoise({ latents, timestep, embeddings: states, rows: 1 });
    };
    const prompted = await predict(conditional);
    const expected = latentsAt(inversion, steps - step - 1);
    const optimized = {
      value: embedding,
      m: new Float64Array(embedding.length),
      v: new Float64Array(embedding.length),
    };
    const learningRate = LEARNING_RATE * (1 - (1 - LAST_RATE_SHARE) * (step / steps));
    const stopLoss = STOP_LOSS + STOP_LOSS_GROWTH * (step / steps);
    for (let iteration = 0; iteration < maxIterations; iteration++) {
      signal?.throwIfAborted();
      const { loss, gradient } = await components.nullTextGradient({
        latents,
        timestep,
        embedding,
        conditional: prompted,
        expected,
        guidanceScale,
        step: weights,
      });
      hostAdamWStep([optimized], [gradient], iteration + 1, learningRate, { weightDecay: 0 });
      if (loss < stopLoss) break;
    }
    embeddings.set(embedding, step * embedding.length);
    const unprompted = await predict(embedding);
    latents = latents.map((value, index) => {
      const guided = unprompted[index]! + guidanceScale * (prompted[index]! - unprompted[index]!);
      return weights.fromSample * value + weights.fromOutput * guided;
    });
    await onStep?.(step + 1);
  }
  return { ...inversion, nullText: { embeddings, guidanceScale } };
}
