import { describe, expect, it } from 'vitest';
import { CLIPTokenizer } from '#models/clip/tokenization-clip.js';
import {
  chooseRareToken,
  dreamBoothPrompts,
  RARE_TOKEN_CANDIDATES,
  type TokenEncoder,
} from '#models/training/rare-token.js';
import { clipTokenizerFiles } from '#test/helpers/tokenizer-files.js';

/** Knows whole words of a list; other words become one token per letter. */
function words(...known: string[]): TokenEncoder {
  const id = (text: string) => [...text].reduce((hash, letter) => hash * 31 + letter.codePointAt(0)!, 7);
  return {
    encode: (text) => text.split(' ').flatMap((word) => (known.includes(word) ? [id(word)] : [...word].map(id))),
  };
}

describe('chooseRareToken', () => {
  it('takes the first candidate that is one token', () => {
    expect(chooseRareToken(words('dog', 'kprc', 'phol'))).toBe('phol');
    expect(chooseRareToken(words('sks', 'phol'))).toBe('sks');
  });

  it("has candidates that are single tokens of CLIP's own vocabulary", () => {
    const clip = new CLIPTokenizer(clipTokenizerFiles());
    expect(chooseRareToken(clip, ['a photo of a dog'])).toBe('sks');
    for (const candidate of RARE_TOKEN_CANDIDATES) expect(clip.encode(candidate)).toHaveLength(1);
  });

  it('leaves out words of the prompt', () => {
    expect(chooseRareToken(words('sks', 'phol'), ['a photo of sks rifle'])).toBe('phol');
  });

  it('falls back on a letter in a small vocabulary, and not on the unknown token', () => {
    expect(chooseRareToken(words('dog'))).toBe('x');
    const lost: TokenEncoder = { encode: () => [1], unknownId: 1 };
    expect(() => chooseRareToken(lost)).toThrow('single unused token');
  });
});

describe('dreamBoothPrompts', () => {
  it('describes the pet by its token and class', () => {
    expect(dreamBoothPrompts('sks', 'dog')).toEqual({ instance: 'a photo of sks dog', class: 'a photo of a dog' });
    expect(dreamBoothPrompts('sks', 'elephant').class).toBe('a photo of an elephant');
  });
});
