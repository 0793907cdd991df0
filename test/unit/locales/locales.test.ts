import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { defaultLocale, type LocaleName, localeFor, locales } from '#locales/index.js';
import { text, translateWith } from '#src/core/locale.js';
import { packageRoot } from '#src/core/package-root.js';
import type { OfferedCommandName } from '#src/core/reply.js';

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

  test('says what a command and its options do in at most 100 characters, as Discord wants it', () => {
    for (const [key, words] of leaves(texts.commands)) {
      if (/\.(description|options\.\w+)$/.test(key)) expect(words.length, key).toBeLessThanOrEqual(100);
    }
  });

  test('leaves what is typed as it is: commands, their options, and the prompt of the examples', () => {
    const typed = (words: string) => words.match(/\/[a-z]+|\b[a-z]+:(?=\S)|surfing a wave/g)?.toSorted() ?? [];
    for (const [key, words] of leaves(texts)) expect(typed(words), key).toEqual(typed(source.get(key)!));
  });
});

const described = Object.entries(locales.en.commands).flatMap(([name, texts]) =>
  'description' in texts ? [name as OfferedCommandName] : [],
);

test('the longest descriptions of a command stay within the 8000 characters that Discord allows', () => {
  const all = Object.values(locales).map(({ commands }) => commands);
  for (const name of described) {
    const longest = (of: (commands: (typeof all)[number]) => string) =>
      Math.max(...all.map((commands) => of(commands).length));
    const options = Object.keys(locales.en.commands[name].options);
    // Ten attachments carry the description of the photos.
    const lengths = options.map(
      (option) =>
        (option === 'photos' ? 10 : 1) *
        (option.length + longest((commands) => (commands[name].options as Record<string, string>)[option]!)),
    );
    const total = longest((commands) => commands[name].description) + lengths.reduce((sum, length) => sum + length, 0);
    expect(total, name).toBeLessThan(8000);
  }
});

const others = Object.entries(locales).filter(([name]) => name !== defaultLocale);

test.each(others)('%s is translated, not copied', (_, texts) => {
  const translated = leaves(texts);
  const same = [...source]
    .filter(([key, words]) => translated.get(key) === words && /[a-z]{3}/.test(words.replace(/\{\w+\}/g, '')))
    .map(([key]) => key);
  // French has the same word for messages.
  expect(
    same.filter((key) => !/^(kinds\.|web\.(title|bot|messages)$|commands\.help\.replies\.line$)/.test(key)),
  ).toEqual([]);
});

test.each(Object.keys(locales))('%s has an own word for each kind of animal, in lower case', (name) => {
  const words = Object.values(locales[name as LocaleName].kinds);
  expect(new Set(words).size).toBe(words.length);
  if (name !== 'de') expect(words.map((word) => word.toLowerCase())).toEqual(words);
});

describe('no text is left that nothing says', () => {
  const sources = ['src', 'commands', 'workers'].flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|js|html)$/.test(name))
      .map((name) => [`${folder}/${name}`, readFileSync(join(packageRoot, folder, name), 'utf8')] as const),
  );
  const isIn = (words: RegExp, folder: string) =>
    sources.some(([name, source]) => name.startsWith(folder) && words.test(source));
  const quoted = (words: string) => new RegExp(`'${words}'`);

  test.each(Object.keys(locales.en).filter((section) => section !== 'kinds'))('%s', (section) => {
    const isSaid = (key: string) => {
      const path = key.split('.');
      const last = path.at(-1)!;
      if (isIn(quoted(key.replaceAll('.', '\\.')), '')) return true;
      if (section === 'web') return isIn(new RegExp(`(texts\\.|['"]|\\{ )${last}\\b`), 'src/platforms/web/');
      // What the page of a contest says.
      if (path[1] === 'gallery')
        return isIn(new RegExp(`(texts\\.|gallery\\.|')${last}\\b`), 'src/platforms/web/gallery/');
      if (section === 'discord' || section === 'telegram') return isIn(quoted(last), `src/platforms/${section}/`);
      // Of a command, what is not a reply is asked for by its declaration.
      if (section === 'commands' && path[2] !== 'replies') return true;
      return ['commands', 'errors', 'buttons'].includes(section) && isIn(quoted(last), '');
    };
    const keys = [...source.keys()].filter((key) => key.startsWith(`${section}.`));
    expect(keys.filter((key) => !isSaid(key))).toEqual([]);
  });
});

test('every choice has its words, those of languages aside, and no words are left over', () => {
  for (const [name, texts] of Object.entries(locales.en.commands)) {
    const options = Object.values(commands.find((command) => command.name === name)!.options);
    const offered = options.flatMap((option) => (option.kind === 'choice' && !option.internal ? option.choices : []));
    const worded = 'description' in texts ? offered.filter((choice) => !(choice in locales)) : [];
    expect(Object.keys('choices' in texts ? texts.choices : {}).toSorted(), name).toEqual(worded.toSorted());
  }
});

test.each(Object.entries(locales))(
  'each language can be chosen, and %s names all of them where one chooses',
  (_, texts) => {
    const names = Object.keys(locales);
    const language = commands.find(({ name }) => name === 'settings')!.options.language!;
    expect(language).toMatchObject({ kind: 'choice', choices: ['auto', ...names] });
    expect(texts.commands.settings.options.language).toContain(names.join(', '));
  },
);

test.each([
  // What browsers, Discord and Telegram call a language.
  ['en', ['en-US', 'en-GB', 'EN']],
  ['de', ['de-AT', 'de_DE', 'DE']],
  ['es', ['es', 'es-ES', 'es-419', 'es_MX']],
  ['fr', ['fr', 'fr-FR', 'fr-CA']],
  ['ja', ['ja', 'ja-JP', 'ja_jp']],
  ['pt-BR', ['pt-BR', 'pt_BR', 'pt-br', 'pt', 'pt-PT']],
  ['en', ['tlh', 'zh-CN', 'e', 'jav', '', undefined]],
] as const)('the nearest locale is found for a language tag: %s', (expected, languages) => {
  expect(languages.map((language) => localeFor(language))).toEqual(languages.map(() => expected));
});

test('words from right to left are kept apart from the sentence, a line to type again is not touched', () => {
  const unknown = (name: string) => translateWith(locales.en, text('errors.petUnknown', { name }));
  expect(unknown('كلب')).toContain('\u2068كلب\u2069');
  expect(unknown('/imagine כלב')).toContain(' /imagine כלב');
  expect(unknown('Rex 犬')).not.toMatch(/[\u2066-\u2069]/);
});

test('a text may stand in a text, and values are not read as texts', () => {
  const inner = text('kinds.dog');
  const line = text('commands.help.replies.line', { command: '{description}', description: inner });
  expect(translateWith(locales.de, line)).toBe('/{description}: Hund');
  expect(() => translateWith(locales.en, { key: 'errors.petUnknown', params: {} })).toThrow(
    'parameter {name} is missing',
  );
});
