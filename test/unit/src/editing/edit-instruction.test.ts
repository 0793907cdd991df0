import { describe, expect, test } from 'vitest';
import { UserError } from '#src/core/errors.js';
import { parseEdit } from '#src/editing/edit-instruction.js';
import { maxEditChanges, maxEditWords } from '#src/editing/edit-job.js';
import { editPhrases } from '#src/editing/edit-phrases.js';
import { createFuzz } from '#test/helpers/fuzz.js';

const parse = (text: string) => parseEdit(text, editPhrases);
const changesOf = (text: string) => {
  const request = parse(text);
  return request.kind === 'changes' ? request.changes : request;
};
const replace = (from: string, to: string) => ({ kind: 'replace', from, to });
const add = (words: string) => ({ kind: 'add', words });
const remove = (words: string) => ({ kind: 'remove', words });
const weigh = (words: string, factor: number) => ({ kind: 'weigh', words, factor });

describe('one change', () => {
  test.each([
    'dog → cat',
    'dog -> cat',
    'replace dog → cat',
    'Ersetze dog -> cat',
    'dog => cat',
    'dog→cat',
    'dog --> cat',
    'dog –> cat',
    'dog —> cat',
    'dog ➡️ cat',
    'dog ⇒ cat',
    '  dog   →   cat  ',
    'dog → cat.',
    '“dog” → “cat”',
    "'dog' → «cat»",
    '{dog} → {cat}',
    '\u200Edog\u200F → cat',
    'replace dog with cat',
    'REPLACE  dog WITH cat',
    'change dog to cat',
    'turn dog into cat',
    'ersetze dog durch cat',
    'tausche dog gegen cat',
    'mach dog zu cat',
    'reemplaza dog por cat',
    'cambia dog por cat',
    'convierte dog en cat',
    'remplace dog par cat',
    'change dog en cat',
    'transforme dog en cat',
    'dogをcatに置き換えて',
    'dogをcatに変えて',
    'dogをcatにして',
    'substitua dog por cat',
    'troque dog por cat',
    'transforme dog em cat',
  ])('is a swap: %s', (text) => {
    expect(changesOf(text)).toEqual([replace('dog', 'cat')]);
  });

  test.each([
    ['a small dog → a big cat', replace('small dog', 'big cat')],
    ['snow-white dog → cat', replace('snow-white dog', 'cat')],
    ['犬 → 猫', replace('犬', '猫')],
    ['🐶 → 🐱', replace('🐶', '🐱')],
    ['👩‍🚀 → 🇩🇪', replace('👩‍🚀', '🇩🇪')],
    ['כלב ← חתול', replace('כלב', 'חתול')],
    ['כלב → חתול', replace('כלב', 'חתול')],
    ['كلب <- قط', replace('كلب', 'قط')],
    ['DOG → Biscuit', replace('DOG', 'Biscuit')],
    ['e\u0301tang → mer', replace('étang', 'mer')],
    ["dog's hat → cap", replace("dog's hat", 'cap')],
    ['+ a red hat', add('a red hat')],
    ['+a red hat', add('a red hat')],
    ['＋ a red hat', add('a red hat')],
    ['add a red hat', add('a red hat')],
    ['füge a red hat hinzu', add('a red hat')],
    ['añade a red hat', add('a red hat')],
    ['a red hatを追加して', add('a red hat')],
    ['- collar', remove('collar')],
    ['−collar', remove('collar')],
    ['– collar', remove('collar')],
    ['remove collar', remove('collar')],
    ['enlève collar', remove('collar')],
    ['snow ×2', weigh('snow', 2)],
    ['snow×2', weigh('snow', 2)],
    ['snow *2', weigh('snow', 2)],
    ['snow x2', weigh('snow', 2)],
    ['snow X 2', weigh('snow', 2)],
    ['deep snow × 0.5', weigh('deep snow', 0.5)],
    ['snow ×0,5', weigh('snow', 0.5)],
    ['snow ×0', weigh('snow', 0)],
    ['(snow:1.3)', weigh('snow', 1.3)],
    ['(the snow: 0.5)', weigh('snow', 0.5)],
    ['dog → (cat:1.3)', replace('dog', '(cat:1.3)')],
    ['+ (a hat, red:1.3)', add('(a hat, red:1.3)')],
  ])('%s', (text, change) => {
    expect(changesOf(text)).toEqual([change]);
  });
});

describe('several changes', () => {
  test.each([
    [
      'dog → cat, + a red hat, - collar, snow ×2',
      [replace('dog', 'cat'), add('a red hat'), remove('collar'), weigh('snow', 2)],
    ],
    ['dog → cat,hat → cap', [replace('dog', 'cat'), replace('hat', 'cap')]],
    ['dog → cat; - collar', [replace('dog', 'cat'), remove('collar')]],
    ['犬 → 猫、- 首輪', [replace('犬', '猫'), remove('首輪')]],
    ['dog → cat, , - collar,', [replace('dog', 'cat'), remove('collar')]],
    ['replace dog with cat, snow x2', [replace('dog', 'cat'), weigh('snow', 2)]],
    ['snow ×1,5, - collar', [weigh('snow', 1.5), remove('collar')]],
    ['add a hat and remove the collar', [add('a hat'), remove('collar')]],
    ['add a hat, and remove the collar', [add('a hat'), remove('collar')]],
    ['add a hat & remove the collar', [add('a hat'), remove('collar')]],
    ['replace a dog with a cat and replace a hat with a cap', [replace('dog', 'cat'), replace('hat', 'cap')]],
    ['dog → cat and remove the collar', [replace('dog', 'cat'), remove('collar')]],
    ['dog → cat, and hat → cap', [replace('dog', 'cat'), replace('hat', 'cap')]],
    ['+ a hat and - collar', [add('a hat'), remove('collar')]],
    ['snow ×2 and add a hat', [weigh('snow', 2), add('a hat')]],
    ['füge a hat hinzu und entferne the collar', [add('a hat'), remove('collar')]],
    ['ersetze dog durch cat und füge a hat hinzu', [replace('dog', 'cat'), add('a hat')]],
    ['añade a hat y quita the collar', [add('a hat'), remove('collar')]],
    ['ajoute a hat et enlève the collar', [add('a hat'), remove('collar')]],
    ['adicione a hat e remova the collar', [add('a hat'), remove('collar')]],
    ['hatを追加してcollarを消して', [add('hat'), remove('collar')]],
    ['hatを追加してそしてcollarを消して', [add('hat'), remove('collar')]],
    [
      'add a hat and remove the collar and turn snow into grass',
      [add('a hat'), remove('collar'), replace('snow', 'grass')],
    ],
  ])('%s', (text, changes) => {
    expect(changesOf(text)).toEqual(changes);
  });

  test.each([
    ['add a cat and a dog', add('a cat and a dog')],
    ['replace a cat and a dog with a pig and a hen', replace('cat and a dog', 'pig and a hen')],
    ['add a lamp and turning wheels', add('a lamp and turning wheels')],
    ['remove the bread & butter', remove('bread & butter')],
    ['dog → cat and turn signal', replace('dog', 'cat and turn signal')],
    ['füge a cat und a dog hinzu', add('a cat und a dog')],
    ['dog → cat, and a fish', replace('dog', 'cat, and a fish')],
    ['y → x', replace('y', 'x')],
  ])('“and” within what is there, or shall be, is no new change: %s', (text, change) => {
    expect(changesOf(text)).toEqual([change]);
  });

  test('a comma within what shall be there is no new change', () => {
    expect(changesOf('dog → cat, oil painting')).toEqual([replace('dog', 'cat, oil painting')]);
    expect(changesOf('+ a hat, red, with a feather, - collar')).toEqual([
      add('a hat, red, with a feather'),
      remove('collar'),
    ]);
  });
});

describe('a free target prompt', () => {
  test.each([
    'a cat in the snow',
    'a cat, oil painting, by night',
    'a box2 on a table',
    'a well-known dog',
    'a photo of 3 dogs',
    '猫',
    '🐱',
    '(snow) on [grass]',
    '(a cat, oil painting:1.2), by night',
    'a (cat, oil painting',
    'the exchange of a dog',
    'a cat and a dog',
    'a man and turn signals',
  ])('%s', (text) => {
    expect(parse(text)).toEqual({ kind: 'target', target: text });
  });

  test('cannot write the marker of a pet', () => {
    expect(parse('a {pet} in the snow')).toEqual({ kind: 'target', target: 'a pet in the snow' });
    expect(changesOf('{pet} → {{pet}}')).toEqual([replace('pet', 'pet')]);
  });
});

describe('what can be read in no way, or in several, is asked about', () => {
  test.each([
    ['', 'editNothing'],
    [' , ; ', 'editNothing'],
    ['→', 'editNothing'],
    ['…?!', 'editNothing'],
    ['→ cat', 'editSideMissing'],
    ['dog →', 'editSideMissing'],
    ['dog → ?', 'editSideMissing'],
    ['dog, + ', 'editSideMissing'],
    ['dog → cat → bear', 'editArrowsSeveral'],
    ['replace a dog with a hat with a cat', 'editUnclear'],
    ['change a to b en c', 'editUnclear'],
    ['transforme a en b em c', 'editUnclear'],
    ['add a purse and change', 'editUnclear'],
    ['add a hat and replace the collar', 'editUnclear'],
    ['add snow ×2', 'editUnclear'],
    ['a dog, dog → cat', 'editMixed'],
    ['- collar, tail', 'editMixed'],
    ['snow ×2, deep', 'editMixed'],
    ['snow ×6', 'editFactor'],
    ['snow ×99999', 'editFactor'],
    [Array.from({ length: maxEditChanges + 1 }, (_, index) => `a${index} → b`).join(', '), 'editTooMany'],
    [`dog → ${'x'.repeat(maxEditWords + 1)}`, 'editWordsTooLong'],
  ])('%s', (text, key) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ text: expect.objectContaining({ key: `errors.${key}` }) }),
    );
  });
});

test('any text at all is a change, a target, or refused with a sentence, and in no time', () => {
  const fuzz = createFuzz(4);
  const bits = [
    '→',
    '->',
    '=>',
    '←',
    '+',
    '-',
    '−',
    '×2',
    'x2',
    '*',
    ',',
    '、',
    'replace',
    'with',
    'を',
    'に変えて',
    'dog',
    '“',
    '{pet}',
    ' ',
  ];
  for (let round = 0; round < 3000; round += 1) {
    const text = Array.from({ length: fuzz.integer(12) }, () =>
      fuzz.chance(0.7) ? fuzz.pick(bits) : fuzz.text(8),
    ).join(fuzz.chance(0.5) ? ' ' : '');
    try {
      const request = parse(text);
      if (request.kind === 'changes') {
        expect(request.changes.length).toBeGreaterThan(0);
        for (const change of request.changes)
          for (const words of Object.values(change))
            if (typeof words === 'string') expect(words, text).not.toMatch(/[{}\u202E]|^\s|\s$/);
      } else {
        expect(request.target).not.toMatch(/[{}]/);
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw new Error(`${JSON.stringify(text)}: ${error}`);
    }
  }
  const started = performance.now();
  for (const long of [
    'replace a with '.repeat(400),
    'a → '.repeat(1500),
    'をに'.repeat(3000),
    `${'x '.repeat(3000)}×2`,
    '-'.repeat(6000),
  ]) {
    try {
      parse(long.slice(0, 6000));
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
    }
  }
  expect(performance.now() - started).toBeLessThan(5000);
});
