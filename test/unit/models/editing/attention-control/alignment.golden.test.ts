import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLIPTokenizer } from '#models/clip/tokenization-clip.js';
import { findWords, promptTokens, splitWords, tokensOfSpan } from '#models/editing/attention-control/prompt-words.js';
import { refinementMapper } from '#models/editing/attention-control/refinement-mapper.js';
import { replacementMapper } from '#models/editing/attention-control/replacement-mapper.js';
import { petTokenizer } from '#test/helpers/tokenizer-files.js';

interface Alignment {
  readonly source: string;
  readonly target: string;
  readonly counterparts: number[];
  readonly shared: number[];
  readonly words: number[][];
  readonly replacement?: [number, number, number][];
  readonly legacy_replacement?: [number, number, number][];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../../golden/data/attention-control.json', import.meta.url), 'utf8'),
) as { alignments: Alignment[] };
const tokenizer = new CLIPTokenizer(petTokenizer().files);
const tokens = (prompt: string) => promptTokens(tokenizer, prompt);
const LENGTH = tokenizer.maxLength;

function dense(entries: readonly (readonly [number, number, number])[]): Float32Array {
  const mapper = new Float32Array(LENGTH ** 2);
  for (const [from, to, weight] of entries) mapper[from * LENGTH + to] = weight;
  return mapper;
}

describe.each(golden.alignments.map((pair) => [pair.source, pair.target, pair] as const))(
  'prompts "%s" and "%s"',
  (source, target, pair) => {
    it('have the tokens of each word where the reference has them', () => {
      const words = splitWords(target).map((word) => tokensOfSpan(tokens(target), word));
      expect(words).toEqual(pair.words);
    });

    it('are aligned by Needleman and Wunsch as in the reference', () => {
      const { mapper, shared } = refinementMapper(tokens(source), tokens(target));
      expect([...shared]).toEqual(pair.shared);
      const entries = pair.counterparts.flatMap((from, to) => (from < 0 ? [] : [[from, to, 1] as const]));
      expect(mapper).toEqual(dense(entries));
    });

    it('are mapped word for word, or refused where they have not as many', () => {
      const map = (mode: 'replace' | 'legacy-replace') => replacementMapper(tokens(source), tokens(target), mode);
      if (!pair.replacement || !pair.legacy_replacement) {
        expect(() => map('replace')).toThrow('number of words');
        return;
      }
      expect(map('replace')).toEqual(dense(pair.replacement));
      expect(map('legacy-replace')).toEqual(dense(pair.legacy_replacement));
    });
  },
);

describe('words of a prompt', () => {
  it('are found whole, in any case, spacing and script', () => {
    const found = (prompt: string, words: string) =>
      findWords(prompt, words).map(({ start, end }) => prompt.slice(start, end));
    expect(found('a Dog and a hotdog, a dog.', 'dog')).toEqual(['Dog', 'dog']);
    expect(found('a red   hat', ' red hat ')).toEqual(['red   hat']);
    expect(found('une échelle, une chelle', 'chelle')).toEqual(['chelle']);
    expect(found('雪の中の犬', '犬')).toEqual(['犬']);
    expect(found('c++ (1.0)', 'c++')).toEqual(['c++']);
    expect(found('a dog', '  ')).toEqual([]);
  });

  it('keep an aligned mapper aligned after a word of many tokens, where the reference does not', () => {
    const source = tokens('a photo of a dog in the jungle');
    const target = tokens('a photo of a hippogriff in the jungle');
    const jungle = (prompt: typeof source) => tokensOfSpan(prompt, findWords(prompt.prompt, 'jungle')[0]!)[0]!;
    expect(jungle(target)).toBeGreaterThan(jungle(source));
    const place = jungle(source) * LENGTH + jungle(target);
    expect(replacementMapper(source, target)[place]).toBe(1);
    expect(replacementMapper(source, target, 'legacy-replace')[place]).toBe(0);
  });
});
