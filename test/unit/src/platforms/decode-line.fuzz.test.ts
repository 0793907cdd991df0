import { expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { decodeLine } from '#src/platforms/decode-line.js';
import { createFuzz, type Fuzz } from '#test/helpers/fuzz.js';

const seed = Number(process.env.TEST_SEED ?? 3);

interface Meaning {
  readonly prompt: string;
  readonly options: readonly (readonly [name: string, value: string])[];
}

/** Words as a person writes them in any script: no quotes and no colons, which are the grammar's. */
function wordsOf(fuzz: Fuzz): string {
  const words = [
    'Biscuit',
    'surfing',
    'ein',
    'Hund',
    '犬が',
    'כלב',
    'كلب',
    '🐶🏄',
    '👩‍🚀',
    '5%',
    'a/b',
    "it's",
    '1',
    '-',
    '/help',
    '\u202Ex',
  ];
  return Array.from({ length: 1 + fuzz.integer(5) }, () => fuzz.pick(words)).join(' ');
}

function meaningOf(fuzz: Fuzz): Meaning {
  const options = [
    ['count', String(1 + fuzz.integer(4))],
    ['seed', String(fuzz.integer(1e9))],
    ['without', wordsOf(fuzz)],
    ['pet', wordsOf(fuzz)],
  ] as const;
  return { prompt: wordsOf(fuzz), options: fuzz.shuffled(options).slice(0, fuzz.integer(5)) };
}

/** The same meaning in one of the ways to write it. */
function write(fuzz: Fuzz, { prompt, options }: Meaning): string {
  const name = (word: string) => (fuzz.chance(0.2) ? word.toUpperCase() : word);
  const blank = () => fuzz.pick([' ', '  ', '\n', '\t ']);
  const value = (words: string) => fuzz.pick([words, `"${words}"`, `“${words}”`]);
  const named = options.map(([option, words]) => `${name(option)}:${fuzz.pick(['', ' '])}${value(words)}`);
  const asOption = fuzz.chance(0.3);
  const parts = asOption ? [...named, `${name('prompt')}: ${value(prompt)}`] : [prompt, ...named];
  return `${fuzz.pick(['', ' ', '\n'])}/${name('imagine')}${blank()}${parts.join(blank())}${fuzz.pick(['', ' ', '\n'])}`;
}

test('5 000 lines mean the same in whichever way they are written', () => {
  const fuzz = createFuzz(seed);
  for (let count = 0; count < 5000; count++) {
    const meaning = meaningOf(fuzz);
    const line = write(fuzz, meaning);
    expect(decodeLine(line, [], commands), JSON.stringify(line)).toEqual({
      command: 'imagine',
      options: { prompt: meaning.prompt, ...Object.fromEntries(meaning.options) },
    });
  }
});

type Verdict = 'no command' | 'not for this command' | 'photos not taken';

const spoilers: readonly [Verdict, (line: string, fuzz: Fuzz) => string][] = [
  ['no command', (line) => line.trim().slice(1)],
  ['no command', (line) => line.replace('/', '/ ')],
  ['no command', (line, fuzz) => `${fuzz.pick(['x', '.', '@', '🐶'])}${line.trim()}`],
  ['no command', (line, fuzz) => line.replace('/', `/${fuzz.pick(['!', '🐶', '/', ':'])}`)],
  ['not for this command', (line) => line.replace(/\/\w+/, '/queue')],
  ['not for this command', (line) => `${line.trim()} prompt: something else`],
  ['photos not taken', (line) => line],
];

test('2 500 spoilt lines are refused, each as it was spoilt', () => {
  const fuzz = createFuzz(seed + 1);
  const photo = { name: 'a.jpg', read: async () => new Uint8Array() };
  const keys: Record<Verdict, string> = {
    'no command': 'web.commandHint',
    'not for this command': 'errors.optionUnknown',
    'photos not taken': 'errors.photosTooMany',
  };
  for (let count = 0; count < 2500; count++) {
    const { prompt } = meaningOf(fuzz);
    const [verdict, spoil] = fuzz.pick(spoilers);
    const line = spoil(`/imagine ${prompt}`, fuzz);
    const decoded = decodeLine(line, verdict === 'photos not taken' ? [photo] : [], commands);
    expect(decoded, `${verdict}: ${JSON.stringify(line)}`).toHaveProperty('hint.key', keys[verdict]);
  }
});

test('2 500 lines of anything crash nothing, and fill only options that the command has', () => {
  const fuzz = createFuzz(seed + 2);
  const beginnings = ['', '/', '/imagine ', '/train ', '/pets ', '/__proto__ ', '/constructor ', '/IMAGINE\n'];
  const pieces = ['count:', 'seed:', 'prompt:', 'name: ', 'kind:', '"', '“', '”', '__proto__:', 'constructor: '];
  for (let count = 0; count < 2500; count++) {
    const line = `${fuzz.pick(beginnings)}${Array.from({ length: fuzz.integer(8) }, () =>
      fuzz.chance(0.5) ? fuzz.pick(pieces) : fuzz.text(),
    ).join('')}`;
    const decoded = decodeLine(line, [], commands);
    if ('hint' in decoded) continue;
    const declared = commands.find(({ name }) => name === decoded.command)?.options ?? {};
    for (const [option, value] of Object.entries(decoded.options)) {
      expect(Object.keys(declared), line).toContain(option);
      expect(typeof value).toBe('string');
    }
  }
});
