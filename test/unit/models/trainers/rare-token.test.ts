import { describe, expect, it } from 'vitest';
import { CLIPTokenizer } from '#models/tokenizers/tokenization-clip.js';
import {
  chooseRareToken,
  dreamBoothPrompts,
  insertPet,
  insertPets,
  RARE_TOKEN_CANDIDATES,
  type TokenEncoder,
} from '#models/trainers/rare-token.js';
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

describe('insertPet', () => {
  it.each([
    ['Biscuit surfing a wave', 'sks dog surfing a wave'],
    ['a photo of BISCUIT', 'a photo of sks dog'],
    ["biscuit's red hat", "sks dog's red hat"],
    ['Biscuit’s red hat', 'sks dog’s red hat'],
    ['(Biscuit), Biscuit!', '(sks dog), sks dog!'],
    ['a plate of biscuits', 'a plate of biscuits'],
    ['Biscuitville and Seabiscuit', 'Biscuitville and Seabiscuit'],
    ['Biscuit_2', 'Biscuit_2'],
    ['Biscuitが海で泳ぐ', 'sks dogが海で泳ぐ'],
  ])('turns "%s" into "%s"', (prompt, expected) => {
    expect(insertPet(prompt, 'Biscuit', 'sks dog')).toBe(expected);
  });

  it.each([
    ['Müsli', 'das Bild von MÜSLI im Schnee', 'das Bild von sks cat im Schnee'],
    ['Müsli', 'Mu\u0308sli', 'sks cat'],
    ['Zoë', 'Zoë und Zoëlla', 'sks cat und Zoëlla'],
    ['İnci', 'İnci im Bad', 'sks cat im Bad'],
    ['Großer', 'der große GROẞER', 'der große sks cat'],
    ['Мурка', 'мурка на пляже, Муркам', 'sks cat на пляже, Муркам'],
    ['Σίσυφος', 'ΣΊΣΥΦΟΣ', 'sks cat'],
    ['ポチ', '海でポチが泳ぐ', '海でsks catが泳ぐ'],
    ['モモ', 'モモンガの写真', 'モモンガの写真'],
    ['小白', '我的小白在海边', '我的sks cat在海边'],
    ['Mr. O’Malley', "mr.  o'malley in space", 'sks cat in space'],
    ['C+', 'C+ and C', 'sks cat and C'],
    ['🐶', 'a 🐶 on a hill', 'a sks cat on a hill'],
  ])('finds the name %s', (name, prompt, expected) => {
    expect(insertPet(prompt, name, 'sks cat')).toBe(expected);
  });

  it('puts replacements in literally', () => {
    expect(insertPet('Rex', 'Rex', '$& $1 dog')).toBe('$& $1 dog');
  });
});

describe('insertPets', () => {
  const pets = new Map([
    ['Max', 'sks dog'],
    ['Max Junior', 'zwx dog'],
    ['Dog', 'phol cat'],
  ]);

  it('prefers longer names, reports which occurred, and does not search what it put in', () => {
    expect(insertPets('max junior and MAX', pets)).toEqual({
      prompt: 'zwx dog and sks dog',
      used: ['Max Junior', 'Max'],
    });
  });

  it('leaves prompts without a name alone', () => {
    expect(insertPets('a cat', pets)).toEqual({ prompt: 'a cat', used: [] });
    expect(insertPets('a cat', new Map([['  ', 'sks dog']]))).toEqual({ prompt: 'a cat', used: [] });
  });
});
