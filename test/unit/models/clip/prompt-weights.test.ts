import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { escapePromptWeights, readPromptWeights } from '#models/clip/prompt-weights.js';
import { CLIPTokenizer } from '#models/clip/tokenization-clip.js';
import { encodePrompt, weighTokens } from '#models/pipelines/encode-prompt.js';
import { relativeDifference } from '#test/helpers/relative-difference.js';

const golden = JSON.parse(readFileSync('test/golden/data/prompt-weights.json', 'utf8')) as {
  shape: [length: number, width: number];
  prompts: { prompt: string; text: string; factors: number[] }[];
  embedding: number[];
  weighted: { factors: number[]; embedding: number[] }[];
};

/** The factor of each character. */
function factorsOf(prompt: string): { text: string; factors: number[] } {
  const { text, weights } = readPromptWeights(prompt);
  const factors = Array.from(text, () => 1);
  for (const { start, end, factor } of weights) for (let at = start; at < end; at += 1) factors[at] = factor;
  return { text, factors };
}

describe('weights within a prompt', () => {
  test.each(golden.prompts)('say what the reference says: $prompt', ({ prompt, text, factors }) => {
    const found = factorsOf(prompt);
    expect(found.text).toBe(text);
    for (const [at, factor] of found.factors.entries()) expect(factor, `${at}`).toBeCloseTo(factors[at]!, 9);
  });

  test.each([
    'a dog (brown',
    'a dog brown)',
    'a [dog',
    'a dog]',
    'a dog :)',
    ':-( a dog',
    ')(',
    '(a dog]',
    '\\(a dog\\)',
  ])('brackets without a partner, or behind a backslash, are letters: %s', (prompt) => {
    expect(readPromptWeights(prompt)).toEqual({ text: prompt.replaceAll('\\', ''), weights: [] });
  });

  test('words are written so that they have none', () => {
    const text = 'a (dog) [in] \\ the (snow:2)';
    expect(readPromptWeights(escapePromptWeights(text))).toEqual({ text, weights: [] });
  });

  test('words that only a bracket kept apart stay apart', () => {
    expect(readPromptWeights('(red:1.3)hat')).toEqual({
      text: 'red hat',
      weights: [{ text: 'red', start: 0, end: 3, factor: 1.3 }],
    });
  });

  test('stay between 0 and 5, however deep they are', () => {
    const deep = `${'('.repeat(5000)}dog${')'.repeat(5000)}`;
    expect(readPromptWeights(deep).weights).toEqual([{ text: 'dog', start: 0, end: 3, factor: 5 }]);
    expect(readPromptWeights('(dog:-3)').weights[0]!.factor).toBe(0);
    expect(readPromptWeights('('.repeat(100_000)).weights).toEqual([]);
  });
});

describe('weighted embeddings', () => {
  const embedding = Float32Array.from(golden.embedding);

  test.each(golden.weighted)('are those of PyTorch: $factors', ({ factors, embedding: expected }) => {
    const found = weighTokens(embedding, Float32Array.from(factors));
    expect(relativeDifference(found, expected)).toBeLessThan(1e-5);
  });

  test('whose mean says nothing are not scaled to it', () => {
    const found = weighTokens(Float32Array.from([1, -0.99, 1, -1]), Float32Array.from([3, 1]));
    expect([...found]).toEqual([3, expect.closeTo(-2.97, 5), 1, -1]);
  });

  test('weigh the tokens of the words in the brackets, as far as the model reads', async () => {
    const tokenizer = await CLIPTokenizer.open('models/checkpoints/toy-pets/tokenizer');
    const texts: number[][] = [];
    const components = {
      tokenizer,
      encodeText: async (ids: Int32Array) => {
        texts.push([...ids]);
        return new Float32Array(ids.length).fill(1);
      },
    };
    const plain = await encodePrompt(components, 'a dog in the snow');
    const weighted = await encodePrompt(components, 'a dog in the (snow:3)');
    expect(texts[1]).toEqual(texts[0]);
    const ratio = weighted.embedding.map((value, index) => value / plain.embedding[index]!);
    const place = tokenizer.encode('a dog in the').length + 1;
    expect(ratio[place]! / ratio[0]!).toBeCloseTo(3, 5);
    expect(ratio.filter((value) => Math.abs(value - ratio[0]!) > 1e-6)).toHaveLength(tokenizer.encode('snow').length);
    const long = await encodePrompt(components, `${'a dog '.repeat(200)}(snow:3)`);
    expect(long.truncated).toBe(true);
    expect(new Set(long.embedding).size).toBe(1);
  });
});
