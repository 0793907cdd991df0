import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawPhoto } from '#test/helpers/photos.js';
import { composeComparison } from '#workers/jobs/comparison.js';

const sizeOf = async (bytes: Uint8Array) => {
  const { format, width, height } = await sharp(bytes).metadata();
  return [format, width, height];
};
const photos = (count: number, width: number, height: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => drawPhoto(index, width, height)));

test('pictures stand side by side, wide ones below each other, and large ones are made smaller', async () => {
  expect(await sizeOf(await composeComparison(await photos(2, 100, 80)))).toEqual(['jpeg', 232, 80]);
  expect(await sizeOf(await composeComparison(await photos(4, 100, 80)))).toEqual(['jpeg', 448, 80]);
  expect(await sizeOf(await composeComparison(await photos(2, 200, 80)))).toEqual(['jpeg', 200, 192]);
  expect(await sizeOf(await composeComparison(await photos(2, 4096, 4096)))).toEqual(['jpeg', 2080, 1024]);
  expect(await sizeOf(await composeComparison(await photos(2, 16, 16)))).toEqual(['jpeg', 64, 16]);
});

test.each([
  ['to the right', 100, 80],
  ['down', 200, 80],
])('an arrow leads %s from the picture before to the one after, and no further', async (_, width, height) => {
  const darkestIn = async (bytes: Uint8Array, left: number, top: number, gapWidth: number, gapHeight: number) => {
    const { data } = await sharp(bytes)
      .extract({ left, top, width: gapWidth, height: gapHeight })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return Math.min(...data);
  };
  const composed = await composeComparison(await photos(3, width, height));
  const isStacked = width > 1.8 * height;
  const gap = (start: number, size: number) =>
    isStacked
      ? darkestIn(composed, 0, start + 3, width, size - 6)
      : darkestIn(composed, start + 3, 0, size - 6, height);
  const side = isStacked ? height : width;
  expect(await gap(side, 32)).toBeLessThan(80);
  expect(await gap(2 * side + 32, 8)).toBeGreaterThan(200);
});
