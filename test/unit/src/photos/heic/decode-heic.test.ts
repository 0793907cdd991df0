import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '#src/core/package-root.js';
import { decodeHeic } from '#src/photos/heic/decode-heic.js';

const bytes = readFileSync(join(packageRoot, 'test/golden/data/photos/sideways.heic'));
const maxPixels = 1_000_000;
/** The photo with its size in the container overwritten. */
const claiming = (width: number, height: number) => {
  const lying = Buffer.from(bytes);
  const size = lying.indexOf('ispe') + 8;
  lying.writeUInt32BE(width, size);
  lying.writeUInt32BE(height, size + 4);
  return lying;
};

test('a HEIC is decoded upright, with its colours', async () => {
  const photo = await decodeHeic(bytes, maxPixels);
  if (photo.kind !== 'decoded') throw new Error(photo.kind);
  expect([photo.width, photo.height, photo.rgba.length]).toEqual([120, 160, 4 * 120 * 160]);
  const colourAt = (x: number, y: number) =>
    [...photo.rgba.subarray(4 * (y * 120 + x), 4 * (y * 120 + x) + 4)].map((value) => Math.round(value / 255));
  // Turned against the clock: what was on the right is above now.
  expect(colourAt(30, 40)).toEqual([0, 1, 0, 1]);
  expect(colourAt(90, 40)).toEqual([1, 1, 1, 1]);
  expect(colourAt(30, 120)).toEqual([1, 0, 0, 1]);
  expect(colourAt(90, 120)).toEqual([0, 0, 1, 1]);
});

describe('a HEIC that lies or is damaged comes to nothing, and leaves the bot alone', () => {
  test('a huge size is refused by what the container says, without decoding', async () => {
    expect(await decodeHeic(claiming(30_000, 30_000), maxPixels)).toEqual({
      kind: 'tooManyPixels',
      width: 30_000,
      height: 30_000,
    });
  });

  test('a picture larger than the container says is not handed over', async () => {
    expect(await decodeHeic(claiming(64, 64), maxPixels)).toEqual({ kind: 'broken' });
  });

  test.each([0, 12, 64, 200, 400, 600, bytes.length - 1])('cut after %i bytes', async (length) => {
    expect(await decodeHeic(bytes.subarray(0, length), maxPixels)).toEqual({ kind: 'broken' });
  });

  test('bytes turned over at random end in an answer', async () => {
    for (let seed = 0; seed < 12; seed += 1) {
      const damaged = Buffer.from(bytes);
      for (let at = 28 + seed; at < damaged.length; at += 97) damaged[at]! ^= 0xff;
      expect((await decodeHeic(damaged, maxPixels)).kind).toMatch(/^(broken|tooManyPixels)$/);
    }
  });
});
