import { describe, expect, test } from 'vitest';
import { type LocaleName, locales } from '#locales/index.js';
import { kindsFor } from '#src/pets/kinds.js';

const names = Object.keys(locales) as LocaleName[];
const { classNameOf, isKind } = kindsFor('en');

describe.each(names)('the animals of %s', (name) => {
  const kinds = Object.entries(locales[name].kinds);

  test.each(names)('are understood by somebody who reads %s', (reader) => {
    const service = kindsFor(reader);
    for (const [className, word] of kinds) {
      expect(service.classNameOf(word), word).toBe(className);
      expect(service.isKind(word), word).toBe(true);
    }
  });

  test('are understood in capitals, with spaces around, and with accents as letters of their own', () => {
    for (const [className, word] of kinds) {
      for (const typed of [word.toUpperCase(), ` ${word}\n`, word.normalize('NFD')]) {
        expect(classNameOf(typed), typed).toBe(className);
        expect(isKind(typed), typed).toBe(true);
      }
    }
  });

  test('are understood without their accents', () => {
    for (const [className, word] of kinds) {
      const plain = word.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
      expect(classNameOf(plain.normalize('NFC')), plain).toBe(className);
    }
  });
});

test.each([
  ['Ratón', 'mouse'],
  ['raton', 'mouse'],
  ['PÁJARO', 'bird'],
  ['herisson', 'hedgehog'],
  ['Furão', 'ferret'],
  ['furao', 'ferret'],
  ['ウサギ', 'rabbit'],
  ['うさぎ', 'rabbit'],
  ['ｳｻｷﾞ', 'rabbit'],
  ['きつね', 'fox'],
  ['ぶた', 'pig'],
  ['犬', 'dog'],
  ['ｄｏｇ', 'dog'],
])('%s is a %s', (typed, expected) => {
  expect(classNameOf(typed)).toBe(expected);
});

test.each([
  ['guinea pig', 'guinea pig'],
  ['Guinea-Pig', 'guinea pig'],
  ['guinea\u2011pig', 'guinea pig'],
  ['axolotl', 'axolotl'],
])('%s stands for itself', (typed, expected) => {
  expect(classNameOf(typed)).toBe(expected);
  expect(isKind(typed)).toBe(false);
});

test.each(['', ' ', '-', 'x', 'my dear one', 'cochon d’Inde', 'モルモット', 'ふた', 'dog!', '{pet}', '🐶'])(
  '“%s” is no kind of animal',
  (typed) => {
    expect(classNameOf(typed)).toBeUndefined();
    expect(isKind(typed)).toBe(false);
  },
);

test('a pet may be called like an animal without its accent, or in the other kana', () => {
  expect(['Raton', 'Bar', 'うし', 'きつね'].map(isKind)).toEqual([false, false, false, false]);
  expect(['Ratón', 'Bär', '牛', 'キツネ'].map(isKind)).toEqual([true, true, true, true]);
});
