import { describe, expect, test } from 'vitest';
import { localeFor, locales } from '#locales/index.js';
import { text, translateWith } from '#src/locale.js';

function leaves(tree: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${path}${key}`, value] as const] : [...leaves(value, `${path}${key}.`)],
    ),
  );
}

const parameters = (words: string) => [...words.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).toSorted();
const source = leaves(locales.en);

describe.each(Object.entries(locales))('locale %s', (_, texts) => {
  test('has every text of the source and no other', () => {
    expect([...leaves(texts).keys()].toSorted()).toEqual([...source.keys()].toSorted());
  });

  test('uses in each text the parameters of the source, and no stray brace', () => {
    for (const [key, words] of leaves(texts)) {
      expect(parameters(words), key).toEqual(parameters(source.get(key)!));
      expect(words.replace(/\{\w+\}/g, ''), key).not.toMatch(/[{}]/);
      expect(words.trim(), key).toBe(words);
    }
  });
});

test('German is translated, not copied', () => {
  const german = leaves(locales.de);
  const same = [...source]
    .filter(([key, words]) => german.get(key) === words && /[a-z]{3}/.test(words.replace(/\{\w+\}/g, '')))
    .map(([key]) => key);
  expect(same.filter((key) => !/^(kinds|web\.(title|bot)|commands\.help\.replies\.line)/.test(key))).toEqual([]);
});

test('the nearest locale is found for a language tag', () => {
  expect([
    localeFor('de-AT'),
    localeFor('de_DE'),
    localeFor('DE'),
    localeFor('en-GB'),
    localeFor('tlh'),
    localeFor(undefined),
    localeFor(''),
  ]).toEqual(['de', 'de', 'de', 'en', 'en', 'en', 'en']);
});

test('a text may stand in a text, and values are not read as texts', () => {
  const inner = text('kinds.dog');
  const line = text('commands.help.replies.line', { command: '{description}', description: inner });
  expect(translateWith(locales.de, line)).toBe('/{description}: Hund');
  expect(() => translateWith(locales.en, { key: 'errors.petUnknown', params: {} })).toThrow(
    'parameter {name} is missing',
  );
});
