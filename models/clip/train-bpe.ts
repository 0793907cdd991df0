/**
 * @file Learns a byte-pair vocabulary in CLIP's file format from captions.
 *
 * The most frequent pair of neighbouring symbols within words becomes a new symbol, again and again; of equally frequent
 * pairs the first in code-unit order wins, so that the order of the captions does not matter.
 * Paper: Neural Machine Translation of Rare Words with Subword Units, https://arxiv.org/abs/1508.07909
 */
import { BYTE_SYMBOLS_IN_VOCABULARY_ORDER } from './byte-level.js';
import { preTokenize } from './clip-pre-tokenizer.js';
import {
  type CLIPTokenizerFiles,
  END_OF_TEXT,
  END_OF_WORD,
  mergePair,
  mergePairs,
  pairKey,
  START_OF_TEXT,
} from './tokenization-clip.js';

export interface BytePairTrainingOptions {
  /** Length of a padded input that the files name, start and end included. */
  readonly maxLength: number;
  /** Upper limit of merges learnt from the captions; those of reserved words come on top. */
  readonly maxMerges: number;
  /** A pair seen less often is not merged. Default 2. */
  readonly minFrequency?: number;
  /** Words that become one token each although captions may never use them. */
  readonly reservedWords?: readonly string[];
}

export interface TrainedBytePairs {
  /** Token → id: 256 bytes, 256 bytes that end a word, merges, start, end. */
  readonly vocabulary: Readonly<Record<string, number>>;
  /** The two symbols of each merge, in order of rank. */
  readonly merges: readonly (readonly [string, string])[];
  /** Contents for the files of a tokenizer/ folder. */
  readonly files: Required<Omit<CLIPTokenizerFiles, 'addedTokens'>>;
}

interface CountedWord {
  symbols: readonly string[];
  readonly count: number;
}

/** Symbols of each word of a text, the last one marked. */
const wordsOf = (text: string): string[][] =>
  preTokenize(text).map(({ symbols }) => [...symbols.slice(0, -1), symbols.at(-1)! + END_OF_WORD]);

/** @throws RangeError if a reserved word is not exactly one word for the tokenizer */
export function trainBytePairs(captions: Iterable<string>, options: BytePairTrainingOptions): TrainedBytePairs {
  const merges = learnMerges(countWords(captions), options.maxMerges, options.minFrequency ?? 2);
  const ranks = new Map(merges.map(([left, right], rank) => [pairKey(left, right), rank]));
  for (const word of options.reservedWords ?? []) {
    const words = wordsOf(word);
    if (words.length !== 1) throw new RangeError(`a reserved word must be one word of letters, got "${word}"`);
    // Lowest priority: what captions taught, and reserved words before this one, still end in the same tokens.
    let symbols = mergePairs(words[0]!, ranks);
    while (symbols.length > 1) {
      const [left, right] = [symbols[0]!, symbols[1]!];
      ranks.set(pairKey(left, right), merges.length);
      merges.push([left, right]);
      symbols = mergePairs(symbols, ranks);
    }
  }
  const tokens = [
    ...BYTE_SYMBOLS_IN_VOCABULARY_ORDER,
    ...BYTE_SYMBOLS_IN_VOCABULARY_ORDER.map((symbol) => symbol + END_OF_WORD),
    ...merges.map(([left, right]) => left + right),
    START_OF_TEXT,
    END_OF_TEXT,
  ];
  const vocabulary = Object.fromEntries([...new Set(tokens)].map((token, id) => [token, id]));
  return { vocabulary, merges, files: toFiles(vocabulary, merges, options.maxLength) };
}

function countWords(captions: Iterable<string>): CountedWord[] {
  const counts = new Map<string, CountedWord>();
  for (const caption of captions) {
    for (const symbols of wordsOf(caption)) {
      const key = symbols.join(' ');
      counts.set(key, { symbols, count: (counts.get(key)?.count ?? 0) + 1 });
    }
  }
  return [...counts.values()];
}

function learnMerges(words: CountedWord[], maxMerges: number, minFrequency: number): [string, string][] {
  const merges: [string, string][] = [];
  while (merges.length < maxMerges) {
    const best = mostFrequentPair(words);
    if (best === undefined || best.count < minFrequency) break;
    merges.push(best.pair);
    const key = pairKey(...best.pair);
    for (const word of words) {
      if (word.symbols.length > 1) word.symbols = mergePair(word.symbols, key);
    }
  }
  return merges;
}

function mostFrequentPair(words: readonly CountedWord[]): { pair: [string, string]; count: number } | undefined {
  const counts = new Map<string, number>();
  for (const { symbols, count } of words) {
    for (let i = 0; i + 1 < symbols.length; i++) {
      const key = pairKey(symbols[i]!, symbols[i + 1]!);
      counts.set(key, (counts.get(key) ?? 0) + count);
    }
  }
  let best: { key: string; count: number } | undefined;
  for (const [key, count] of counts) {
    if (best === undefined || count > best.count || (count === best.count && key < best.key)) best = { key, count };
  }
  if (best === undefined) return undefined;
  const [left, right] = best.key.split(' ');
  return { pair: [left!, right!], count: best.count };
}

function toFiles(
  vocabulary: Readonly<Record<string, number>>,
  merges: readonly (readonly [string, string])[],
  maxLength: number,
): TrainedBytePairs['files'] {
  const special = { bos_token: START_OF_TEXT, eos_token: END_OF_TEXT, pad_token: END_OF_TEXT, unk_token: END_OF_TEXT };
  const config = { ...special, model_max_length: maxLength, tokenizer_class: 'CLIPTokenizer' };
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return {
    vocabulary: `${JSON.stringify(vocabulary)}\n`,
    merges: `${['#version: 0.2', ...merges.map(([left, right]) => `${left} ${right}`)].join('\n')}\n`,
    tokenizerConfig: json(config),
    specialTokensMap: json(special),
  };
}
