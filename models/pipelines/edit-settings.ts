/** @file What decides an edit, resolved from what was asked for and what the checkpoint recommends. */
import type { AttentionControl } from '../attention-control/attention-control.js';
import { firstEditFriendlyStep } from '../inversion/edit-friendly-inversion.js';
import type { InversionKind } from '../inversion/inversion.js';
import { createGenerator } from '../random.js';
import type { EditOptions, EditSettings } from './edit-options.js';
import type { EditingComponents } from './editing-components.js';

/** @throws RangeError for options out of range */
export function resolveEditSettings(
  options: EditOptions,
  { recommendations, hasLoRA }: Pick<EditingComponents, 'recommendations' | 'hasLoRA'>,
): EditSettings {
  const { source, targetPrompt } = options;
  if (source.kind === 'drawn' && source.hasLoRA && !hasLoRA) {
    throw new RangeError('the picture was drawn with a LoRA, and none is given');
  }
  const { crossReplaceSteps, selfReplaceSteps, selfReplaceLevel } = recommendations;
  const control: AttentionControl = {
    alignment: 'refine',
    crossReplaceWords: [],
    equalizer: [],
    crossReplaceSteps,
    selfReplaceSteps,
    selfReplaceLevel,
    ...options.control,
  };
  const guidanceScale =
    options.guidanceScale ?? (source.kind === 'drawn' ? source.guidanceScale : recommendations.guidanceScale);
  if (!Number.isFinite(guidanceScale)) throw new RangeError(`guidanceScale must be a number, got ${guidanceScale}`);
  return {
    sourcePrompt: source.prompt,
    targetPrompt,
    method: source.kind === 'drawn' ? 'replay' : (options.method ?? recommendations.method),
    steps: source.kind === 'drawn' ? source.steps : (options.steps ?? recommendations.steps),
    guidanceScale,
    seed: createGenerator(options.seed ?? 0).seed,
    control,
  };
}

export const inversionKind = (method: EditSettings['method']): InversionKind =>
  method === 'edit-friendly' ? 'edit-friendly' : 'ddim';

/** Steps that an edit takes, and an inversion for it: `edit-friendly` leaves out the noisiest ones. */
export const stepsTaken = ({ method, steps }: EditSettings): number =>
  method === 'edit-friendly' ? steps - firstEditFriendlyStep(steps) : steps;
