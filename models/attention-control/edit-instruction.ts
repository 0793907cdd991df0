/**
 * @file Small instructions, `dog → cat` or `+ a red hat`, as a target prompt and a controller. The four kinds of edit of
 * Hertz et al. 2022, section 4: swap a word, add words, leave words out, weigh words.
 */
import type { TextSpan } from '../tokenizers/clip-pre-tokenizer.js';
import type { AttentionControl } from './attention-control.js';
import { findWords } from './prompt-words.js';

export type EditInstruction =
  | { readonly kind: 'replace'; readonly from: string; readonly to: string }
  | { readonly kind: 'add'; readonly words: string }
  | { readonly kind: 'remove'; readonly words: string }
  /** 2 for twice as much, 0.5 for half. */
  | { readonly kind: 'weigh'; readonly words: string; readonly factor: number };

export interface PlannedEdit {
  readonly targetPrompt: string;
  /** For `EditOptions.control`. */
  readonly control: Partial<AttentionControl>;
}

export type EditInstructionProblem =
  /** The source prompt does not contain `words`. */
  | 'words-not-found'
  /** The source prompt contains them more than once. */
  | 'words-ambiguous'
  /** Nothing would be left of the prompt, or nothing was asked for. */
  | 'nothing-to-do';

/** An instruction does not fit the prompt; `problem` and `words` are for a sentence to the person. */
export class EditInstructionError extends Error {
  readonly problem: EditInstructionProblem;
  readonly words: string;

  constructor(problem: EditInstructionProblem, words: string) {
    super(`an instruction does not fit the prompt: ${problem}`);
    this.name = 'EditInstructionError';
    this.problem = problem;
    this.words = words;
  }
}

/**
 * @param sourcePrompt what the picture shows
 * @throws EditInstructionError
 */
export function planEdit(sourcePrompt: string, instructions: readonly EditInstruction[]): PlannedEdit {
  const blend = { source: [] as string[], target: [] as string[] };
  const equalizer: { words: string; factor: number }[] = [];
  let prompt = sourcePrompt;
  for (const instruction of instructions) {
    switch (instruction.kind) {
      case 'replace': {
        const { from, to } = instruction;
        prompt = replaceSpan(prompt, onlyPlaceOf(prompt, from), required(to));
        if (findWords(sourcePrompt, from).length > 0) blend.source.push(from);
        blend.target.push(to.trim());
        break;
      }
      case 'add': {
        const words = required(instruction.words);
        prompt = `${prompt.trimEnd()} ${words}`.trimStart();
        blend.target.push(words);
        break;
      }
      case 'remove': {
        prompt = replaceSpan(prompt, onlyPlaceOf(prompt, instruction.words), '');
        if (findWords(sourcePrompt, instruction.words).length > 0) blend.source.push(instruction.words);
        break;
      }
      case 'weigh': {
        const { words, factor } = instruction;
        if (findWords(prompt, words).length === 0) throw new EditInstructionError('words-not-found', words);
        equalizer.push({ words, factor });
        break;
      }
    }
  }
  const isUnchanged = prompt === sourcePrompt && equalizer.every(({ factor }) => factor === 1);
  if (prompt === '' || isUnchanged) throw new EditInstructionError('nothing-to-do', '');
  // Words that a later instruction took out again mark nothing.
  blend.target = blend.target.filter((words) => findWords(prompt, words).length > 0);
  const marks = blend.source.length + blend.target.length > 0;
  return {
    targetPrompt: prompt,
    control: { ...(equalizer.length > 0 ? { equalizer } : {}), ...(marks && equalizer.length === 0 ? { blend } : {}) },
  };
}

function required(words: string): string {
  const trimmed = words.trim();
  if (trimmed === '') throw new EditInstructionError('nothing-to-do', words);
  return trimmed;
}

function onlyPlaceOf(prompt: string, words: string): TextSpan {
  const [place, ...others] = findWords(prompt, words);
  if (!place) throw new EditInstructionError('words-not-found', words);
  if (others.length > 0) throw new EditInstructionError('words-ambiguous', words);
  return place;
}

function replaceSpan(prompt: string, { start, end }: TextSpan, replacement: string): string {
  const before = withArticleFor(prompt.slice(0, start), replacement || prompt.slice(end).trimStart());
  return `${before}${replacement}${prompt.slice(end)}`
    .replace(/\s{2,}/gu, ' ')
    .replace(/(?:\s*,)+/gu, ',')
    .replace(/^[\s,]+|[\s,]+$/gu, '');
}

/** English changes its article with the sound of the next word, and captions are in English: "a dog", "an elephant". */
function withArticleFor(before: string, next: string): string {
  if (!/^[a-z]/i.test(next)) return before;
  const article = /^[aeiou]/i.test(next) ? 'an' : 'a';
  return before.replace(/(?<![\p{L}\p{N}])an?(\s+)$/u, `${article}$1`);
}
