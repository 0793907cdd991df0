import { expect, test } from 'vitest';
import { type Command, option } from '#src/command/define-command.js';
import { parseOptions } from '#src/command/options.js';
import { UserError } from '#src/core/errors.js';
import type { IncomingImage } from '#src/core/files.js';
import { text } from '#src/core/locale.js';
import type { Option } from '#src/core/options.js';
import { WordBlocklist } from '#src/moderation/word-blocklist.js';
import type { Pet } from '#src/pets/pet.js';
import { createFuzz, type Fuzz } from '#test/helpers/fuzz.js';

const seed = Number(process.env.TEST_SEED ?? 11);
const declared = {
  words: option('text', { required: true, min: 2, max: 40 }),
  count: option('integer', { min: 1, max: 4 }),
  scale: option('number', { min: 0, max: 30 }),
  really: option('boolean'),
  size: option('choice', { choices: ['small', 'large'] }),
  photos: option('images', { min: 2, max: 3 }),
  photo: option('image'),
  pet: option('pet'),
} as const satisfies Record<string, Option>;
const command = { name: 'imagine', options: declared } as unknown as Command;
type Name = keyof typeof declared;

const biscuit = { id: 'p', name: 'Biscuit' } as Pet;
const image: IncomingImage = { name: 'a.jpg', read: async () => new Uint8Array() };
const find = async (name: string) => (name.toLowerCase() === 'biscuit' ? biscuit : undefined);
const context = {
  pets: { find, findAvailable: find },
  platform: 'web' as const,
  describe: () => text('commands.imagine.options.prompt'),
  blocklist: new WordBlocklist([]),
};
type Given = string | number | boolean | readonly IncomingImage[];
type Made = readonly [given: Given, meant: unknown];

/** A value that is right, in one of the ways in which platforms hand it over, and what it means. */
const right: { readonly [Of in Name]: (fuzz: Fuzz) => Made } = {
  words(fuzz) {
    const words = fuzz.pick(['a cat', '犬が波に乗る', 'כלב גולש', '🐶🏄🐶🏄', 'x'.repeat(40), 'é'.repeat(40), '12']);
    return [fuzz.pick([words, ` ${words}\n`, words.replace(' ', ' \t\n '), `${words}\u0000`]), words];
  },
  count: (fuzz) => numberIn(fuzz, 1 + fuzz.integer(4)),
  scale: (fuzz) => numberIn(fuzz, fuzz.integer(31)),
  really: (fuzz) =>
    fuzz.pick<Made>([
      [true, true],
      [false, false],
      ['ja', true],
      [' NON ', false],
      ['はい', true],
      ['1', true],
    ]),
  size: (fuzz) =>
    fuzz.pick<Made>([
      ['small', 'small'],
      [' large ', 'large'],
    ]),
  photos: (fuzz) => {
    const images = Array.from({ length: 2 + fuzz.integer(2) }, () => image);
    return [images, images];
  },
  photo: () => [[image], image],
  pet: (fuzz) => [fuzz.pick(['Biscuit', 'BISCUIT', ' biscuit\n']), biscuit],
};

function numberIn(fuzz: Fuzz, value: number): Made {
  return [fuzz.pick([value, String(value), ` +${value} `, `${value}.0`, `${value}e0`]), value];
}

/** A value that is wrong, and the sentence that says so. */
const wrong: { readonly [Of in Name]: readonly (readonly [Given, string])[] } = {
  words: [
    ['x', 'optionTooShort'],
    ['x'.repeat(41), 'optionTooLong'],
    ['🐶'.repeat(6000), 'optionTooLong'],
    ['\u0000\u0007', 'optionTooShort'],
    [[image], 'optionNotText'],
    ['', 'optionMissing'],
    [' \n\t', 'optionMissing'],
  ],
  count: [
    [0, 'optionTooSmall'],
    ['5', 'optionTooLarge'],
    [1.5, 'optionNotInteger'],
    ['1,5', 'optionNotNumber'],
    ['0x1', 'optionNotNumber'],
    ['１', 'optionNotNumber'],
    [Number.NaN, 'optionNotNumber'],
    ['1e999', 'optionNotNumber'],
    [true, 'optionNotNumber'],
    [[image], 'optionNotNumber'],
    ['9'.repeat(6000), 'optionNotNumber'],
  ],
  scale: [
    [-0.1, 'optionTooSmall'],
    ['31', 'optionTooLarge'],
    ['Infinity', 'optionNotNumber'],
    ['.', 'optionNotNumber'],
  ],
  really: [
    ['perhaps', 'optionNotBoolean'],
    [2, 'optionNotBoolean'],
    [[image], 'optionNotBoolean'],
  ],
  size: [
    ['Small', 'optionNotAChoice'],
    ['constructor', 'optionNotAChoice'],
    [[image], 'optionNotAChoice'],
  ],
  photos: [
    [[image], 'photosTooFew'],
    [[image, image, image, image], 'photosTooMany'],
    ['a.jpg', 'optionNotPhotos'],
    [7, 'optionNotPhotos'],
  ],
  photo: [
    [[image, image], 'photosTooMany'],
    ['a.jpg', 'optionNotPhotos'],
  ],
  pet: [
    ['Rex', 'petUnknown'],
    ['x'.repeat(101), 'optionTooLong'],
    [[image], 'optionNotText'],
  ],
};

const names = Object.keys(declared) as Name[];

async function verdictOf(given: Readonly<Record<string, Given>>): Promise<unknown> {
  try {
    return await parseOptions(command, given, context);
  } catch (error) {
    if (error instanceof UserError) return error.text.key;
    throw error;
  }
}

test('10 000 mutated sets of values: those that are right mean what was meant, of the others the wrong one is named', async () => {
  const fuzz = createFuzz(seed);
  for (let count = 0; count < 10_000; count++) {
    const chosen = names.filter((name) => name === 'words' || fuzz.chance(0.4));
    const made = chosen.map((name) => [name, right[name](fuzz)] as const);
    const given: Record<string, Given> = Object.fromEntries(made.map(([name, [value]]) => [name, value]));
    const what = fuzz.integer(4);
    let expected: unknown;
    if (what === 0) {
      const unknown = fuzz.pick([
        'unknown',
        '__proto__',
        'constructor',
        'toString',
        '',
        '🐶',
        'Words',
        'x'.repeat(5000),
      ]);
      Object.defineProperty(given, unknown, { value: '1', enumerable: true, configurable: true, writable: true });
      expected = 'errors.optionUnknown';
    } else if (what === 1) {
      // The first wrong one in the order of the declaration is the one that is named.
      const name = fuzz.pick(names);
      const [value, key] = fuzz.pick(wrong[name]);
      given[name] = value;
      expected = `errors.${key}`;
    } else if (what === 2 && fuzz.chance(0.3)) {
      delete given.words;
      expected = 'errors.optionMissing';
    } else {
      const meant = Object.fromEntries(made.map(([name, [, value]]) => [name, value]));
      expected = Object.fromEntries(names.map((name) => [name, meant[name]]));
    }
    expect(await verdictOf(given), JSON.stringify(given).slice(0, 300)).toEqual(expected);
  }
});

test('anything at all as a value is taken or refused, never a crash', async () => {
  const fuzz = createFuzz(seed + 1);
  for (let count = 0; count < 3000; count++) {
    const given = Object.fromEntries(
      names
        .filter(() => fuzz.chance(0.5))
        .map((name) => [name, (fuzz.chance(0.5) ? fuzz.text(400) : fuzz.oddity()) as Given]),
    );
    const verdict = await verdictOf(given);
    expect(typeof verdict === 'string' ? /^errors\./.test(verdict) : typeof verdict === 'object').toBe(true);
  }
});
