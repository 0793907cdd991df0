/**
 * @file Small instructions, `dog → cat` or `+ a red hat`, as a target prompt and a controller. The four kinds of edit of
 * Hertz et al. 2022, section 4: swap a word, add words, leave words out, weigh words.
 */
import type { TextSpan } from '../../clip/clip-pre-tokenizer.js';
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
  /** For `EditOptions.planned`. */
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

/** Another place needs another layout: measured on toy-pets, where longer windows left remains of the old place. */
const ELSEWHERE = { crossReplaceSteps: 0.2, selfReplaceSteps: 0.2 } as const;

/**
 * @param sourcePrompt what the picture shows
 * @throws EditInstructionError
 */
export function planEdit(sourcePrompt: string, instructions: readonly EditInstruction[]): PlannedEdit {
  const blend = { source: [] as string[], target: [] as string[] };
  /** Around each place that becomes another one: what stays there. */
  const kept: string[] = [];
  let isElsewhere = false;
  const equalizer: { words: string; factor: number }[] = [];
  let prompt = sourcePrompt;
  for (const instruction of instructions) {
    switch (instruction.kind) {
      case 'replace': {
        const { from, to } = instruction;
        const span = onlyPlaceOf(prompt, from);
        const place = placeAround(prompt, span);
        if (place) {
          isElsewhere = true;
          kept.push(...subjectBeside(prompt, place));
        }
        prompt = replaceSpan(prompt, span, required(to));
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
        if (findWords(sourcePrompt, words).length > 0) blend.source.push(words);
        blend.target.push(words);
        break;
      }
    }
  }
  const isUnchanged = prompt === sourcePrompt && equalizer.every(({ factor }) => factor === 1);
  if (prompt === '' || isUnchanged) throw new EditInstructionError('nothing-to-do', '');
  // Words that a later instruction took out again mark nothing.
  blend.target = blend.target.filter((words) => findWords(prompt, words).length > 0);
  return {
    targetPrompt: prompt,
    control: {
      ...(equalizer.length > 0 ? { equalizer } : {}),
      ...(isElsewhere ? elsewhere(sourcePrompt, instructions.length === 1 ? kept : []) : { blend }),
    },
  };
}

/** Another place is another picture around its subject, which stays where nothing else is asked of it. */
function elsewhere(sourcePrompt: string, kept: readonly string[]): Partial<AttentionControl> {
  const subtractSource = kept.filter((words) => findWords(sourcePrompt, words).length > 0);
  if (subtractSource.length === 0) return ELSEWHERE;
  return { ...ELSEWHERE, blend: { source: [], target: [], subtractSource } };
}

const PREPOSITION =
  /(?<!\p{L})(?:in front of|on top of|in|on|at|by|near|under|among|behind|inside|outside)\s+(?:an?|the)?\s*/giu;
/** What somebody is in without being anywhere. */
const WORN =
  /(?<!\p{L})(?:hats?|caps?|helmets?|shirts?|dress|suit|tuxedo|costume|uniform|coat|jacket|sweater|scarf|scarves|collar|tie|boots|shoes|socks|glasses|clothes|pyjamas|pajamas|outfit)(?!\p{L})/iu;

/** The phrase for a place, with its preposition, that the words are or end in; undefined where they tell of no place. */
function placeAround(prompt: string, { start, end }: TextSpan): TextSpan | undefined {
  if (WORN.test(prompt.slice(start, end))) return undefined;
  for (const match of prompt.slice(0, end).matchAll(PREPOSITION)) {
    const afterPreposition = match.index + match[0].length;
    if (match.index >= start || afterPreposition === start) return { start: Math.min(start, match.index), end };
  }
  return undefined;
}

/** The longer of what stands before the words for a place and after them, but for its article and its kind of picture. */
function subjectBeside(prompt: string, { start, end }: TextSpan): string[] {
  const [before, after] = [prompt.slice(0, start), prompt.slice(end)].map((words) =>
    trimCommas(words)
      .replace(/^(?:(?:an?|the)\s+)?(?:photo|picture|image|drawing|painting|cartoon|sketch)\s+of\s+/iu, '')
      .replace(/^(?:an?|the)\s+/iu, ''),
  ) as [string, string];
  const longer = before.length >= after.length ? before : after;
  return longer === '' ? [] : [longer];
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
  const replaced = `${before}${replacement}${prompt.slice(end)}`;
  return trimCommas(replaced.replace(/\s{2,}/gu, ' ').replace(/(?:\s?,)+/gu, ','));
}

/** Without the commas and spaces at both ends; in one pass, because prompts are strangers' words. */
function trimCommas(words: string): string {
  const isLoose = (at: number) => /[\s,]/u.test(words[at]!);
  let [start, end] = [0, words.length];
  while (start < end && isLoose(start)) start += 1;
  while (end > start && isLoose(end - 1)) end -= 1;
  return words.slice(start, end);
}

/** English changes its article with the sound of the next word, and captions are in English: "a dog", "an elephant". */
function withArticleFor(before: string, next: string): string {
  if (!/^[a-z]/i.test(next)) return before;
  const article = /^[aeiou]/i.test(next) ? 'an' : 'a';
  return before.replace(/(?<![\p{L}\p{N}])an?(\s+)$/u, `${article}$1`);
}
