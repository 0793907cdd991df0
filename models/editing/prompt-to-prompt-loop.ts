/** @file The steps of an edit: source and target side by side, attention from one to the other, what must stay kept. */

import { isGuided } from '../pipelines/classifier-free-guidance.js';
import { NotFiniteError } from '../pipelines/pipeline-stable-diffusion.js';
import { concatenate } from '../tensors/concatenate.js';
import type { ControlSchedule } from './attention-control/control-schedule.js';
import { withoutReplacement } from './attention-control/cross-attention-guidance.js';
import type { LatentMask } from './attention-control/local-blend.js';
import type { RowRoles } from './attention-control/prompt-to-prompt-controller.js';
import type { EditingComponents } from './editing-components.js';
import { guideProximally, pullToInversion } from './inversion/proximal-guidance.js';
import type { SourceTrack } from './inversion/source-track.js';

export interface EditLoopOptions {
  readonly components: Pick<EditingComponents, 'predictControlled' | 'crossAttentionGradient' | 'latentShape'>;
  readonly track: SourceTrack;
  readonly schedule: ControlSchedule;
  readonly blend?: LatentMask;
  /** Share of the steps that take the source's features: Plug-and-Play. */
  readonly featureSteps?: number;
  /** λ of pix2pix-zero: cross-attention is guided by so much of its gradient instead of being replaced. */
  readonly crossAttentionGuidance?: number;
  /** Of the prompts, [L, D] each. */
  readonly embeddings: { readonly source: Float32Array; readonly target: Float32Array };
  readonly guidanceScale: number;
  /** Share of the LoRA in the source's rows and in the target's. */
  readonly loraScales: { readonly source: number; readonly target: number };
  readonly signal?: AbortSignal;
  /** After every step, 1…; `original` is the picture that the target now stands for. */
  readonly onStep?: (step: number, original: () => Float32Array) => void | Promise<void>;
}

export interface EditedLatents {
  /** [h, w, C] */
  readonly source: Float32Array;
  /** [h, w, C] */
  readonly target: Float32Array;
}

/** What stands in each row of a batch. */
type Row = { readonly side: 'source' | 'target'; readonly isConditional: boolean };

/** A side that is guided has an unconditional row before its own. */
function rowsOf(guidanceScales: Readonly<Record<Row['side'], number>>): readonly Row[] {
  return (['source', 'target'] as const).flatMap((side) => [
    ...(isGuided(guidanceScales[side]) ? [{ side, isConditional: false }] : []),
    { side, isConditional: true },
  ]);
}

/** @throws NotFiniteError; the signal's reason */
export async function runEditLoop(options: EditLoopOptions): Promise<EditedLatents> {
  const { components, track, schedule, blend, featureSteps, guidanceScale, signal, onStep } = options;
  const { crossAttentionGuidance } = options;
  const { scheduler, firstStep, proximal } = track;
  const guidanceScales = { source: track.sourceGuidanceScale ?? guidanceScale, target: guidanceScale };
  const rows = rowsOf(guidanceScales);
  const indexOf = (side: Row['side'], isConditional: boolean) =>
    rows.findIndex((row) => row.side === side && row.isConditional === isConditional);
  const roles: RowRoles = { count: rows.length, source: indexOf('source', true), target: indexOf('target', true) };
  const loraScales = rows.map(({ side }) => options.loraScales[side]);
  const size = track.start.length;
  let source = track.start;
  let target = track.start;
  for (let step = firstStep; step < scheduler.timesteps.length; step++) {
    signal?.throwIfAborted();
    const timestep = scheduler.timesteps[step]!;
    // 1. move the target to where its attention is more like the source's
    let weights = schedule.weightsAt(step - firstStep);
    if (crossAttentionGuidance !== undefined) {
      const { gradient } = await components.crossAttentionGradient({
        latents: { source, target },
        timestep,
        embeddings: options.embeddings,
        weights,
        loraScale: options.loraScales.target,
      });
      signal?.throwIfAborted();
      target = target.map((value, index) => value - crossAttentionGuidance * gradient[index]!);
      weights = withoutReplacement(weights);
    }
    // 2. predict the noise of all rows
    const unconditional = track.unconditionalAt(step);
    const { noise, crossMaps } = await components.predictControlled({
      latents: concatenate(rows.map(({ side }) => (side === 'source' ? source : target))),
      timestep,
      embeddings: concatenate(rows.map((row) => (row.isConditional ? options.embeddings[row.side] : unconditional))),
      rows: roles,
      weights,
      loraScales,
      ...(featureSteps === undefined
        ? {}
        : { featureReplace: step < Math.floor(featureSteps * scheduler.timesteps.length) ? 1 : 0 }),
    });
    if (!noise.every(Number.isFinite)) throw new NotFiniteError(step + 1, scheduler.timesteps.length);
    const rowOf = (index: number) => noise.subarray(index * size, (index + 1) * size);
    // 3. guide
    const guided = (side: Row['side']): Float32Array => {
      const conditional = rowOf(indexOf(side, true));
      const index = indexOf(side, false);
      if (index < 0) return conditional;
      const unprompted = rowOf(index);
      return conditional.map((value, i) => unprompted[i]! + guidanceScales[side] * (value - unprompted[i]!));
    };
    const proximally =
      proximal && indexOf('target', false) >= 0
        ? guideProximally(rowOf(indexOf('target', false)), rowOf(roles.target), guidanceScale, proximal)
        : undefined;
    const prediction = concatenate([guided('source'), proximally?.noise ?? guided('target')]);
    // 4. step
    const sample = concatenate([source, target]);
    const next = scheduler.step(prediction, timestep, sample, {
      eta: track.eta ?? 0,
      drawNoise: () => {
        const drawn = track.noiseAt!(step);
        return concatenate([drawn, drawn]);
      },
    });
    // 5. keep what must stay
    source = track.sourceAfter?.(step) ?? next.slice(0, size);
    target = next.slice(size);
    if (proximal && proximally && timestep < proximal.pullBelowTimestep) {
      const { latentShape } = components;
      target = pullToInversion(target, proximal.inversionAfter(step), proximally.isLarge, latentShape, proximal);
    }
    if (blend) target = blend.blend(crossMaps, source, target);
    await onStep?.(step - firstStep + 1, () =>
      scheduler.predictOriginalSample(prediction, timestep, sample).slice(size),
    );
  }
  return { source, target };
}
