/** @file What decides an edit, resolved from what was asked for and what the checkpoint recommends. */

import type { RgbImage } from '../pipelines/image-processor.js';
import { createGenerator } from '../tensors/random.js';
import type { AttentionControl, StepWindow } from './attention-control/attention-control.js';
import { PLUG_AND_PLAY_SELF_STEPS } from './attention-control/plug-and-play-controller.js';
import type { EditOptions, EditSettings, KeptShares } from './edit-options.js';
import type { EditingComponents } from './editing-components.js';
import { firstEditFriendlyStep } from './inversion/edit-friendly-inversion.js';
import type { InversionKind } from './inversion/inversion.js';
import { firstDiffEditStep } from './inversion/source-track.js';

type AttentionWindows = Pick<AttentionControl, 'crossReplaceSteps' | 'selfReplaceSteps' | 'selfReplaceLevel'>;

/** Methods that hold the picture by something else than both kinds of attention, or for other steps. */
const OWN_WINDOWS: Partial<Record<EditSettings['method'], Partial<AttentionWindows>>> = {
  // Huberman-Spiegelglas et al. 2023, section 4 with Prompt-to-Prompt.
  'edit-friendly': { crossReplaceSteps: 0.6, selfReplaceSteps: 0.2 },
  diffedit: { crossReplaceSteps: 0, selfReplaceSteps: 0 },
  'plug-and-play': { crossReplaceSteps: 0, selfReplaceSteps: PLUG_AND_PLAY_SELF_STEPS, selfReplaceLevel: 0 },
  'pix2pix-zero': { crossReplaceSteps: 1, selfReplaceSteps: 0 },
};

/** @throws RangeError for options out of range */
export function resolveEditSettings(
  options: EditOptions,
  { recommendations, hasLoRA, imageSize }: Pick<EditingComponents, 'recommendations' | 'hasLoRA' | 'imageSize'>,
): EditSettings {
  const { source, targetPrompt } = options;
  if (source.kind === 'posted') checkSize(source.image, imageSize);
  if (source.kind === 'drawn' && source.hasLoRA && !hasLoRA) {
    throw new RangeError('the picture was drawn with a LoRA, and none is given');
  }
  const method = source.kind === 'drawn' ? 'replay' : (options.method ?? recommendations.method);
  const control: AttentionControl = {
    alignment: 'refine',
    crossReplaceWords: [],
    equalizer: [],
    crossReplaceSteps: recommendations.crossReplaceSteps,
    selfReplaceSteps: recommendations.selfReplaceSteps,
    selfReplaceLevel: recommendations.selfReplaceLevel,
    ...options.planned,
    ...OWN_WINDOWS[method],
    ...options.control,
  };
  const guidanceScale =
    options.guidanceScale ?? (source.kind === 'drawn' ? source.guidanceScale : recommendations.guidanceScale);
  if (!Number.isFinite(guidanceScale)) throw new RangeError(`guidanceScale must be a number, got ${guidanceScale}`);
  // Between equal prompts there is nothing to guide to but what weights add.
  const usualShare = targetPrompt === source.prompt ? 1 : recommendations.negativeSourceShare;
  const negativeSourceShare = method === 'direct' ? (options.negativeSourceShare ?? usualShare) : 0;
  if (!(negativeSourceShare >= 0 && negativeSourceShare <= 1)) {
    throw new RangeError(`negativeSourceShare lies within 0 and 1, got ${negativeSourceShare}`);
  }
  return {
    sourcePrompt: source.prompt,
    targetPrompt,
    method,
    steps: source.kind === 'drawn' ? source.steps : (options.steps ?? recommendations.steps),
    guidanceScale,
    negativeSourceShare,
    seed: createGenerator(options.seed ?? 0).seed,
    control: options.keptShares ? withLengths(control, options.keptShares) : control,
  };
}

function withLengths(control: AttentionControl, { crossReplaceSteps, selfReplaceSteps }: KeptShares): AttentionControl {
  return {
    ...control,
    crossReplaceSteps: scaledWindow(control.crossReplaceSteps, crossReplaceSteps),
    selfReplaceSteps: scaledWindow(control.selfReplaceSteps, selfReplaceSteps),
  };
}

function scaledWindow(window: StepWindow, factor: number): StepWindow {
  if (typeof window === 'number') return Math.min(1, window * factor);
  const [from, to] = window;
  return [from, Math.min(1, from + (to - from) * factor)];
}

function checkSize({ width, height }: RgbImage, [expectedHeight, expectedWidth]: EditingComponents['imageSize']): void {
  if (width !== expectedWidth || height !== expectedHeight) {
    throw new RangeError(`the picture must be ${expectedWidth}×${expectedHeight}, got ${width}×${height}`);
  }
}

export const inversionKind = (method: EditSettings['method']): InversionKind =>
  method === 'edit-friendly' ? 'edit-friendly' : 'ddim';

/** Steps of an edit: two methods leave out the noisiest ones. */
export function stepsTaken({ method, steps }: EditSettings): number {
  if (method === 'edit-friendly') return steps - firstEditFriendlyStep(steps);
  return method === 'diffedit' ? steps - firstDiffEditStep(steps) : steps;
}

/** Steps of an inversion for it. DDIM goes all the way, so that any other method can use what it found. */
export const stepsInverted = (settings: EditSettings): number =>
  inversionKind(settings.method) === 'ddim' ? settings.steps : stepsTaken(settings);
