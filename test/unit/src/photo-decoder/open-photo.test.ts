import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '#src/config.js';
import { iccProfileOf, primariesOf } from '#src/heic/icc-profile.js';
import { withProfile } from '#src/photo-decoder/jpeg-profile.js';
import { normalisePhoto, openPhoto } from '#src/photo-decoder/open-photo.js';

const limits = { maxBytes: 30_000_000, maxPixels: 64_000_000 };
const caseOf = (name: string) => readFileSync(join(packageRoot, 'test/golden/data/photos', name));
const keep = async (bytes: Uint8Array) => normalisePhoto(await openPhoto(bytes, limits), 4096);
const pixelsOf = async (bytes: Uint8Array) =>
  sharp((await keep(bytes)).jpeg)
    .raw()
    .toBuffer();
/** Comparing a million numbers one by one takes seconds. */
const digestOf = async (bytes: Uint8Array) =>
  createHash('sha256')
    .update(await pixelsOf(bytes))
    .digest('hex');
const endOfImage = Buffer.from([0xff, 0xd9]);
const startOfScan = Buffer.from([0xff, 0xda]);
const garbage = Buffer.from('garbage \xff\xff\xd8\xff and more', 'latin1');
const cutAt = (bytes: Buffer, share: number) => bytes.subarray(0, Math.floor(bytes.length * share));
const placesOf = (wanted: Buffer, bytes: Buffer) => {
  const places: number[] = [];
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) places.push(at);
  return places;
};

const kinds = ['baseline', 'progressive', 'grey', 'png', 'webp'] as const;
const photos = {} as Record<(typeof kinds)[number], Buffer>;
beforeAll(async () => {
  const picture = sharp(caseOf('03-scan-header-all-zero.jpg'), { failOn: 'none' });
  photos.baseline = await picture.clone().jpeg({ quality: 90 }).toBuffer();
  photos.progressive = await picture.clone().jpeg({ quality: 90, progressive: true }).toBuffer();
  photos.grey = await picture.clone().greyscale().jpeg().toBuffer();
  photos.png = await picture.clone().png().toBuffer();
  photos.webp = await picture.clone().webp().toBuffer();
});

describe('a photo that has all its pixels is taken', () => {
  test('without an end marker, and with a scan header of zeros', async () => {
    expect(await keep(caseOf('02-no-eoi.jpg'))).toMatchObject({ width: 640, height: 480 });
    expect(await keep(caseOf('03-scan-header-all-zero.jpg'))).toMatchObject({ width: 720, height: 540 });
  });

  test.each(kinds)('with garbage behind it: %s', async (kind) => {
    expect(await digestOf(Buffer.concat([photos[kind], garbage]))).toBe(await digestOf(photos[kind]));
  });

  test.each(['baseline', 'progressive', 'grey'] as const)('without its end: %s JPEG', async (kind) => {
    expect(await digestOf(photos[kind].subarray(0, -2))).toBe(await digestOf(photos[kind]));
    expect(await digestOf(photos[kind].subarray(0, -1))).toBe(await digestOf(photos[kind]));
  });

  test('a JPEG with bytes that belong nowhere before a marker', async () => {
    const whole = await digestOf(photos.baseline);
    const scan = photos.baseline.indexOf(startOfScan);
    for (const at of [scan, photos.baseline.length - 2]) {
      const stuffed = Buffer.concat([
        photos.baseline.subarray(0, at),
        Buffer.alloc(40, 7),
        photos.baseline.subarray(at),
      ]);
      expect(await digestOf(stuffed)).toBe(whole);
    }
  });

  test.each([1, 4, 8, 12, 16])('a PNG without the last %i bytes, which are no pixels', async (count) => {
    expect(await digestOf(photos.png.subarray(0, -count))).toBe(await digestOf(photos.png));
  });
});

describe('a photo of which a part is missing is refused', () => {
  test('a camera’s that was cut at 60 %', async () => {
    await expect(keep(caseOf('04-cut-at-60-percent.jpg'))).rejects.toThrow('photoBroken');
  });

  test.each(kinds.flatMap((kind) => [0.3, 0.6, 0.9, 0.99].map((share) => [kind, share] as const)))(
    '%s, cut at %d',
    async (kind, share) => {
      await expect(keep(cutAt(photos[kind], share))).rejects.toThrow('photoBroken');
    },
  );

  test.each(['baseline', 'progressive', 'grey'] as const)('%s JPEG, cut and given an end again', async (kind) => {
    await expect(keep(Buffer.concat([cutAt(photos[kind], 0.7), endOfImage]))).rejects.toThrow('photoBroken');
  });

  test('a progressive JPEG that ends between two of its scans, with an end or without', async () => {
    const scans = placesOf(startOfScan, photos.progressive);
    expect(scans.length).toBeGreaterThan(5);
    for (const at of scans) {
      const cut = photos.progressive.subarray(0, at);
      await expect(keep(cut)).rejects.toThrow('photoBroken');
      await expect(keep(Buffer.concat([cut, endOfImage]))).rejects.toThrow('photoBroken');
    }
  });
});

describe('colours are those of sRGB in the end', () => {
  const distance = async (one: Uint8Array, other: Uint8Array) => {
    const [a, b] = [await pixelsOf(one), await pixelsOf(other)];
    expect(a.length).toBe(b.length);
    return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length;
  };

  test.each([
    ['20-p3.jpg', '21-p3.heic', 3],
    ['cat-p3.jpg', 'cat-p3.heic', 0.5],
  ])('of %s and %s, which hold Display P3, within what compression costs', async (jpeg, heic, atMost) => {
    expect(await distance(caseOf(jpeg), caseOf(heic))).toBeLessThan(atMost);
  });

  test('numbers of Display P3 are not taken for those of sRGB', async () => {
    const plain = await sharp({ create: { width: 64, height: 64, channels: 3, background: { r: 200, g: 100, b: 50 } } })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const [r, g, b] = await pixelsOf(withProfile(plain, iccProfileOf(primariesOf(12)!)));
    // By the formulas of both spaces: 215, 93, 31.
    for (const [found, wanted] of [
      [r, 215],
      [g, 93],
      [b, 31],
    ])
      expect(Math.abs(found! - wanted!)).toBeLessThanOrEqual(2);
  });
});

test('a photo of 50 million pixels is taken, and shrunk', async () => {
  const large = await sharp({ create: { width: 8160, height: 6120, channels: 3, background: '#806040' } })
    .jpeg({ quality: 60 })
    .toBuffer();
  const { jpeg, width, height } = await keep(large);
  expect([width, height]).toEqual([8160, 6120]);
  expect(await sharp(jpeg).metadata()).toMatchObject({ width: 4096, height: 3072 });
});
