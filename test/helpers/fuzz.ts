import { createGenerator } from '#models/tensors/random.js';

/** Made of what people really write, and of what breaks programs: other scripts, directions, joined emoji, half characters. */
const alphabet = [
  ..."abcXYZ019 .,!?-_'’@#/&=%+*()[]{}<>|\\~^$",
  'ä',
  'ß',
  'é',
  'İ',
  'ı',
  '犬',
  'かな',
  'כלב',
  'كلب',
  '\u202E',
  '\u200F',
  '\u200B',
  '\u0000',
  '\u001B',
  '\uFEFF',
  '🐶',
  '👩‍🚀',
  '🇩🇪',
  'e\u0301',
  '\uD83D',
  '\t',
  '\n',
];

/** Values of every kind that no field expects. */
const oddities: readonly unknown[] = [
  undefined,
  null,
  '',
  'x',
  '__proto__',
  'constructor',
  '\u202E💥',
  0,
  -1,
  1.5,
  Number.NaN,
  1e308,
  true,
  false,
  [],
  {},
  ['1'],
  { id: 1 },
  'y'.repeat(30_000),
];

/** Random things, the same for the same seed. */
export function createFuzz(seed: number) {
  const generator = createGenerator(seed);
  const integer = (maxExclusive: number) => generator.integer(maxExclusive);
  const pick = <Value>(values: readonly Value[]): Value => values[integer(values.length)]!;
  return {
    integer,
    pick,
    chance: (probability: number) => generator.uniform() < probability,
    oddity: () => pick(oddities),
    /** Any text at all, mostly short. */
    text: (maxLength = 60) => Array.from({ length: integer(integer(maxLength) + 1) }, () => pick(alphabet)).join(''),
    shuffled: <Value>(values: readonly Value[]): Value[] =>
      values
        .map((value) => [generator.uniform(), value] as const)
        .toSorted(([one], [other]) => one - other)
        .map(([, value]) => value),
  };
}

export type Fuzz = ReturnType<typeof createFuzz>;

/** A field of a payload: where it is, and who holds it. */
export interface Field {
  /** Names joined by dots; positions in lists are `*`. */
  readonly path: string;
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

export function fieldsOf(value: unknown, path = ''): Field[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const inside = `${path}${path === '' ? '' : '.'}${Array.isArray(value) ? '*' : key}`;
    return [{ path: inside, holder: value as Record<string, unknown>, key }, ...fieldsOf(inner, inside)];
  });
}
