import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawPhoto } from '#test/helpers/photos.js';
import { composeComparison } from '#workers/comparison.js';

const sizeOf = async (bytes: Uint8Array) => {
  const { format, width, height } = await sharp(bytes).metadata();
  return [format, width, height];
};

test('pictures stand side by side, wide ones below each other, and large ones are made smaller', async () => {
  const photos = (count: number, width: number, height: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => drawPhoto(index, width, height)));
  expect(await sizeOf(await composeComparison(await photos(2, 100, 80)))).toEqual(['jpeg', 208, 80]);
  expect(await sizeOf(await composeComparison(await photos(4, 100, 80)))).toEqual(['jpeg', 424, 80]);
  expect(await sizeOf(await composeComparison(await photos(2, 200, 80)))).toEqual(['jpeg', 200, 168]);
  expect(await sizeOf(await composeComparison(await photos(2, 4096, 4096)))).toEqual(['jpeg', 2056, 1024]);
});
