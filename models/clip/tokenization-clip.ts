/**
 * @file CLIP's tokenizer: byte-level byte-pair encoding with `</w>` on the last symbol of a word, from vocab.json and merges.txt.
 *
 * Paper: Learning Transferable Visual Models From Natural Language Supervision, https://arxiv.org/abs/2103.00020, section 2.4
 * Reference: https://github.com/huggingface/transformers/blob/main/src/transformers/models/clip/tokenization_clip.py
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CheckpointError } from '../tensors/files/checkpoint-error.js';
import { parseConfiguration, parseJson } from '../tensors/files/configuration.js';
import { SYMBOL_BYTES } from './byte-level.js';
import { preTokenize, type TextSpan } from './clip-pre-tokenizer.js';

export const END_OF_WORD = '</w>';
export const START_OF_TEXT = '<|startoftext|>';
export const END_OF_TEXT = '<|endoftext|>';

const DEFAULT_MAX_LENGTH = 77;
// Some exporters write 10³⁰ for "no limit", which a model with learned positions does not have.
const UNLIMITED_LENGTH = 1_000_000;
// Words of a long text repeat; beyond this many distinct ones the memory is worth more than the time.
const MAX_CACHED_WORDS = 10_000;

/** Contents of the files of a checkpoint's tokenizer/ folder. */
export interface CLIPTokenizerFiles {
  readonly vocabulary: string;
  readonly merges: string;
  readonly tokenizerConfig?: string;
  readonly specialTokensMap?: string;
  readonly addedTokens?: string;
}

/** A token of a text with the part of the text it stands for. */
export interface TokenSpan extends TextSpan {
  readonly id: number;
  readonly token: string;
}

/** Token ids of one model input: start, the text's tokens, end, padding. */
export interface PaddedTokens {
  /** [maxLength] */
  readonly ids: Int32Array;
  /** Whether tokens of the text did not fit. */
  readonly truncated: boolean;
}

const idTable = z.record(z.string(), z.number().int().nonnegative());
const specialToken = z.union([z.string(), z.looseObject({ content: z.string() }).transform((token) => token.content)]);
const specialTokens = z.looseObject({
  bos_token: specialToken.nullish(),
  eos_token: specialToken.nullish(),
  unk_token: specialToken.nullish(),
  pad_token: specialToken.nullish(),
});
const tokenizerConfig = specialTokens.extend({
  tokenizer_class: z.enum(['CLIPTokenizer', 'CLIPTokenizerFast']).optional(),
  model_max_length: z.number().min(2).optional(),
  added_tokens_decoder: z.record(z.string().regex(/^\d+$/), z.looseObject({ content: z.string() })).optional(),
});

export class CLIPTokenizer {
  /** Length of a padded input, start and end included. */
  readonly maxLength: number;
  readonly startId: number;
  readonly endId: number;
  readonly padId: number;
  readonly unknownId: number;
  /** Number of ids, added tokens included. */
  readonly vocabularySize: number;

  private readonly ids: ReadonlyMap<string, number>;
  private readonly tokens: ReadonlyMap<number, string>;
  private readonly wholeTokens: ReadonlyMap<string, number>;
  private readonly wholeTokenPattern: RegExp;
  private readonly ranks: ReadonlyMap<string, number>;
  private readonly cache = new Map<string, readonly string[]>();

  /** @param folder shown in errors */
  constructor(files: CLIPTokenizerFiles, folder = 'tokenizer') {
    const at = (name: string) => join(folder, name);
    const vocabulary = parseConfiguration(idTable, parseJson(files.vocabulary, at('vocab.json')), {
      file: at('vocab.json'),
    });
    const config = parseOptional(tokenizerConfig, files.tokenizerConfig, at('tokenizer_config.json'));
    const special = parseOptional(specialTokens, files.specialTokensMap, at('special_tokens_map.json'));
    const added = parseOptional(idTable, files.addedTokens, at('added_tokens.json'));

    const wholeTokens = new Map(Object.entries(added));
    for (const [id, { content }] of Object.entries(config.added_tokens_decoder ?? {}))
      wholeTokens.set(content, Number(id));
    this.ids = new Map([...Object.entries(vocabulary), ...wholeTokens]);

    const named = (key: 'bos_token' | 'eos_token' | 'unk_token' | 'pad_token', fallback: string): number => {
      const token = special[key] ?? config[key] ?? fallback;
      const id = this.ids.get(token);
      if (id === undefined)
        throw new CheckpointError({
          file: at('vocab.json'),
          key: token,
          expected: `the id of the ${key}`,
          found: 'nothing',
        });
      wholeTokens.set(token, id);
      return id;
    };
    this.startId = named('bos_token', START_OF_TEXT);
    this.endId = named('eos_token', END_OF_TEXT);
    this.unknownId = named('unk_token', END_OF_TEXT);
    this.padId = named('pad_token', END_OF_TEXT);

    const maxLength = config.model_max_length ?? DEFAULT_MAX_LENGTH;
    this.maxLength = maxLength > UNLIMITED_LENGTH ? DEFAULT_MAX_LENGTH : maxLength;
    this.wholeTokens = wholeTokens;
    this.wholeTokenPattern = anyOf([...wholeTokens.keys()]);
    this.tokens = new Map([...this.ids].map(([token, id]) => [id, token]));
    this.vocabularySize = Math.max(...this.tokens.keys()) + 1;
    this.ranks = parseMerges(files.merges, this.ids, at('merges.txt'));
  }

  /** Reads a diffusers tokenizer/ folder. */
  static async open(folder: string): Promise<CLIPTokenizer> {
    const required = (name: string) => readFile(join(folder, name), 'utf8');
    const optional = (name: string) =>
      required(name).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
    const [vocabulary, merges, tokenizerConfig, specialTokensMap, addedTokens] = await Promise.all([
      required('vocab.json'),
      required('merges.txt'),
      optional('tokenizer_config.json'),
      optional('special_tokens_map.json'),
      optional('added_tokens.json'),
    ]);
    return new CLIPTokenizer({ vocabulary, merges, tokenizerConfig, specialTokensMap, addedTokens }, folder);
  }

  /** The tokens of a text with the parts of the text they stand for; neither start, end nor padding. */
  encodeWithSpans(text: string): TokenSpan[] {
    const result: TokenSpan[] = [];
    let position = 0;
    for (const match of text.matchAll(this.wholeTokenPattern)) {
      this.encodeWords(text.slice(position, match.index), position, result);
      const token = match[0];
      position = match.index + token.length;
      result.push({ id: this.wholeTokens.get(token)!, token, start: match.index, end: position });
    }
    this.encodeWords(text.slice(position), position, result);
    return result;
  }

  /** The token ids of a text; neither start, end nor padding. */
  encode(text: string): number[] {
    return this.encodeWithSpans(text).map(({ id }) => id);
  }

  /** The tokens of a text as the vocabulary writes them. */
  tokenize(text: string): string[] {
    return this.encodeWithSpans(text).map(({ token }) => token);
  }

  /** One model input: cut to `maxLength − 2` tokens between start and end, then padded to `maxLength`. */
  encodePadded(text: string): PaddedTokens {
    const body = this.encode(text);
    const kept = body.slice(0, this.maxLength - 2);
    const ids = new Int32Array(this.maxLength).fill(this.padId);
    ids.set([this.startId, ...kept, this.endId]);
    return { ids, truncated: kept.length < body.length };
  }

  /** The text of token ids, in lower case with single spaces between words; start, end and padding are left out. */
  decode(ids: Iterable<number>): string {
    const dropped = new Set([this.startId, this.endId, this.padId]);
    const bytes: number[] = [];
    const space = 0x20;
    for (const id of ids) {
      if (dropped.has(id)) continue;
      const token = this.tokens.get(id);
      if (token === undefined)
        throw new RangeError(`token id ${id} is outside the vocabulary of ${this.vocabularySize}`);
      if (this.wholeTokens.has(token)) {
        bytes.push(...new TextEncoder().encode(token), space);
        continue;
      }
      const isLast = token.endsWith(END_OF_WORD);
      for (const symbol of isLast ? token.slice(0, -END_OF_WORD.length) : token)
        bytes.push(SYMBOL_BYTES.get(symbol) ?? space);
      if (isLast) bytes.push(space);
    }
    return new TextDecoder().decode(Uint8Array.from(bytes)).trim();
  }

  private encodeWords(text: string, offset: number, result: TokenSpan[]): void {
    for (const { symbols, spans } of preTokenize(text)) {
      let first = 0;
      for (const token of this.bytePairEncode(symbols)) {
        const last = first + symbolCount(token) - 1;
        const id = this.ids.get(token) ?? this.unknownId;
        result.push({ id, token, start: offset + spans[first]!.start, end: offset + spans[last]!.end });
        first = last + 1;
      }
    }
  }

  private bytePairEncode(symbols: readonly string[]): readonly string[] {
    const word = symbols.join('');
    const known = this.cache.get(word);
    if (known !== undefined) return known;
    const tokens = mergePairs([...symbols.slice(0, -1), symbols.at(-1)! + END_OF_WORD], this.ranks);
    if (this.cache.size >= MAX_CACHED_WORDS) this.cache.clear();
    this.cache.set(word, tokens);
    return tokens;
  }
}

/** Key of a pair of symbols; symbols contain no white space. */
export const pairKey = (left: string, right: string): string => `${left} ${right}`;

/** Merges neighbouring symbols, pair of lowest rank first (all its occurrences, from the left), until no pair has a rank. */
export function mergePairs(symbols: readonly string[], ranks: ReadonlyMap<string, number>): readonly string[] {
  let current = symbols;
  while (current.length > 1) {
    let bestRank = Number.POSITIVE_INFINITY;
    let bestKey = '';
    for (let i = 0; i + 1 < current.length; i++) {
      const key = pairKey(current[i]!, current[i + 1]!);
      const rank = ranks.get(key) ?? Number.POSITIVE_INFINITY;
      if (rank < bestRank) [bestRank, bestKey] = [rank, key];
    }
    if (bestRank === Number.POSITIVE_INFINITY) break;
    current = mergePair(current, bestKey);
  }
  return current;
}

/** Merges all occurrences of one pair, from the left. */
export function mergePair(symbols: readonly string[], key: string): string[] {
  const merged: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    if (i + 1 < symbols.length && pairKey(symbols[i]!, symbols[i + 1]!) === key)
      merged.push(symbols[i]! + symbols[++i]!);
    else merged.push(symbols[i]!);
  }
  return merged;
}

const symbolCount = (token: string): number => token.length - (token.endsWith(END_OF_WORD) ? END_OF_WORD.length : 0);

function anyOf(texts: readonly string[]): RegExp {
  const longestFirst = texts.filter((text) => text !== '').sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'), 'gu');
}

function parseMerges(text: string, ids: ReadonlyMap<string, number>, file: string): Map<string, number> {
  const ranks = new Map<string, number>();
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if ((index === 0 && line.startsWith('#version')) || line === '') continue;
    const [left, right, ...rest] = line.split(' ');
    const key = `line ${index + 1}`;
    if (!left || !right || rest.length > 0)
      throw new CheckpointError({ file, key, expected: 'two symbols', found: JSON.stringify(line) });
    const missing = [left, right, left + right].find((symbol) => !ids.has(symbol));
    if (missing !== undefined)
      throw new CheckpointError({ file, key, expected: `${missing} in the vocabulary`, found: 'nothing' });
    ranks.set(pairKey(left, right), ranks.get(pairKey(left, right)) ?? index);
  }
  return ranks;
}

function parseOptional<Schema extends z.ZodType>(
  schema: Schema,
  text: string | undefined,
  file: string,
): z.output<Schema> {
  return parseConfiguration(schema, text === undefined ? {} : parseJson(text, file), { file });
}
