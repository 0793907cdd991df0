import { expect, test } from 'vitest';
import { orNothing, PictureReader, rank } from '#models/evaluation/picture-reader.js';
import type { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';

/** Texts and pictures are points with one axis for each word. */
const axes = ['dog', 'cat', 'snow'];
const pointOf = (text: string) => Float32Array.from(axes, (axis) => (text.includes(axis) ? 1 : 0));

function readerOf(more: { canCompare?: boolean; reader?: object }) {
  const embedded: string[] = [];
  const model = {
    canCompare: more.canCompare ?? false,
    checkpoint: { configs: { reader: more.reader } },
    embedText: async (text: string) => {
      embedded.push(text);
      return pointOf(text);
    },
    embedPicture: async (pixels: Float32Array) => pixels,
    readPicture: async () => ({ kind: [{ words: 'dog', probability: 1 }] }),
  } as unknown as StableDiffusionModel;
  return { reader: new PictureReader(model), embedded };
}

test('the best fitting text comes first, and texts of several pictures are embedded once', async () => {
  const { reader, embedded } = readerOf({ canCompare: true });
  const texts = ['a cat', 'a dog', 'a dog in the snow'];
  for (const [shown, expected] of [
    ['dog snow', 'a dog in the snow'],
    ['dog', 'a dog'],
  ] as const) {
    const similarityOf = await reader.comparedWith(pointOf(shown));
    const ranked = await rank(texts, similarityOf!);
    expect(ranked[0]![0]).toBe(expected);
    expect(ranked[0]![1]).toBeCloseTo(1, 12);
    expect(ranked.at(-1)).toEqual(['a cat', 0]);
  }
  expect(embedded).toEqual(texts);
});

test('of texts that fit as well the first comes first', async () => {
  expect(await rank(['a', 'b', 'c'], async (text) => (text === 'c' ? 1 : 0))).toEqual([
    ['c', 1],
    ['a', 0],
    ['b', 0],
  ]);
  expect([orNothing([]), orNothing(['snow'])]).toEqual([[''], ['snow']]);
});

test('a checkpoint that neither reads nor compares says nothing', async () => {
  const { reader } = readerOf({});
  expect(await reader.read(pointOf('dog'))).toBeUndefined();
  expect(await reader.comparedWith(pointOf('dog'))).toBeUndefined();
  expect(await readerOf({ reader: {} }).reader.read(pointOf('dog'))).toMatchObject({ kind: [{ words: 'dog' }] });
});
