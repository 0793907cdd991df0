import { expect, test } from 'vitest';
import type { FoundPicture, MadePicture } from '#src/core/made-picture.js';
import type { JobName } from '#src/jobs/index.js';
import type { JobRecord } from '#src/jobs/job-record.js';
import { MadePictures } from '#src/jobs/made-pictures.js';
import { blob, editResult } from '#test/helpers/edit-result.js';

const anna = { platform: 'discord', id: '1', name: 'Anna' } as const;
const biscuit = { id: 'b', className: 'dog' };

function recordOf(id: string, name: JobName, data: object, result?: object): JobRecord {
  const outcome = result && ({ kind: 'completed', result } as const);
  const place = { platform: 'discord', server: 'g1', channel: 'c1' };
  return { id, name, data, outcome, title: `${id} in words`, person: anna, place, createdAt: new Date(7) } as JobRecord;
}

const imagine = (id: string, pictures: readonly string[]) =>
  recordOf(
    id,
    'imagine',
    { prompt: '{pet} in the snow', pet: biscuit, count: pictures.length, seed: 7, isSpoiler: true },
    {
      pictures: pictures.map(blob),
      settings: { seed: 7, steps: 10, guidanceScale: 7 },
      seconds: 1,
    },
  );
const edit = (id: string, data: object, result: object = {}) =>
  recordOf(id, 'edit', { picture: blob('3'), changes: [], seed: 3, ...data }, editResult(result));

const find = async (records: readonly JobRecord[], id: string, number?: number): Promise<FoundPicture> =>
  new MadePictures({ get: async (wanted) => records.find((record) => record.id === wanted) }).find(id, number);
const made = async (...given: Parameters<typeof find>): Promise<MadePicture> => {
  const found = await find(...given);
  if (found.kind !== 'one') throw new Error(found.kind);
  return found.made;
};

test('a drawing is told with kinds for names, and of several somebody has to say which', async () => {
  const records = [imagine('one', ['1']), imagine('two', ['1', '2'])];
  expect(await made(records, 'one')).toMatchObject({
    person: anna,
    source: 'drawn',
    picture: blob('1'),
    alt: 'dog in the snow',
    words: 'one in words',
    seed: 7,
    pets: [biscuit],
    isSpoiler: true,
    isOfPhoto: false,
    madeAt: new Date(7),
  });
  expect(await find(records, 'two')).toEqual({ kind: 'several', count: 2, person: anna });
  expect(await made(records, 'two', 2)).toMatchObject({ picture: blob('2') });
  for (const [id, number] of [['two', 3] as const, ['gone', 1] as const])
    expect(await find(records, id, number)).toEqual({ kind: 'none' });
});

test('an enlarged one is the drawing that it was, and without that its kind alone is told', async () => {
  const drawn = { job: 'one', seed: 7, pet: biscuit };
  const upscaled = recordOf(
    'large',
    'upscale',
    { picture: blob('1'), factor: 4, drawn },
    { picture: blob('9'), width: 512, height: 512 },
  );
  // It is no younger than what it shows, or is anybody's guess.
  const older = { ...imagine('one', ['1']), createdAt: new Date(3) };
  expect(await made([upscaled, older], 'large')).toMatchObject({
    madeAt: new Date(3),
    source: 'drawn',
    picture: blob('9'),
    alt: 'dog in the snow',
    pets: [biscuit],
  });
  expect(await made([upscaled], 'large')).toMatchObject({ alt: 'dog', madeAt: undefined });
});

test('an edit tells whether it began with a photo, however often it was edited since', async () => {
  const ofPhoto = edit('first', {}, { before: blob('a') });
  const again = edit('again', { from: { name: 'edit', job: 'first', number: 1 } }, { before: blob('4') });
  const ofDrawing = edit('drawn', { from: { name: 'imagine', job: 'one', number: 1 } });
  const pet = { ...biscuit, name: 'Biscuit' };
  const records = [ofPhoto, again, ofDrawing, edit('pet', { pet }, { targetPrompt: 'a photo of {pet}' })];
  expect(await made(records, 'first')).toMatchObject({ source: 'edits', isOfPhoto: true, before: blob('a') });
  expect(await made(records, 'again')).toMatchObject({ isOfPhoto: true, before: blob('a') });
  expect(await made(records, 'drawn')).toMatchObject({ isOfPhoto: false });
  expect(await made(records, 'pet')).toMatchObject({ alt: 'a photo of dog', pets: [pet] });
  // What nobody knows any more was a photo.
  expect(await made([again], 'again')).toMatchObject({ isOfPhoto: true, before: blob('4') });
});

test('what has not ended well, or shows no picture, is none', async () => {
  const unfinished = recordOf('busy', 'imagine', { prompt: 'a', count: 1, seed: 1 });
  const trained = recordOf('pet', 'train-pet', {}, { previews: [blob('1')] });
  for (const record of [unfinished, trained]) expect(await find([record], record.id)).toEqual({ kind: 'none' });
});
