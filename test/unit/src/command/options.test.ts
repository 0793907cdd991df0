import { describe, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { type Command, option } from '#src/command/define-command.js';
import { parseOptions } from '#src/command/options.js';
import { UserError } from '#src/core/errors.js';
import { text, translateWith } from '#src/core/locale.js';
import { WordBlocklist } from '#src/moderation/word-blocklist.js';
import { incomingPhotos } from '#test/helpers/photos.js';

const command = {
  name: 'imagine',
  options: {
    prompt: option('text', { required: true, min: 2, max: 10 }),
    count: option('integer', { min: 1, max: 4 }),
    scale: option('number', { min: 0 }),
    big: option('boolean'),
    size: option('choice', { choices: ['small', 'large'] }),
    photos: option('images', { min: 2, max: 3 }),
    pet: option('pet'),
  },
} as unknown as Command;

const pets = { find: async () => undefined, findAvailable: async () => undefined };
const blocklist = new WordBlocklist(['badword']);
const parse = (given: Parameters<typeof parseOptions>[1]) =>
  parseOptions(command, given, {
    pets,
    platform: 'web',
    blocklist,
    describe: () => text('commands.imagine.options.prompt'),
  });
const refusal = async (given: Parameters<typeof parseOptions>[1]) => {
  try {
    await parse({ prompt: 'fine', ...given });
  } catch (error) {
    if (error instanceof UserError) return translateWith(locales.en, error.text);
    throw error;
  }
  throw new Error('accepted');
};

test('values come out typed', async () => {
  const photos = await incomingPhotos(2);
  expect(
    await parse({ prompt: '  a\n\tcat\u0000 ', count: '3', scale: '1.5', big: 'yes', size: 'large', photos }),
  ).toEqual({
    prompt: 'a cat',
    count: 3,
    scale: 1.5,
    big: true,
    size: 'large',
    photos,
    pet: undefined,
  });
});

test('changes of direction are taken out of words, marks of a script are not', async () => {
  expect(await parse({ prompt: 'a \u202Egod\u202C\u2066\u2067\u2069 x' })).toMatchObject({ prompt: 'a god x' });
  expect(await parse({ prompt: 'כלב\u200F!' })).toMatchObject({ prompt: 'כלב\u200F!' });
  expect(await refusal({ count: '\u202E4x' })).not.toContain('\u202E');
});

test('words of the host’s list are refused wherever words are typed, and not in what buttons carry', async () => {
  expect(await refusal({ prompt: 'b4dw0rd' })).toBe(translateWith(locales.en, text('errors.wordsBlocked')));
  const pressed = { ...command, options: { draft: option('text', { internal: true }) } };
  const context = { pets, blocklist, platform: 'telegram', describe: () => text('errors.fault') } as const;
  expect(await parseOptions(pressed, { draft: 'badword' }, context)).toEqual({ draft: 'badword' });
});

test('a button that lacks what it has to carry is a broken one', async () => {
  const pressed = { ...command, options: { draft: option('text', { internal: true, required: true }) } };
  const context = { pets, blocklist, platform: 'telegram', describe: () => text('errors.fault') } as const;
  await expect(parseOptions(pressed, {}, context)).rejects.toMatchObject({ text: { key: 'errors.buttonBroken' } });
});

describe('people and roles', () => {
  const moderation = {
    name: 'admin',
    options: { person: option('person'), role: option('role') },
  } as unknown as Command;
  const parseNamed = (given: Parameters<typeof parseOptions>[1]) =>
    parseOptions(moderation, given, { pets, blocklist, platform: 'discord', describe: () => text('errors.fault') });

  test('come as an id, with the name after it where it is known', async () => {
    expect(await parseNamed({ person: '123 Anna Lena', role: '9 Regulars' })).toEqual({
      person: { platform: 'discord', id: '123', name: 'Anna Lena' },
      role: { id: '9', name: 'Regulars' },
    });
    expect(await parseNamed({ person: '123' })).toMatchObject({ person: { id: '123', name: '123' } });
    const { person } = await parseNamed({ person: `1 ${'x'.repeat(500)}` });
    expect((person as { name: string }).name).toHaveLength(64);
  });

  test.each(['Anna', '@anna', '<@123>', '-1', '1'.repeat(21), true])('%j is neither', async (given) => {
    await expect(parseNamed({ person: given })).rejects.toMatchObject({ text: { key: 'errors.optionNotPerson' } });
    await expect(parseNamed({ role: given })).rejects.toMatchObject({ text: { key: 'errors.optionNotRole' } });
  });
});

describe('what is wrong is said', () => {
  test.each([
    [{ prompt: ' ' }, /“prompt” is missing: What to draw/],
    [{ prompt: 'x' }, /at least 2 characters/],
    [{ prompt: '🐶'.repeat(11) }, /at most 10 characters long, but has 11/],
    [{ prompt: [] as never }, /missing/],
    [{ count: 'many' }, /has to be a number, but is “many”/],
    [{ count: '0x10' }, /has to be a number/],
    [{ count: '1.5' }, /whole number/],
    [{ count: '0' }, /at least 1, but is 0/],
    [{ count: 1e9 }, /at most 4/],
    [{ count: Number.NaN }, /has to be a number/],
    [{ count: '9'.repeat(500) }, /has to be a number|at most 4/],
    [{ big: 'perhaps' }, /yes or no/],
    [{ size: 'huge' }, /one of: small, large/],
    [{ photos: 'photo.jpg' }, /has to be photos/],
    [{ pet: 'Rex' }, /no pet called Rex/],
    [{ unknown: '1' }, /no option “unknown”/],
    [{ __proto__: null, constructor: '1' }, /no option “constructor”/],
  ])('%j', async (given, sentence) => {
    expect(await refusal(given as never)).toMatch(sentence);
  });

  test('too few and too many photos', async () => {
    expect(await refusal({ photos: await incomingPhotos(1) })).toBe('I need at least 2 photos, but got 1.');
    expect(await refusal({ photos: await incomingPhotos(4) })).toBe('I can take at most 3 photos, but got 4.');
  });
});
