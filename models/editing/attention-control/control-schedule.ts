/**
 * @file The numbers that steer attention in each step. Every controller of the paper is one formula per cross-attention map,
 *
 *   M* = (M_source · mapper) ⊙ sourceGain + M_target ⊙ targetGain
 *
 * with a = 1 where a target token has a counterpart, e its factor and α = 1 in its window:
 * sourceGain = α·a·e and targetGain = α·(1 − a)·e + 1 − α. Replace has a = 1 everywhere, refine a = 0 for new tokens, reweight
 * alone maps each token to itself, and chains multiply. So one compiled graph serves every edit.
 * Paper: Hertz et al. 2022, arXiv:2208.01626, algorithm 1 and section 3.2. Maps are not renormalised, as in the reference.
 */
import type { AttentionControl, StepWindow } from './attention-control.js';
import { type PromptTokenizer, type PromptTokens, promptTokens, tokensOfWords } from './prompt-words.js';
import { refinementMapper } from './refinement-mapper.js';
import { replacementMapper } from './replacement-mapper.js';

/** Weights of one step, inputs of the graph. */
export interface ControlWeights {
  /** [L, L], source token × target token. */
  readonly mapper: Float32Array;
  /** [L], per target token. */
  readonly sourceGain: Float32Array;
  /** [L], per target token. */
  readonly targetGain: Float32Array;
  /** [levels]: 1 where self-attention is the source's. */
  readonly selfReplace: Float32Array;
}

export interface ControlScheduleOptions {
  readonly tokenizer: PromptTokenizer;
  readonly sourcePrompt: string;
  readonly targetPrompt: string;
  readonly control: AttentionControl;
  readonly steps: number;
  /** Levels of the UNet. */
  readonly levels: number;
}

export interface ControlSchedule {
  readonly source: PromptTokens;
  readonly target: PromptTokens;
  /** @param step 0…steps − 1 */
  weightsAt(step: number): ControlWeights;
}

/** @throws AttentionControlError, RangeError for windows outside 0…1 */
export function createControlSchedule(options: ControlScheduleOptions): ControlSchedule {
  const { tokenizer, control, steps, levels } = options;
  const source = promptTokens(tokenizer, options.sourcePrompt);
  const target = promptTokens(tokenizer, options.targetPrompt);
  const { length } = target;
  const { mapper, shared } = alignment(source, target, control.alignment);
  const factors = new Float32Array(length).fill(1);
  for (const { words, factor } of control.equalizer) {
    if (!Number.isFinite(factor)) throw new RangeError(`a factor must be a number, got ${factor}`);
    for (const token of tokensOfWords(target, words)) factors[token] = factor;
  }
  // The reference measures cross-attention windows in steps + 1 and those of self-attention in steps.
  const crossWindow = (window: StepWindow) => stepRange(window, steps + 1);
  const windows = Array<StepRange>(length).fill(crossWindow(control.crossReplaceSteps));
  for (const { words, steps: window } of control.crossReplaceWords) {
    for (const token of tokensOfWords(target, words)) windows[token] = crossWindow(window);
  }
  const selfWindow = stepRange(control.selfReplaceSteps, steps);
  return {
    source,
    target,
    weightsAt(step) {
      const isReplaced = windows.map((window) => contains(window, step));
      return {
        mapper,
        sourceGain: Float32Array.from(factors, (factor, token) => (isReplaced[token] ? shared[token]! * factor : 0)),
        targetGain: Float32Array.from(factors, (factor, token) =>
          isReplaced[token] ? (1 - shared[token]!) * factor : 1,
        ),
        selfReplace: Float32Array.from({ length: levels }, (_, level) =>
          level >= control.selfReplaceLevel && contains(selfWindow, step) ? 1 : 0,
        ),
      };
    },
  };
}

function alignment(source: PromptTokens, target: PromptTokens, kind: AttentionControl['alignment']) {
  if (kind === 'refine') return refinementMapper(source, target);
  const shared = new Float32Array(target.length).fill(1);
  return { mapper: kind === 'none' ? identity(target.length) : replacementMapper(source, target, kind), shared };
}

const identity = (length: number) =>
  Float32Array.from({ length: length ** 2 }, (_, index) => (index % (length + 1) === 0 ? 1 : 0));

type StepRange = readonly [from: number, to: number];

const contains = ([from, to]: StepRange, step: number) => step >= from && step < to;

function stepRange(window: StepWindow, steps: number): StepRange {
  const [from, to] = typeof window === 'number' ? [0, window] : window;
  if (!(from >= 0 && to <= 1 && from <= to)) {
    throw new RangeError(`a window lies within 0 and 1, got ${from} to ${to}`);
  }
  return [Math.floor(from * steps), Math.floor(to * steps)];
}
