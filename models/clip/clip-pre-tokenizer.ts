/**
 * @file Cuts a text into the words that byte-pair encoding works on: NFC, lower case, letters, single digits, punctuation runs.
 *
 * Every piece remembers which part of the original text it came from.
 * Reference: https://github.com/openai/CLIP/blob/main/clip/simple_tokenizer.py, with the normalisation of Hugging Face's fast tokenizer.
 */
import { BYTE_SYMBOLS } from './byte-level.js';

/** A half-open range of UTF-16 code units of the original text. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** A word: one symbol per UTF-8 byte, and for each the characters it came from. */
export interface PreToken {
  readonly symbols: readonly string[];
  readonly spans: readonly TextSpan[];
}

interface NormalizedCharacter extends TextSpan {
  readonly text: string;
}

// JavaScript's \s has U+FEFF and lacks U+0085, unlike the reference; \p{White_Space} is the same set as there.
const WORD = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/gu;
// A character with what may be composed into it: marks, and the vowels and tails of Hangul syllables.
const COMPOSABLE = /.[\p{M}\u1160-\u11ff]*/gsu;

const UTF8 = new TextEncoder();

function normalizeSegment(segment: string, start: number): NormalizedCharacter[] {
  const composed = segment.normalize('NFC');
  const whole = { start, end: start + segment.length };
  const characters: NormalizedCharacter[] = [];
  let position = start;
  for (const character of composed) {
    const span = composed === segment ? { start: position, end: position + character.length } : whole;
    position += character.length;
    // Lowered one by one, as in the reference: lowering a whole word would turn a last Σ into ς.
    for (const text of character.toLowerCase()) characters.push({ text, ...span });
  }
  return characters;
}

function normalizeText(text: string): NormalizedCharacter[] {
  const segments = text.match(COMPOSABLE) ?? [];
  const exact = segments.map((segment) => segment.normalize('NFC')).join('') === text.normalize('NFC');
  if (!exact) return normalizeSegment(text, 0);
  let position = 0;
  return segments.flatMap((segment) => {
    const characters = normalizeSegment(segment, position);
    position += segment.length;
    return characters;
  });
}

/** The words of a text in order; white space separates and is dropped. */
export function preTokenize(text: string): PreToken[] {
  const characters = normalizeText(text);
  const normalized = characters.map((character) => character.text).join('');
  const words: PreToken[] = [];
  let index = 0;
  let position = 0;
  for (const match of normalized.matchAll(WORD)) {
    while (position < match.index) position += characters[index++]!.text.length;
    const symbols: string[] = [];
    const spans: TextSpan[] = [];
    while (position < match.index + match[0].length) {
      const { text: character, start, end } = characters[index++]!;
      position += character.length;
      for (const byte of UTF8.encode(character)) {
        symbols.push(BYTE_SYMBOLS[byte]!);
        spans.push({ start, end });
      }
    }
    words.push({ symbols, spans });
  }
  return words;
}
