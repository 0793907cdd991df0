/** From what a person asked to what the pipeline is asked: prompts with pets in them, words to weigh and to mark, strengths. */

import { escapePromptWeights, readPromptWeights } from '#models/clip/prompt-weights.js';
import { type AttentionControl, AttentionControlError } from '#models/editing/attention-control/attention-control.js';
import { EditInstructionError, planEdit } from '#models/editing/attention-control/edit-instruction.js';
import { findWords } from '#models/editing/attention-control/prompt-words.js';
import type { KeptShares } from '#models/editing/edit-options.js';
import type { Recommendations } from '#models/loaders/recommendations.js';
import { UserError } from '#src/core/errors.js';
import { petMarker } from '#src/drawing/imagine-job.js';
import type { EditChange } from '#src/editing/edit-job.js';

export interface PlanRequest {
  /** With the marker where the source's pet stands. */
  readonly caption: string;
  readonly changes: readonly EditChange[];
  readonly target: string | undefined;
  readonly keepBackground: boolean | undefined;
  /** What the marker is to the model: in the words of the picture, and in those of what shall become of it. */
  readonly sourceName: string;
  readonly targetName: string;
  readonly editing: Recommendations['editing'];
}

export interface EditPlan {
  readonly sourcePrompt: string;
  readonly targetPrompt: string;
  /** With the marker where the pet stands. */
  readonly markedTarget: string;
  readonly control: Partial<AttentionControl>;
}

/** How the strengths 1…5 change the shares of the steps in which the source's attention is kept, and the guidance. */
const KEPT_SHARES = [1.6, 1.3, 1, 0.6, 0.2] as const;
const GUIDANCE = [1, 1, 1, 1.15, 1.3] as const;
/** Nearer to the maximum of a map than usual: what is marked is smaller. */
const STRICT_THRESHOLD = 0.2;

/** @throws UserError where the changes do not fit the words for the picture */
export function planOf(request: PlanRequest): EditPlan {
  const { caption, changes, target, keepBackground, sourceName, targetName, editing } = request;
  // Markers of two animals cannot be told apart: what was in the picture before is then what the model calls it.
  const isOneName = sourceName === targetName;
  const marked = isOneName ? caption : caption.replaceAll(petMarker, sourceName);
  const inSource = (words: string) => (isOneName ? words : words.replaceAll(petMarker, sourceName));
  const { plain, weights } = withoutWeights(changes, target);
  const planned =
    plain.changes.length > 0
      ? planOrRefuse(
          marked,
          plain.changes.map((change) => markedChange(change, marked, inSource)),
        )
      : {
          targetPrompt: plain.target ?? caption,
          control: {},
        };
  const source = (words: string) => words.replaceAll(petMarker, sourceName);
  const named = (words: string) => words.replaceAll(petMarker, targetName);
  const { blend: blendOfPlan, equalizer: weighed = [], ...rest } = planned.control as Partial<AttentionControl>;
  // Words that a later change took out again weigh nothing.
  const shown = readPromptWeights(planned.targetPrompt).text;
  const equalizer = [...weighed, ...weights.filter(({ words }) => findWords(shown, words).length > 0)];
  const sourcePrompt = source(marked);
  const targetPrompt = named(planned.targetPrompt);
  const usual = blendOfPlan && {
    ...blendOfPlan,
    source: blendOfPlan.source.map(source),
    target: blendOfPlan.target.map(named),
    ...(blendOfPlan.subtractSource && { subtractSource: blendOfPlan.subtractSource.map(source) }),
  };
  const blend = keepBackground ? strictBlend(usual ?? differing(sourcePrompt, targetPrompt, changes), editing) : usual;
  return {
    sourcePrompt,
    targetPrompt,
    markedTarget: planned.targetPrompt,
    control: {
      ...rest,
      ...(equalizer.length > 0 && {
        equalizer: equalizer.map(({ words, factor }) => ({ words: named(words), factor })),
      }),
      ...(blend && keepBackground !== false && { blend }),
    },
  };
}

/** `dog → (cat:1.3)`: the words alone are put into the prompt, and attention is paid to them as their weights say. */
function withoutWeights(changes: readonly EditChange[], target: string | undefined) {
  const weights: { readonly words: string; readonly factor: number }[] = [];
  const plainOf = (words: string, counts: boolean): string => {
    const read = readPromptWeights(words);
    if (counts)
      for (const { text, factor } of read.weights) if (text.trim() !== '') weights.push({ words: text.trim(), factor });
    return escapePromptWeights(read.text.trim()) || words;
  };
  const plain = {
    changes: changes.map((change): EditChange => {
      if (change.kind === 'replace') {
        const [from, to] = [plainOf(change.from, false), plainOf(change.to, true)];
        // `cat → (cat:1.5)` leaves the words as they are.
        const own = from === to ? weights.pop() : undefined;
        return own ? { kind: 'weigh', words: from, factor: own.factor } : { ...change, from, to };
      }
      return { ...change, words: plainOf(change.words, change.kind === 'add') };
    }),
    target: target === undefined ? undefined : plainOf(target, true),
  };
  return { plain, weights };
}

/** @param petShare how much of a pet is wanted: what the source's layout keeps back, it lacks */
export function keptOfStrength(strength: number, petShare: number): KeptShares {
  const kept = KEPT_SHARES[strength - 1]!;
  return { crossReplaceSteps: kept, selfReplaceSteps: kept / Math.max(1, petShare) };
}

export function guidanceOfStrength(strength: number, usual: number): number {
  return usual * GUIDANCE[strength - 1]!;
}

/** What the library says of words, as a sentence. */
export function asUserError(error: unknown, caption: string): unknown {
  if (error instanceof AttentionControlError) {
    if (error.problem === 'words-cut-off') return new UserError('editWordsCut', { words: error.words });
    return new UserError('editWordsMissing', { words: error.words, caption });
  }
  if (!(error instanceof EditInstructionError)) return error;
  switch (error.problem) {
    case 'words-not-found':
      return new UserError('editWordsMissing', { words: error.words, caption });
    case 'words-ambiguous':
      return new UserError('editWordsTwice', {
        words: error.words,
        count: findWords(caption, error.words).length,
        caption,
      });
    case 'nothing-to-do':
      return new UserError('editNothing');
  }
}

function planOrRefuse(caption: string, changes: readonly EditChange[]) {
  try {
    return planEdit(caption, changes);
  } catch (error) {
    throw asUserError(error, caption);
  }
}

function markedChange(change: EditChange, caption: string, inSource: (words: string) => string): EditChange {
  switch (change.kind) {
    case 'replace':
      return { ...change, from: inSource(change.from) };
    case 'remove':
      return { ...change, words: inSource(change.words) };
    case 'weigh':
      return findWords(caption, inSource(change.words)).length > 0
        ? { ...change, words: inSource(change.words) }
        : change;
    case 'add':
      return change;
  }
}

type Blend = NonNullable<AttentionControl['blend']>;

function strictBlend(blend: Blend | undefined, { blendThreshold }: Recommendations['editing']): Blend | undefined {
  return blend && { ...blend, threshold: Math.min(1, blendThreshold + STRICT_THRESHOLD) };
}

/** The words that only one of two prompts has, and those that are weighed. */
function differing(source: string, target: string, changes: readonly EditChange[]): Blend | undefined {
  const wordsIn = (prompt: string) => [...new Set(prompt.match(/[\p{L}\p{M}\p{N}]{3,}/gu) ?? [])];
  const only = (one: string, other: string) => wordsIn(one).filter((word) => findWords(other, word).length === 0);
  const weighed = changes.flatMap((change) => (change.kind === 'weigh' ? [change.words] : []));
  const weighedIn = (prompt: string) => weighed.filter((words) => findWords(prompt, words).length > 0);
  const blend = {
    source: [...only(source, target), ...weighedIn(source)],
    target: [...only(target, source), ...weighedIn(target)],
  };
  return blend.source.length + blend.target.length > 0 ? blend : undefined;
}
