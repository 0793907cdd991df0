/** @file Finds words in a prompt, and the tokens that stand for them: by their characters, in any script and spacing. */
import type { TextSpan } from '../../clip/clip-pre-tokenizer.js';
import type { CLIPTokenizer } from '../../clip/tokenization-clip.js';
import { AttentionControlError, type PromptWords } from './attention-control.js';

/** Scripts that put no space between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const LETTER = '[\\p{L}\\p{M}\\p{N}]';

/** Where the words stand in the prompt: whole words, any case, any white space between them. */
export function findWords(prompt: string, words: PromptWords): TextSpan[] {
  const parts = words.trim().split(/\s+/u);
  const text = parts.join('');
  if (text === '') return [];
  const escaped = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('\\s+');
  const isWordLike = (character: string) => /[\p{L}\p{M}\p{N}]/u.test(character) && !UNSPACED.test(character);
  const before = isWordLike([...text][0]!) ? `(?<!${LETTER})` : '';
  const after = isWordLike([...text].at(-1)!) ? `(?!${LETTER})` : '';
  const pattern = new RegExp(before + escaped + after, 'giu');
  return [...prompt.matchAll(pattern)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

/** The words of a prompt that white space separates. */
export function splitWords(prompt: string): (TextSpan & { readonly text: string })[] {
  return [...prompt.matchAll(/\S+/gu)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

export type PromptTokenizer = Pick<
  CLIPTokenizer,
  'encodePadded' | 'encodeWithSpans' | 'maxLength' | 'startId' | 'endId'
>;

/** A prompt as the text encoder reads it. */
export interface PromptTokens {
  readonly prompt: string;
  /** The text's tokens between start and end, those that do not fit left out. */
  readonly spans: readonly TextSpan[];
  /** Ids of start, the text's tokens, end. */
  readonly ids: readonly number[];
  /** L: tokens with padding. */
  readonly length: number;
}

export function promptTokens(tokenizer: PromptTokenizer, prompt: string): PromptTokens {
  const kept = tokenizer.encodeWithSpans(prompt).slice(0, tokenizer.maxLength - 2);
  return {
    prompt,
    spans: kept.map(({ start, end }) => ({ start, end })),
    ids: [tokenizer.startId, ...kept.map(({ id }) => id), tokenizer.endId],
    length: tokenizer.maxLength,
  };
}

/** Positions of the tokens that share characters with a part of the prompt; the start token is position 0. */
export function tokensOfSpan({ spans }: PromptTokens, { start, end }: TextSpan): number[] {
  return spans.flatMap((span, index) => (span.start < end && span.end > start ? [index + 1] : []));
}

/** @throws AttentionControlError where the prompt lacks the words, or the text encoder does not read that far */
export function tokensOfWords(tokens: PromptTokens, words: PromptWords): number[] {
  const found = findWords(tokens.prompt, words);
  if (found.length === 0) throw new AttentionControlError('words-not-found', words);
  const positions = found.flatMap((span) => tokensOfSpan(tokens, span));
  if (positions.length === 0) throw new AttentionControlError('words-cut-off', words);
  return positions;
}
