import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '#src/core/package-root.js';
import { withProfile } from '#src/photos/decoder/jpeg-profile.js';
import { normalisePhoto, openPhoto } from '#src/photos/decoder/open-photo.js';
import { adobeRgbProfile, iccProfileOf, primariesOf } from '#src/photos/heic/icc-profile.js';
import { nclxBox, profileBox, rebuiltHeic } from '#test/helpers/heic-files.js';
import { restartJpeg } from '#test/helpers/restart-jpeg.js';

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

describe('a JPEG with restart markers', () => {
  const shades = Array.from({ length: 12 * 10 }, (_, index) => (index * 37) % 256);
  const whole = restartJpeg(shades, 12, 5);

  test('is taken with all its blocks, with an end marker or without', async () => {
    for (const bytes of [whole, whole.subarray(0, -2), Buffer.concat([whole, garbage])]) {
      const pixels = await pixelsOf(bytes);
      const found = shades.map(
        (_, index) => pixels[3 * (96 * (8 * Math.floor(index / 12) + 4) + 8 * (index % 12) + 4)]!,
      );
      expect(found.every((shade, index) => Math.abs(shade - shades[index]!) <= 2)).toBe(true);
    }
  });

  test('is refused where a stretch between two of them is missing, or the end', async () => {
    const [first, second] = placesOf(Buffer.from([0xff, 0xd3]), whole);
    const next = whole.indexOf(Buffer.from([0xff, 0xd4]), first);
    await expect(keep(Buffer.concat([whole.subarray(0, first), whole.subarray(next)]))).rejects.toThrow('photoBroken');
    await expect(keep(whole.subarray(0, second))).rejects.toThrow('photoBroken');
  });
});

test('a HEIC of tiles is put together', async () => {
  const layout = { columns: 3, rows: 2, width: 700, height: 300 };
  const tiled = await keep(rebuiltHeic(caseOf('21-p3.heic'), { layout }));
  expect(tiled).toMatchObject({ width: 700, height: 300 });
  const part = (left: number) => sharp(tiled.jpeg).extract({ left, top: 0, width: 180, height: 180 }).raw().toBuffer();
  const [one, other] = [await part(0), await part(256)];
  expect(one.reduce((sum, value, at) => sum + Math.abs(value - other[at]!), 0) / one.length).toBeLessThan(1);
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

  /** Notes of a camera in which the one thing said is the interoperability index. */
  const withIndex = (jpeg: Buffer, index: string) => {
    const directory = (tag: number, type: number, count: number, value: Buffer) => {
      const entry = Buffer.alloc(18);
      entry.writeUInt16LE(1, 0);
      entry.writeUInt16LE(tag, 2);
      entry.writeUInt16LE(type, 4);
      entry.writeUInt32LE(count, 6);
      value.copy(entry, 10);
      return entry;
    };
    const notes = Buffer.concat([
      Buffer.from('Exif\0\0II*\0\x08\0\0\0', 'latin1'),
      directory(0x8769, 4, 1, Buffer.from([26, 0, 0, 0])),
      directory(0xa005, 4, 1, Buffer.from([44, 0, 0, 0])),
      directory(1, 2, 4, Buffer.from(`${index}\0`, 'latin1')),
    ]);
    const head = Buffer.from([0xff, 0xe1, 0, notes.length + 2]);
    return Buffer.concat([jpeg.subarray(0, 2), head, notes, jpeg.subarray(2)]);
  };

  // By the formulas of the spaces.
  test.each([
    ['Display P3', (jpeg: Buffer) => withProfile(jpeg, iccProfileOf(primariesOf(12)!)), [215, 93, 31]],
    ['Adobe RGB', (jpeg: Buffer) => withProfile(jpeg, adobeRgbProfile()), [227, 100, 42]],
    ['Adobe RGB that only the notes tell of', (jpeg: Buffer) => withIndex(jpeg, 'R03'), [227, 100, 42]],
    ['sRGB by the notes', (jpeg: Buffer) => withIndex(jpeg, 'R98'), [200, 100, 50]],
  ])('numbers of %s become those of sRGB', async (_, named, wanted) => {
    const plain = await sharp({ create: { width: 64, height: 64, channels: 3, background: { r: 200, g: 100, b: 50 } } })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const found = await pixelsOf(named(plain));
    for (const [channel, value] of wanted.entries()) expect(Math.abs(found[channel]! - value)).toBeLessThanOrEqual(2);
  });

  test('of a HEIC that names its colours by numbers alone, as of one with a profile', async () => {
    const heic = caseOf('cat-p3.heic');
    const named = (primaries: number) => rebuiltHeic(heic, { colour: nclxBox(primaries, 13, 6) });
    const described = rebuiltHeic(heic, { colour: profileBox(iccProfileOf(primariesOf(12)!)) });
    expect(await distance(heic, rebuiltHeic(heic, {}))).toBe(0);
    expect(await distance(named(12), described)).toBe(0);
    expect(await distance(named(1), described)).toBeGreaterThan(1);
  });

  test('of four inks, which Adobe writes upside down', async () => {
    const colours = await sharp(caseOf('20-p3.jpg')).resize(96, 96).modulate({ saturation: 0.3 }).png().toBuffer();
    const inks = await sharp(colours)
      .toColourspace('cmyk')
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    expect(await sharp(inks).metadata()).toMatchObject({ space: 'cmyk', channels: 4 });
    expect(inks.includes('Adobe')).toBe(true);
    // Inks print fewer colours than screens show; upside down it would be 75.
    expect(await distance(inks, colours)).toBeLessThan(10);
    expect(await sharp((await keep(inks)).jpeg).metadata()).toMatchObject({ space: 'srgb', channels: 3 });
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
