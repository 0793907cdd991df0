import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { PhotoAssessment } from '#src/photos/coach/assess-photos.js';
import { drawContactSheet } from '#src/photos/coach/contact-sheet.js';
import { drawNumber } from '#src/photos/sheets/digits.js';

async function photo(index: number, changes: Partial<PhotoAssessment> = {}): Promise<PhotoAssessment> {
  const jpeg = await sharp({ create: { width: 176, height: 100, channels: 3, background: '#2060c0' } })
    .jpeg()
    .toBuffer();
  return { index, doubts: [], thumbnail: { width: 176, height: 100, jpeg }, ...changes };
}

async function read(jpeg: Uint8Array) {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3)];
  return { width: info.width, height: info.height, at };
}

const near = (colour: readonly number[]) => colour.map((value) => expect.closeTo(value, -1.2));

test('twenty photos make four rows of five', async () => {
  const sheet = await drawContactSheet(await Promise.all(Array.from({ length: 20 }, (_, index) => photo(index))));
  const picture = await read(sheet.jpeg);
  expect([picture.width, picture.height]).toEqual([sheet.width, sheet.height]);
  expect([sheet.width, sheet.height]).toEqual([10 + 5 * 186, 10 + 4 * 186]);
  expect(picture.at(10 + 88, 10 + 88)).toEqual(near([0x20, 0x60, 0xc0]));
  expect(sheet.jpeg.byteLength).toBeLessThan(500_000);
});

test('doubtful photos are framed, and only they', async () => {
  const sheet = await drawContactSheet([await photo(0), await photo(1, { doubts: [{ kind: 'dark' }] })]);
  const picture = await read(sheet.jpeg);
  expect(picture.at(9, 98)).not.toEqual(near([0xe8, 0x59, 0x0c]));
  expect(picture.at(9 + 186, 98)).toEqual(near([0xe8, 0x59, 0x0c]));
});

test('a file without a picture is crossed out', async () => {
  const unusable = { kind: 'unusable', problem: { key: 'errors.photoHeic', params: {} } } as const;
  const sheet = await drawContactSheet([
    await photo(0, { doubts: [unusable as never], thumbnail: undefined }),
    await photo(1),
  ]);
  expect((await read(sheet.jpeg)).at(98, 98)).toEqual(near([0xe8, 0x59, 0x0c]));
});

test('each number looks different', async () => {
  const drawn = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const { at } = await read((await drawContactSheet([await photo(index)])).jpeg);
      return Array.from({ length: 40 * 20 }, (_, pixel) =>
        at(16 + (pixel % 40), 18 + Math.floor(pixel / 40))[0]! > 128 ? 1 : 0,
      ).join('');
    }),
  );
  expect(new Set(drawn).size).toBe(20);
  expect(drawNumber(20, 0, 0, 10, '#fff').match(/<path/g)).toHaveLength(2);
});

test('drawing the sheet does not open the way for a stranger’s SVG', async () => {
  await drawContactSheet([await photo(0)]);
  await expect(
    sharp(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')).toBuffer(),
  ).rejects.toThrow();
});

test('there is no sheet of nothing', async () => {
  await expect(drawContactSheet([])).rejects.toThrow(RangeError);
});
