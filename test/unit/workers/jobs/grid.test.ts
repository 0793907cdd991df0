import sharp from 'sharp';
import { expect, test } from 'vitest';
import { composeGrid } from '#workers/jobs/grid.js';

const colours = ['#ff0000', '#00ff00', '#0000ff'];

test('pictures stand in reading order, two in a row, with white between and where one is missing', async () => {
  const pictures = await Promise.all(
    colours.map((background) =>
      sharp({ create: { width: 6, height: 8, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  const { data, info } = await sharp(await composeGrid(pictures))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([16, 20]);
  const at = (x: number, y: number) => [...data.subarray((y * 16 + x) * 3, (y * 16 + x) * 3 + 3)];
  expect(at(1, 1)).toEqual([255, 0, 0]);
  expect(at(12, 1)).toEqual([0, 255, 0]);
  expect(at(1, 14)).toEqual([0, 0, 255]);
  expect(at(12, 14)).toEqual([255, 255, 255]);
  expect(at(7, 1)).toEqual([255, 255, 255]);
});
