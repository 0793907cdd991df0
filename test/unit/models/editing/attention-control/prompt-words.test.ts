import { describe, expect, it } from 'vitest';
import { CLIPTokenizer } from '#models/clip/tokenization-clip.js';
import { promptTokens, tokensOfWords } from '#models/editing/attention-control/prompt-words.js';
import { petTokenizer } from '#test/helpers/tokenizer-files.js';

const tokenizer = new CLIPTokenizer(petTokenizer().files);
const positions = (prompt: string, words: string) => tokensOfWords(promptTokens(tokenizer, prompt), words);
const tokenCount = (text: string) => tokenizer.encodeWithSpans(text).length;

describe('tokensOfWords', () => {
  it('finds a word by its place in the text, whatever its number of tokens', () => {
    const before = tokenCount('a');
    const length = tokenCount('hippogriff');
    expect(length).toBeGreaterThan(1);
    expect(positions('a hippogriff runs', 'hippogriff')).toEqual(
      Array.from({ length }, (_, index) => 1 + before + index),
    );
  });

  it.each([
    ['double spaces', 'a  dog   in the  snow', 'dog'],
    ['punctuation', 'a photo of a cat, dog; and "snow"!', 'dog'],
    ['capitals', 'A Dog in the snow', 'dog'],
    ['Japanese, which has no spaces', '雪の中の犬です', '犬'],
    ['Cyrillic', 'рыжая собака в снегу', 'собака'],
    ['Arabic', 'صورة كلب في الثلج', 'كلب'],
    ['an accent', 'un éléphant sur la plage', 'éléphant'],
    ['an emoji', 'a dog 🐕 on a beach', '🐕'],
  ])('counts the tokens before it: %s', (_, prompt, words) => {
    const start = prompt.toLowerCase().indexOf(words);
    const before = tokenCount(prompt.slice(0, start));
    const upToWords = tokenCount(prompt.slice(0, start + words.length));
    expect(positions(prompt, words)).toEqual(
      Array.from({ length: upToWords - before }, (_, index) => 1 + before + index),
    );
  });

  it('finds words in a row and every place where they stand', () => {
    const one = positions('a red dog and a red dog', 'red  dog');
    expect(one).toHaveLength(2 * tokenCount('red dog'));
    expect(positions('a red dog', 'red dog')).toHaveLength(tokenCount('red dog'));
  });

  it('does not find a word within another one', () => {
    expect(() => positions('a doghouse', 'dog')).toThrow('words-not-found');
  });
});
