import { expect, test } from 'vitest';
import { encodeAction, maxActionBytes } from '#src/core/action.js';
import { buttonsOfEdit } from '#src/editing/edit-buttons.js';
import { linesOfEdit, picturesOfEdit } from '#src/editing/edit-telling.js';
import { jobs } from '#src/jobs/index.js';
import { blob, editResult } from '#test/helpers/edit-result.js';

const dataOf = (more: object = {}) => jobs.edit.data.parse({ picture: blob('1'), target: 'a cat', seed: 1, ...more });
const resultOf = (more: object = {}) =>
  editResult({ scores: [{ kind: 'direction', value: 0.3, changedShare: 0.123 }], ...more });
const drawn = { prompt: 'a dog', negativePrompt: '', seed: 1, index: 0, steps: 20, guidanceScale: 4 };
const told = (data: object, result: object) =>
  linesOfEdit(dataOf(data), resultOf(result)).map(({ key }) => key.replace('delivery.', ''));

test('a result says what the picture was taken to show, how much changed, and what went wrong', () => {
  expect(linesOfEdit(dataOf(), resultOf())).toEqual([
    {
      key: 'delivery.editCaption',
      params: { caption: 'a photo of a dog', button: { key: 'buttons.correct', params: {} } },
    },
    { key: 'delivery.editScore', params: { percent: '12' } },
  ]);
  expect(told({ caption: { text: 'a dog', isGiven: true } }, { isInversionCached: true })).toEqual([
    'editScore',
    'editCached',
  ]);
  expect(told({ drawn }, { settings: { method: 'replay', steps: 1, guidanceScale: 1 } })).toEqual(['editChanged']);
  expect(told({}, { scores: [{ kind: 'changed-share', value: 1, changedShare: 1 }] })).toEqual([
    'editCaption',
    'editChanged',
  ]);
  expect(told({ isReduced: true }, { isPromptCut: true, isLost: true })).toEqual([
    'editCaption',
    'editScore',
    'editReduced',
    'promptCut',
    'editLost',
  ]);
  expect(told({}, { isUnknown: true })).toEqual(['editCaption', 'editScore', 'editUnknown']);
  expect(
    told({ drawn, method: 'direct' }, { scores: [{ kind: 'changed-share', value: 0, changedShare: 0.004 }] }),
  ).toEqual(['editCaption', 'editScore', 'editNothingChanged']);
});

test('an edit that missed is told with what the picture shows instead, unless nothing changed at all', () => {
  const missed = { seen: 'a photo of an orange dog' };
  expect(linesOfEdit(dataOf({ caption: { text: 'a dog', isGiven: true } }), resultOf({ missed }))).toEqual([
    { key: 'delivery.editScore', params: { percent: '12' } },
    { key: 'delivery.editMissed', params: { ...missed, button: { key: 'buttons.stronger', params: {} } } },
  ]);
  const scores = [{ kind: 'direction', value: 0, changedShare: 0.004 }];
  expect(told({}, { missed, scores })).toEqual(['editCaption', 'editScore', 'editNothingChanged']);
});

test('of several changes the ones that were missed are named, as they were asked for', () => {
  const changes = [
    { kind: 'replace', from: 'dog', to: '{pet}' },
    { kind: 'add', words: 'a red hat' },
    { kind: 'remove', words: 'scarf' },
  ];
  const pet = { id: 'b', className: 'dog', name: 'Bis$&cuit' };
  const partOf = (parts: number[]) =>
    linesOfEdit(dataOf({ changes, pet }), resultOf({ missed: { seen: 'a dog', parts } })).find(
      ({ key }) => key === 'delivery.editPartMissed',
    )?.params.part;
  expect(partOf([1, 2])).toBe('+ a red hat, - scarf');
  expect(partOf([0])).toBe('dog → Bis$&cuit');
});

test('a picture of ours that was not drawn again has its reason, where the person did not ask for it', () => {
  const reasonOf = (replayObstacle: string | undefined) =>
    told({ drawn }, { replayObstacle }).filter((key) => !['editCaption', 'editScore'].includes(key));
  expect(reasonOf('pet-gone')).toEqual(['editPetGone']);
  expect(reasonOf('other-pet')).toEqual(['editOtherPet']);
  expect(reasonOf('drawn-otherwise')).toEqual(['editDrawnOtherwise']);
  expect(reasonOf('pet-strength')).toEqual([]);
  expect(reasonOf(undefined)).toEqual([]);
});

test('a photo that was put into a square in some way hears in which', () => {
  expect(told({}, { isLetterboxed: true })).toEqual(['editCaption', 'editScore', 'editLetterboxed']);
  expect(told({}, { isSqueezed: true })).toEqual(['editCaption', 'editScore', 'editSqueezed']);
});

test('only buttons that are there are suggested', () => {
  const strip = { pictures: [blob('2'), blob('4'), blob('5')] };
  const nothing = { scores: [{ kind: 'changed-share', value: 0, changedShare: 0 }] };
  const suggested = (data: object, result: object) => {
    const [line] = linesOfEdit(dataOf(data), resultOf(result)).filter(
      ({ key, params }) => 'button' in params && key !== 'delivery.editCaption',
    );
    return line?.params.button;
  };
  const button = (label: string) => ({ key: `buttons.${label}`, params: {} });
  expect(suggested({}, nothing)).toEqual(button('stronger'));
  expect(suggested({ strengths: [5] }, nothing)).toEqual(button('otherMethod'));
  expect(suggested({ strengths: [2, 3, 4] }, { ...nothing, ...strip })).toEqual(button('otherMethod'));
  expect(suggested({}, { isUnknown: true })).toEqual(button('keepBackground'));
  expect(suggested({ keepBackground: true }, { isUnknown: true })).toEqual(button('weaker'));
  expect(suggested({ keepBackground: true, strengths: [1] }, { isUnknown: true })).toEqual(button('undo'));
  expect(suggested({ keepBackground: true, strengths: [2, 3, 4] }, { isUnknown: true, ...strip })).toEqual(
    button('pick1'),
  );
});

test('one result is shown by itself and beside the picture, several in one strip', () => {
  expect(picturesOfEdit('x', resultOf()).map((picture) => picture.blob)).toEqual([blob('4'), blob('5')]);
  expect(
    picturesOfEdit('x', resultOf({ pictures: [blob('2'), blob('4'), blob('5')] })).map(({ blob }) => blob),
  ).toEqual([blob('5')]);
});

test('buttons fit every platform, and offer what can still be done', () => {
  const job = 'w-'.padEnd(40, 'x');
  const labels = (data: object, result: object = {}, options: { readonly number?: number } = {}) => {
    const buttons = buttonsOfEdit(job, { data: dataOf(data), result: resultOf(result) }, options);
    for (const button of buttons)
      expect(encodeAction(button, { platform: 'web', id: 'anna', name: 'Anna' }).length).toBeLessThanOrEqual(
        maxActionBytes,
      );
    return buttons.map(({ label }) => label);
  };
  expect(labels({})).toEqual([
    'edit',
    'stronger',
    'weaker',
    'strip',
    'keepBackground',
    'otherMethod',
    'correct',
    'undo',
    'info',
    'remove',
  ]);
  expect(labels({ strengths: [5], keepBackground: true, caption: { text: 'a dog', isGiven: true } })).toEqual([
    'edit',
    'weaker',
    'strip',
    'otherMethod',
    'undo',
    'info',
    'remove',
  ]);
  expect(labels({ pet: { id: 'b', className: 'dog', name: 'Biscuit' } })).toContain('morePet');
  const strip = { pictures: [blob('2'), blob('4'), blob('5')] };
  expect(labels({ strengths: [2, 3, 4] }, strip).slice(0, 3)).toEqual(['pick1', 'pick2', 'pick3']);
  expect(labels({ strengths: [2, 3, 4] }, strip, { number: 3 })).toEqual([
    'edit',
    'keepBackground',
    'otherMethod',
    'correct',
    'undo',
    'info',
  ]);
});
