import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawWinnersCard } from '#src/photos/sheets/winners-card.js';

const blue = new Uint8Array(
  await sharp({ create: { width: 60, height: 60, channels: 3, background: '#2060c0' } })
    .png()
    .toBuffer(),
);

/** How many pixels of a card's left and right half are of its pictures. */
async function bluesOf(ranks: readonly number[]) {
  // The same number on both, so that nothing else tells the halves apart.
  const card = await drawWinnersCard(ranks.map((rank) => ({ rank, number: 7, picture: blue })));
  const { data, info } = await sharp(card).raw().toBuffer({ resolveWithObject: true });
  let [left, right] = [0, 0];
  for (let pixel = 0; pixel < info.width * info.height; pixel += 1) {
    const isBlue = Math.abs(data[3 * pixel]! - 0x20) < 24 && Math.abs(data[3 * pixel + 2]! - 0xc0) < 24;
    if (isBlue && pixel % info.width < info.width / 2) left += 1;
    else if (isBlue) right += 1;
  }
  return { left, right };
}

test.each([
  ['one', [1], 686],
  ['two', [1, 2], 622],
  ['three', [1, 2, 3], 686],
  ['two firsts', [1, 1], 517],
  ['two firsts and a third', [1, 1, 3], 855],
  ['two seconds', [1, 2, 2], 686],
  ['three firsts', [1, 1, 1], 348],
  ['two thirds', [1, 2, 3, 3], 1024],
  ['four firsts', [1, 1, 1, 1], 1024],
  ['nine firsts', [1, 1, 1, 1, 1, 1, 1, 1, 1], 1024],
] as const)('%s fit on a card 1024 pixels wide', async (_what, ranks, height) => {
  const card = await drawWinnersCard(ranks.map((rank, at) => ({ rank, number: at + 1, picture: blue })));
  const metadata = await sharp(card).metadata();
  expect([metadata.width, metadata.height]).toEqual([1024, height]);
});

test('two firsts look like two firsts, and a first is larger than a second', async () => {
  const tied = await bluesOf([1, 1]);
  expect(Math.abs(tied.left - tied.right)).toBeLessThan(0.01 * tied.left);
  const first = await bluesOf([1, 2]);
  expect(first.left).toBeGreaterThan(1.3 * first.right);
});

test('there is no card of nothing, nor of ten', async () => {
  await expect(drawWinnersCard([])).rejects.toThrow(RangeError);
  const ten = Array.from({ length: 10 }, (_, at) => ({ rank: 1, number: at + 1, picture: blue }));
  await expect(drawWinnersCard(ten)).rejects.toThrow(RangeError);
});
