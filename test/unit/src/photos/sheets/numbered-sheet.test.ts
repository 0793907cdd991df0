import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawNumberedSheet } from '#src/photos/sheets/numbered-sheet.js';
import { drawSnapshot, encode } from '#test/unit/src/photos/coach/photo-maker.js';

const plain = async (colour: string, width = 60, height = 60) =>
  new Uint8Array(
    await sharp({ create: { width, height, channels: 3, background: colour } })
      .png()
      .toBuffer(),
  );

async function read(jpeg: Uint8Array) {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3)];
  return { width: info.width, height: info.height, at };
}

const near = (colour: readonly number[]) => colour.map((value) => expect.closeTo(value, -1.2));
const cells = (count: number, picture: Uint8Array) =>
  Array.from({ length: count }, (_, at) => ({ number: at + 1, picture }));

test('nine pictures make three rows of three, and a last sheet with fewer is shorter', async () => {
  const blue = await plain('#2060c0');
  const sizes = await Promise.all(
    [1, 2, 3, 4, 9].map(async (count) => {
      const { width, height } = await read(await drawNumberedSheet(cells(count, blue)));
      return [count, width, height];
    }),
  );
  expect(sizes).toEqual([
    [1, 1024, 517],
    [2, 1024, 517],
    [3, 1024, 348],
    [4, 1024, 686],
    [9, 1024, 1024],
  ]);
});

test('a picture is shown whole, in the middle of its cell, small ones enlarged', async () => {
  const [wide, blue] = [await plain('#c02020', 90, 30), await plain('#2060c0')];
  const { at } = await read(
    await drawNumberedSheet([
      { number: 1, picture: wide },
      { number: 2, picture: blue },
      { number: 3, picture: blue },
    ]),
  );
  expect(at(12 + 160, 10 + 164)).toEqual(near([0xc0, 0x20, 0x20]));
  expect(at(16, 10 + 164)).toEqual(near([0xc0, 0x20, 0x20]));
  expect(at(10 + 160, 10 + 300)).not.toEqual(near([0xc0, 0x20, 0x20]));
  expect(at(348 + 300, 10 + 300)).toEqual(near([0x20, 0x60, 0xc0]));
});

test.each(['#ffffff', '#000000'])('each number looks different on %s', async (colour) => {
  const picture = await plain(colour);
  const drawn = await Promise.all(
    [1, 2, 57, 75, 399, 400, 4999].map(async (number) => {
      const { at } = await read(await drawNumberedSheet([{ number, picture }, ...cells(2, picture)]));
      return Array.from({ length: 170 * 60 }, (_, pixel) =>
        at(20 + (pixel % 170), 22 + Math.floor(pixel / 170))[0]! > 128 ? 1 : 0,
      ).join('');
    }),
  );
  expect(new Set(drawn).size).toBe(drawn.length);
});

test('the cell of a picture that is gone is crossed out', async () => {
  const blue = await plain('#2060c0');
  const { at } = await read(await drawNumberedSheet([{ number: 1, picture: undefined }, ...cells(2, blue)]));
  expect(at(10 + 164, 10 + 164)).toEqual(near([0xe8, 0x59, 0x0c]));
});

test('nine photos take about 150 kB', async () => {
  const photos = await Promise.all(
    Array.from({ length: 9 }, async (_, at) => ({
      number: at + 1,
      picture: await encode(drawSnapshot({ width: 384, height: 384, place: at, animal: at, pose: at }), 90),
    })),
  );
  const { byteLength } = await drawNumberedSheet(photos);
  expect(byteLength).toBeGreaterThan(60_000);
  expect(byteLength).toBeLessThan(220_000);
});

test('there is no sheet of nothing, nor of ten', async () => {
  await expect(drawNumberedSheet([])).rejects.toThrow(RangeError);
  await expect(drawNumberedSheet(cells(10, await plain('#ffffff')))).rejects.toThrow(RangeError);
});
