import { expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { translateWith } from '#src/core/locale.js';
import { linesOfEdit } from '#src/editing/edit-telling.js';
import { jobs, tales } from '#src/jobs/index.js';
import { blob, editResult } from '#test/helpers/edit-result.js';

const unknownWords = [{ word: 'dragon', nearest: 'turtle' }, { word: 'fighting' }];
const settings = { seed: 7, steps: 20, guidanceScale: 4 };
const told = { key: 'delivery.wordsUnknown', params: { unknown: 'dragon (≈ turtle), fighting' } };
const person = { platform: 'web', id: 'anna', name: 'Anna' } as const;

function linesOfDrawing(more: object) {
  const data = jobs.imagine.data.parse({ prompt: 'a dog', count: 1, seed: 7, ...more });
  const result = jobs.imagine.result.parse({ pictures: [blob('1')], settings, seconds: 1 });
  return tales.imagine.result({ id: 'w-1', title: 'a dog fighting a dragon', person, data }, result).lines;
}

test('a drawing says which words were left out, and what comes nearest to them', () => {
  expect(linesOfDrawing({ unknownWords })).toEqual([told]);
  expect(linesOfDrawing({})).toEqual([]);
  for (const locale of Object.values(locales))
    expect(translateWith(locale, linesOfDrawing({ unknownWords })![0]!)).toContain('dragon (≈ turtle), fighting');
});

test('an edit says which words were left out, and what comes nearest to them', () => {
  const linesOf = (more: object) =>
    linesOfEdit(
      jobs.edit.data.parse({ picture: blob('3'), target: 'a cat', seed: 1, ...more }),
      editResult({ caption: { text: 'a dog', words: [], isGiven: true } }),
    );
  expect(linesOf({ unknownWords })).toContainEqual(told);
  expect(linesOf({}).map(({ key }) => key)).not.toContain(told.key);
});

test('a long list of words is cut', () => {
  const many = Array.from({ length: 12 }, (_, index) => ({ word: `w${index}` }));
  expect(linesOfDrawing({ unknownWords: many })).toMatchObject([
    { params: { unknown: 'w0, w1, w2, w3, w4, w5, w6, w7, …' } },
  ]);
});
