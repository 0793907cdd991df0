import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '#src/core/errors.js';
import { readBlocklist, WordBlocklist } from '#src/moderation/word-blocklist.js';

describe('a word of the list is found', () => {
  const list = new WordBlocklist([
    'bad',
    'ass',
    'Größe',
    'evil thing',
    'сука',
    'λάθος',
    'ばか',
    'バツ',
    '坏人',
    'จุดจบ',
    'شر',
  ]);

  test.each([
    ['plainly', 'a bad dog'],
    ['in capitals', 'A BAD DOG'],
    ['at a weight', 'a (bad:1.3) dog'],
    ['beside punctuation', '“bad!”'],
    ['with points between', 'b.a.d dog'],
    ['with hyphens between', 'b-a-d'],
    ['with underscores between', 'a b_a_d dog'],
    ['with one sign inside', 'a ba*d dog'],
    ['with spaces between', 'b a d dog'],
    ['with spaces between, after a word of one letter', 'I saw a b a d dog'],
    ['with wide spaces between', 'b\u2003a\u2003d'],
    ['with a zero-width space inside', 'b\u200Bad'],
    ['with a soft hyphen inside', 'ba\u00ADd'],
    ['with joiners and turns of direction inside', '\u202Eb\u2060a\u200Dd\u202C'],
    ['with digits for letters', 'a b4d dog'],
    ['with signs for letters', 'b@d'],
    ['with signs for all letters but one', 'a$$'],
    ['with digits and points', 'b.4.d'],
    ['with accents', 'bäd'],
    ['with a heap of marks', 'b\u0336a\u0336d\u0336'],
    ['in full width', 'ｂａｄ'],
    ['in mathematical letters', '𝐛𝐚𝐝'],
    ['in circles', 'ⓑⓐⓓ'],
    ['in boxes', '🅱🅰🅳'],
    ['in flags', '🇧🇦🇩'],
    ['with a Cyrillic letter', 'bаd'],
    ['with Greek letters', 'βαd'],
    ['in letters of several scripts and with a digit', 'аs5'],
    ['without its umlaut', 'grosse Grosse'],
    ['as a phrase', 'an evil  thing'],
    ['as a phrase with a hyphen', 'an evil-thing'],
    ['in Russian', 'Сука'],
    ['in Russian, with Latin letters', 'cyка'],
    ['in Greek, without its accent', 'ΛΑΘΟΣ'],
    ['in Arabic, with vowels and a long line', 'شَـر'],
    ['in Japanese, between other words', 'ばかな犬'],
    ['in Japanese, in the other kana', 'バカ犬'],
    ['in Japanese, in narrow kana', 'ﾊﾞｶ'],
    ['in Japanese, cut up', 'ば・か'],
    ['in Chinese', '一个坏人'],
    ['in Thai', 'นี่คือจุดจบของ'],
  ])('%s', (_, written) => {
    expect(list.has(written)).toBe(true);
  });
});

describe('a word that only looks like one of the list is not', () => {
  const list = new WordBlocklist(['ass', 'cunt', 'hell', 'bad', 'tit', 'мат', 'ばか']);

  test.each([
    'class',
    'a glass of grass in the classroom',
    'Scunthorpe',
    'hello shell',
    'badger',
    'titanium',
    'c l a s s',
    'as small as a mouse',
    'as, so',
    '455 pixels, 13 dogs',
    'H3LLO',
    'a yoga mat',
    'はかば',
    'ba dog',
    'a b c d e f g',
    '',
  ])('%s', (written) => {
    expect(list.has(written)).toBe(false);
  });
});

describe('the setting', () => {
  test('is a list between commas', () => {
    const list = readBlocklist(' bad , evil thing,,');
    expect([list.has('bad'), list.has('an evil thing'), list.has('thing')]).toEqual([true, true, false]);
  });

  test('is a file with one a line, and comments', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'petbooth-words-')), 'words');
    writeFileSync(file, '# not these\r\nbad\r\n\r\nevil thing # as a phrase\n');
    const list = readBlocklist(file);
    expect(['bad', 'evil thing', 'these', 'phrase', 'evil'].map((word) => list.has(word))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test('names a file that is not there', () => {
    expect(() => readBlocklist('/nowhere/words.txt')).toThrow(/words\.txt/);
  });

  test('of nothing refuses nothing', () => {
    expect(readBlocklist('').has('anything at all')).toBe(false);
  });
});

test('the refusal does not repeat the word', () => {
  const refusal = (() => {
    try {
      new WordBlocklist(['bad']).assertFree('a b4d dog');
    } catch (error) {
      return error;
    }
  })();
  expect(refusal).toBeInstanceOf(UserError);
  expect(JSON.stringify(refusal)).not.toMatch(/b4d|bad/);
});

describe('time grows with the text alone', () => {
  const list = new WordBlocklist([
    'bad',
    'a b c d e f g h',
    'ばか',
    ...Array.from({ length: 2000 }, (_, i) => `word${i}`),
  ]);
  test.each([
    ['single letters', 'a '],
    ['letters without end', 'a'],
    ['points', '.'],
    ['marks', 'a\u0301'],
    ['kana', 'ば'],
    ['signs', 'a!'],
    ['zero widths', '\u200B'],
    ['flags', '🇧'],
    ['white space', ' '],
  ])('%s', (_, piece) => {
    const started = performance.now();
    expect(list.has(piece.repeat(100_000))).toBe(false);
    // Milliseconds are enough; what looks back needs minutes.
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
