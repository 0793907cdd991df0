/** @file Gets the source of an edit ready: its way back to noise, from the cache where it fits, or its drawing again. */

import type { EditMethod } from '../loaders/recommendations.js';
import { imagesToPixels } from '../pipelines/image-processor.js';
import { createGenerator } from '../tensors/random.js';
import { fixedMask, type LatentMask } from './attention-control/local-blend.js';
import type { DrawnSource, EditOptions, EditSettings, PostedPicture } from './edit-options.js';
import { inversionKind, stepsInverted, stepsTaken } from './edit-settings.js';
import type { EditingComponents } from './editing-components.js';
import { invertDDIM, latentsAt } from './inversion/ddim-inversion.js';
import { differenceMask } from './inversion/difference-mask.js';
import { invertEditFriendly } from './inversion/edit-friendly-inversion.js';
import type { Inversion } from './inversion/inversion.js';
import { optimizeNullText } from './inversion/null-text-inversion.js';
import {
  ddimTrack,
  diffEditTrack,
  directTrack,
  editFriendlyTrack,
  negativePromptTrack,
  nullTextTrack,
  proximalTrack,
  replayTrack,
  type SourceTrack,
} from './inversion/source-track.js';

const TRACKS = {
  direct: directTrack,
  ddim: ddimTrack,
  'negative-prompt': negativePromptTrack,
  proximal: proximalTrack,
  'null-text': nullTextTrack,
  'edit-friendly': editFriendlyTrack,
  diffedit: diffEditTrack,
  'plug-and-play': directTrack,
  'pix2pix-zero': directTrack,
} satisfies Record<EditMethod, unknown>;

/** What every stage of an edit works with. */
export interface EditRun {
  readonly options: EditOptions;
  readonly settings: EditSettings;
  readonly components: EditingComponents;
  /** Of the texts, [L, D]; `empty` is what is guided away from. */
  readonly embeddings: { readonly empty: Float32Array; readonly source: Float32Array; readonly target: Float32Array };
}

/** A picture ready to be edited. */
export interface PreparedSource {
  readonly track: SourceTrack;
  /** The encoded picture, [h, w, C], which the source's row is measured against; absent where that row is our own drawing. */
  readonly latents?: Float32Array;
  /** What inversion ended in, where it was not drawn. */
  readonly noise?: Float32Array;
  readonly usedCachedInversion: boolean;
  /** Where the picture may change, where the method finds that by itself. */
  readonly mask?: LatentMask;
  /** Steps that this took, for progress. */
  readonly steps: number;
}

/** A picture of ours, from its settings. */
export function replaySource({ components, embeddings, settings }: EditRun, source: DrawnSource): PreparedSource {
  const track = replayTrack(components.schedulerConfig, {
    scheduler: source.scheduler,
    steps: settings.steps,
    seed: source.seed,
    index: source.index ?? 0,
    eta: source.eta ?? 0,
    guidanceScale: source.guidanceScale,
    unconditional: embeddings.empty,
    latentSize: components.latentShape.reduce((product, side) => product * side, 1),
  });
  return { track, usedCachedInversion: false, steps: 0 };
}

/** A picture from outside. @throws the signal's reason */
export async function invertSource(run: EditRun, source: PostedPicture): Promise<PreparedSource> {
  const { options, settings, embeddings, components } = run;
  const method = settings.method as EditMethod;
  const cached = usable(source.inversion, settings, components) ? source.inversion : undefined;
  const needsNullText = method === 'null-text' && cached?.nullText?.guidanceScale !== settings.guidanceScale;
  const walkSteps = cached ? 0 : stepsInverted(settings);
  const steps = walkSteps + (needsNullText ? settings.steps : 0);
  const hooks = (stepsBefore: number) => ({
    ...(options.signal ? { signal: options.signal } : {}),
    onStep: (step: number) =>
      options.onProgress?.({
        stage: 'inversion',
        step: stepsBefore + step,
        steps: steps + stepsTaken(settings),
      }),
  });
  let inversion = cached ?? (await walkBack(run, source, hooks(0)));
  if (needsNullText) {
    inversion = await optimizeNullText({
      components,
      inversion,
      conditional: embeddings.source,
      unconditional: embeddings.empty,
      guidanceScale: settings.guidanceScale,
      ...hooks(walkSteps),
    });
  }
  if (inversion !== cached) await options.onInversion?.(inversion);
  const latents = latentsAt(inversion, 0);
  const generator = createGenerator(settings.seed).fork('difference mask');
  const { signal } = options;
  const mask =
    method === 'diffedit'
      ? fixedMask(await differenceMask({ components, latents, embeddings, generator, ...(signal ? { signal } : {}) }))
      : undefined;
  return {
    track: TRACKS[method](components.schedulerConfig, inversion, {
      ...embeddings,
      empty: between(embeddings.empty, embeddings.source, settings.negativeSourceShare),
    }),
    latents,
    ...(inversion.kind === 'ddim' ? { noise: latentsAt(inversion, inversion.steps) } : {}),
    ...(mask ? { mask } : {}),
    usedCachedInversion: cached !== undefined,
    steps,
  };
}

const between = (from: Float32Array, to: Float32Array, share: number) =>
  from.map((value, index) => value + share * (to[index]! - value));

async function walkBack(
  { settings, embeddings, components }: EditRun,
  { image }: PostedPicture,
  hooks: { signal?: AbortSignal; onStep(step: number): void | Promise<void> | undefined },
): Promise<Inversion> {
  hooks.signal?.throwIfAborted();
  const mean = await components.encodeImage(imagesToPixels([image]));
  const options = {
    components,
    latents: mean.map((value) => value * components.scalingFactor),
    prompt: settings.sourcePrompt,
    embedding: embeddings.source,
    steps: settings.steps,
    ...hooks,
  };
  return inversionKind(settings.method) === 'ddim'
    ? invertDDIM(options)
    : invertEditFriendly({ ...options, seed: settings.seed });
}

function usable(
  inversion: Inversion | undefined,
  { method, sourcePrompt, steps, seed }: EditSettings,
  { latentShape }: EditingComponents,
): boolean {
  return (
    inversion !== undefined &&
    inversion.kind === inversionKind(method) &&
    inversion.prompt === sourcePrompt &&
    inversion.steps === steps &&
    (inversion.seed === undefined || inversion.seed === seed) &&
    inversion.latentShape.join() === latentShape.join()
  );
}
