/**
 * @file Weights within a prompt, as people write them for web UIs: `(words)` ×1.1, `[words]` ÷1.1, `(words:1.3)` ×1.3; nested
 * ones multiply, `\(` is a bracket, and so is one that has no partner.
 * Reference: AUTOMATIC1111/stable-diffusion-webui, wiki "Features", section "Attention/emphasis".
 */
import type { TextSpan } from './clip-pre-tokenizer.js';

const EMPHASIS = 1.1;
/** Beyond this a text encoder's output is nothing that the model has met. */
const MOST = 5;
/** Before it is bounded: brackets within may make it less again. */
const MOST_NESTED = 1e6;
const PARTNERS: Readonly<Record<string, string>> = { ')': '(', ']': '[' };
/** At the end of a part, before its bracket. */
const GIVEN = /:\s{0,4}([+-]?(?:\d{1,4}\.?\d{0,6}|\.\d{1,6}))\s{0,4}$/;
const MAX_GIVEN_LENGTH = 24;

export interface WeightedPart extends TextSpan {
  readonly text: string;
  /** 0…5, not 1. */
  readonly factor: number;
}

export interface WeightedPrompt {
  /** Without the signs of weights: what is tokenized, and where words are looked for. */
  readonly text: string;
  /** Parts of `text`, in order. */
  readonly weights: readonly WeightedPart[];
}

interface Piece {
  text: string;
  /** A bracket that has found its partner says by how much what lies between counts. */
  opens?: number;
  closes?: true;
}

export function readPromptWeights(prompt: string): WeightedPrompt {
  const pieces = pairBrackets(prompt);
  let text = '';
  let factor = 1;
  const outer: number[] = [];
  const weights: WeightedPart[] = [];
  for (const piece of pieces) {
    if (piece.opens !== undefined) {
      outer.push(factor);
      factor = Math.min(MOST_NESTED, factor * piece.opens);
    } else if (piece.closes) {
      factor = outer.pop()!;
    } else if (piece.text !== '') {
      // `(red:1.3)hat` are two words.
      if (isLetter(text.at(-1)) && isLetter(piece.text[0])) text += ' ';
      const start = text.length;
      text += piece.text;
      const bounded = Math.min(MOST, Math.max(0, factor));
      if (Math.abs(bounded - 1) > 1e-9) weights.push({ start, end: text.length, text: piece.text, factor: bounded });
    }
  }
  return { text, weights };
}

/** Words as a prompt writes them that shall have no weights: the other way round of `readPromptWeights`. */
export function escapePromptWeights(text: string): string {
  return text.replace(/[()[\]\\]/g, '\\$&');
}

/** One pass: each bracket meets its partner, or stays a letter like others. */
function pairBrackets(prompt: string): Piece[] {
  const pieces: Piece[] = [{ text: '' }];
  const opened: number[] = [];
  for (let at = 0; at < prompt.length; at += 1) {
    const character = prompt[at]!;
    const last = pieces.at(-1)!;
    if (character === '\\' && '()[]\\'.includes(prompt[at + 1] ?? ' ')) {
      last.text += prompt[at + 1];
      at += 1;
    } else if (character === '(' || character === '[') {
      opened.push(pieces.length);
      pieces.push({ text: character }, { text: '' });
    } else if (PARTNERS[character] !== undefined && pieces[opened.at(-1) ?? -1]?.text === PARTNERS[character]) {
      const partner = pieces[opened.pop()!]!;
      partner.opens = character === ')' ? givenFactor(last) : 1 / EMPHASIS;
      pieces.push({ text: '', closes: true }, { text: '' });
    } else {
      last.text += character;
    }
  }
  return pieces;
}

/** Takes `:1.3` off the end of a part. */
function givenFactor(piece: Piece): number {
  const [whole, given] = GIVEN.exec(piece.text.slice(-MAX_GIVEN_LENGTH)) ?? [];
  if (whole === undefined) return EMPHASIS;
  piece.text = piece.text.slice(0, -whole.length);
  return Number(given);
}

/** Of a script that puts spaces between words. */
function isLetter(character: string | undefined): boolean {
  return (
    character !== undefined &&
    /[\p{L}\p{M}\p{N}]/u.test(character) &&
    !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(character)
  );
}
