/**
 * @file What each method knows of the source while its picture is edited: where both rows start, what guides them, and where
 * the source's row is after each step.
 */

import { createScheduler } from '../../schedulers/create-scheduler.js';
import type { SchedulerConfig } from '../../schedulers/scheduler-config.js';
import type { Scheduler, SchedulerName } from '../../schedulers/scheduling-base.js';
import { DDIMScheduler } from '../../schedulers/scheduling-ddim.js';
import { createGenerator } from '../../tensors/random.js';
import { latentsAt } from './ddim-inversion.js';
import { DIFF_EDIT_SKIPPED_SHARE } from './difference-mask.js';
import { EDIT_FRIENDLY_ETA, firstEditFriendlyStep } from './edit-friendly-inversion.js';
import type { Inversion } from './inversion.js';
import { PROXIMAL_DEFAULTS, type ProximalOptions } from './proximal-guidance.js';

export interface SourceTrack {
  /** With its timesteps set. */
  readonly scheduler: Scheduler;
  /** Index of the first step that is taken. */
  readonly firstStep: number;
  /** What both rows start from, [h, w, C]. */
  readonly start: Float32Array;
  /** What the target is guided away from, and the source where it is guided, [L, D]. */
  unconditionalAt(step: number): Float32Array;
  /** Guidance of the source's row, which takes a row of its own when above 1; absent: that of the edit. */
  readonly sourceGuidanceScale?: number;
  /** The source's row after a step, [h, w, C], where it is known and need not be computed. */
  sourceAfter?(step: number): Float32Array;
  readonly eta?: number;
  /** The noise that both rows get in a step, [h, w, C]; only with η above 0. */
  noiseAt?(step: number): Float32Array;
  readonly proximal?: ProximalOptions & { inversionAfter(step: number): Float32Array };
}

/** Embeddings of the texts that tracks guide with, [L, D]. */
export interface TrackEmbeddings {
  readonly empty: Float32Array;
  readonly source: Float32Array;
}

function ddimScheduler(config: SchedulerConfig, steps: number): DDIMScheduler {
  const scheduler = new DDIMScheduler(config);
  scheduler.setTimesteps(steps);
  return scheduler;
}

/** Both rows sample from the inverted noise with guidance, and drift from the picture as far as guidance takes them. */
export function ddimTrack(config: SchedulerConfig, inversion: Inversion, { empty }: TrackEmbeddings): SourceTrack {
  return {
    scheduler: ddimScheduler(config, inversion.steps),
    firstStep: 0,
    start: latentsAt(inversion, inversion.steps),
    unconditionalAt: () => empty,
  };
}

/**
 * The source's row is the inversion itself.
 * Paper: Ju et al. 2023, arXiv:2310.01506, algorithm 1. Adding the distance to the inversion's latents after each step leaves
 * exactly these, so they are written over the row instead: no pass for the distance, and none for an unconditional source.
 */
export function directTrack(config: SchedulerConfig, inversion: Inversion, { empty }: TrackEmbeddings): SourceTrack {
  return {
    ...ddimTrack(config, inversion, { empty, source: empty }),
    sourceGuidanceScale: 1,
    sourceAfter: (step) => latentsAt(inversion, inversion.steps - step - 1),
  };
}

/**
 * The source's own prompt instead of the empty one: guiding the source then changes nothing, and takes no row.
 * Paper: Miyake et al. 2023, arXiv:2305.16807, section 3.2.
 */
export function negativePromptTrack(
  config: SchedulerConfig,
  inversion: Inversion,
  { source }: TrackEmbeddings,
): SourceTrack {
  return { ...ddimTrack(config, inversion, { empty: source, source }), sourceGuidanceScale: 1 };
}

/** Paper: Han et al. 2023, arXiv:2306.05414, on negative-prompt inversion. */
export function proximalTrack(config: SchedulerConfig, inversion: Inversion, embeddings: TrackEmbeddings): SourceTrack {
  const inversionAfter = (step: number) => latentsAt(inversion, inversion.steps - step - 1);
  return { ...negativePromptTrack(config, inversion, embeddings), proximal: { ...PROXIMAL_DEFAULTS, inversionAfter } };
}

/** Paper: Mokady et al. 2022, arXiv:2211.09794. @throws Error if the inversion has no null text */
export function nullTextTrack(config: SchedulerConfig, inversion: Inversion, embeddings: TrackEmbeddings): SourceTrack {
  const { nullText, steps } = inversion;
  if (!nullText) throw new Error('the inversion has no null text');
  const size = nullText.embeddings.length / steps;
  return {
    ...ddimTrack(config, inversion, embeddings),
    unconditionalAt: (step) => nullText.embeddings.subarray(step * size, (step + 1) * size),
  };
}

/** Paper: Huberman-Spiegelglas et al. 2023, arXiv:2304.06140. @throws Error if the inversion has no noises */
export function editFriendlyTrack(
  config: SchedulerConfig,
  inversion: Inversion,
  { empty }: TrackEmbeddings,
): SourceTrack {
  const { noises, steps } = inversion;
  if (!noises) throw new Error('the inversion has no noises');
  const size = noises.length / steps;
  const firstStep = firstEditFriendlyStep(steps);
  return {
    scheduler: ddimScheduler(config, steps),
    firstStep,
    start: latentsAt(inversion, steps - firstStep),
    unconditionalAt: () => empty,
    sourceGuidanceScale: 1,
    sourceAfter: (step) => latentsAt(inversion, steps - step - 1),
    eta: EDIT_FRIENDLY_ETA,
    noiseAt: (step) => noises.subarray(step * size, (step + 1) * size),
  };
}

/** Direct inversion from an encoding ratio below 1. Paper: Couairon et al. 2022, arXiv:2210.11427, section 3.2, step 2. */
export function diffEditTrack(config: SchedulerConfig, inversion: Inversion, embeddings: TrackEmbeddings): SourceTrack {
  const firstStep = firstDiffEditStep(inversion.steps);
  return {
    ...directTrack(config, inversion, embeddings),
    firstStep,
    start: latentsAt(inversion, inversion.steps - firstStep),
  };
}

/** Index of the first step that DiffEdit takes. */
export const firstDiffEditStep = (steps: number): number => Math.floor(DIFF_EDIT_SKIPPED_SHARE * steps);

export interface ReplayOptions {
  readonly scheduler: SchedulerName;
  readonly steps: number;
  readonly seed: number | bigint;
  readonly index: number;
  readonly eta: number;
  readonly guidanceScale: number;
  /** Of the negative prompt, [L, D]. */
  readonly unconditional: Float32Array;
  /** h · w · C */
  readonly latentSize: number;
}

/** A picture of ours is drawn again: the same noise, sampler and guidance, as in `StableDiffusionPipeline`. */
export function replayTrack(config: SchedulerConfig, options: ReplayOptions): SourceTrack {
  const { steps, seed, index, eta, guidanceScale, unconditional, latentSize } = options;
  const scheduler = createScheduler(options.scheduler, config);
  scheduler.setTimesteps(steps);
  const generator = createGenerator(seed).fork(`picture ${index}`);
  return {
    scheduler,
    firstStep: 0,
    start: generator.normals(latentSize),
    unconditionalAt: () => unconditional,
    sourceGuidanceScale: guidanceScale,
    eta,
    noiseAt: () => generator.normals(latentSize),
  };
}
