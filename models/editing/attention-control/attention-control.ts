/**
 * @file What an edit does to attention, as plain data: which words keep the source's maps, for how long, and where the
 * picture may change at all.
 *
 * Paper: Hertz et al. 2022, arXiv:2208.01626, sections 3.2 and 4. Reference: google/prompt-to-prompt, AttentionReplace,
 * AttentionRefine, AttentionReweight and LocalBlend, which chain here as fields of one object.
 */

/** Shares of the steps, [from, to) within 0…1; a number f stands for [0, f). */
export type StepWindow = number | readonly [from: number, to: number];

/**
 * How tokens of the target prompt find those of the source prompt. `refine` aligns any two prompts; `replace` wants as
 * many words in both; `legacy-replace` is `replace` with the reference's error in words after the last replaced one, for
 * comparisons; `none` leaves cross-attention to the equalizer.
 */
export type TokenAlignment = 'refine' | 'replace' | 'legacy-replace' | 'none';

/** A word, or several in a row, as the prompt writes it; all its occurrences count. */
export type PromptWords = string;

export interface AttentionControl {
  readonly alignment: TokenAlignment;
  /** Steps in which aligned tokens take the source's cross-attention. */
  readonly crossReplaceSteps: StepWindow;
  /** Other windows for words of the target prompt. */
  readonly crossReplaceWords: readonly { readonly words: PromptWords; readonly steps: StepWindow }[];
  /** Steps in which the target takes the source's self-attention: its layout. */
  readonly selfReplaceSteps: StepWindow;
  /** Self-attention is replaced at this level of the UNet and all coarser ones; 0 has the size of the latents, each further one half of it. */
  readonly selfReplaceLevel: number;
  /** Words of the target prompt that count more (above 1) or less; 0 silences, a negative factor inverts. */
  readonly equalizer: readonly { readonly words: PromptWords; readonly factor: number }[];
  /** Where the picture may change; without it, everywhere. */
  readonly blend?: LocalBlendWords;
}

/** Words whose cross-attention marks what may change; without any, everything may but what must stay. */
export interface LocalBlendWords {
  readonly source: readonly PromptWords[];
  readonly target: readonly PromptWords[];
  /** What must stay even where the words above point to it. */
  readonly subtractSource?: readonly PromptWords[];
  readonly subtractTarget?: readonly PromptWords[];
  /** Share of a map's maximum above which a place counts, 0…1. Default 0.3. */
  readonly threshold?: number;
  /** The same for the words that must stay. Default 0.3. */
  readonly subtractThreshold?: number;
  /** Share of the steps before the first blending. Default 0.2. */
  readonly startAfter?: number;
}

export type AttentionControlProblem =
  /** `words` are not in the prompt. */
  | 'words-not-found'
  /** `words` are in the prompt, after what the text encoder reads of it. */
  | 'words-cut-off'
  /** `replace` needs as many words in both prompts. */
  | 'word-counts-differ';

/** The edit asks for something that its prompts do not allow; `problem` says what, for a sentence to the person. */
export class AttentionControlError extends Error {
  readonly problem: AttentionControlProblem;
  /** The words in question; '' where the prompts as a whole are. */
  readonly words: PromptWords;

  constructor(problem: AttentionControlProblem, words: PromptWords) {
    super(
      problem === 'word-counts-differ'
        ? 'the prompts differ in their number of words'
        : `${problem}: some words of the edit`,
    );
    this.name = 'AttentionControlError';
    this.problem = problem;
    this.words = words;
  }
}
