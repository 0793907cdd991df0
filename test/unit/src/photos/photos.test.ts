import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { en } from '#locales/en/index.js';
import { type BlobKey, blobKeyOf } from '#src/core/blob-key.js';
import type { BlobStore } from '#src/core/blob-store.js';
import { UserError } from '#src/core/errors.js';
import type { IncomingImage } from '#src/core/files.js';
import { translateWith } from '#src/core/locale.js';
import { packageRoot } from '#src/core/package-root.js';
import { sniffFormat } from '#src/core/photo-format.js';
import { coachServiceFor } from '#src/photos/coach/coach-service.js';
import { openPhoto } from '#src/photos/decoder/open-photo.js';
import { PhotoDecoder } from '#src/photos/decoder/photo-decoder.js';
import { sharp as guarded } from '#src/photos/decoder/sharp.js';
import { drawPhoto, incoming } from '#test/helpers/photos.js';
import { crc32, pngOf } from '#test/helpers/png.js';

let stored: Map<BlobKey, Uint8Array>;
let blobs: BlobStore;
beforeEach(() => {
  stored = new Map();
  blobs = {
    async put(bytes) {
      const key = blobKeyOf(bytes);
      stored.set(key, bytes);
      return key;
    },
    putStream: () => Promise.reject(new Error('not asked for here')),
    get: async (key) => stored.get(key)!,
    has: async (key) => stored.has(key),
    delete: async (key) => void stored.delete(key),
  };
});

const decoder = new PhotoDecoder({ maxProcesses: 2, maxMemoryBytes: 2 ** 30, maxWorkMs: 60_000, timeoutMs: 60_000 });
afterAll(() => decoder.stop());
const person = { platform: 'web', id: 'a', name: 'Anna' } as const;

const limits = { maxBytes: 200_000, maxPixels: 1_000_000 };
const keep = async (...images: IncomingImage[]) => {
  const { photos } = await coachServiceFor({ blobs, limits, learntSide: 64, decode: decoder.for(person) }).judge(
    images,
    [],
    {
      min: images.length,
      max: 20,
    },
  );
  return photos.map(({ blob }) => blob!);
};
const refusal = async (image: IncomingImage): Promise<string> => {
  try {
    await keep(image);
  } catch (error) {
    if (error instanceof UserError) return error.details.map((detail) => translateWith(en, detail)).join('\n');
    throw error;
  }
  throw new Error('the photo was accepted');
};

describe('good photos', () => {
  test('JPEG, PNG and WebP are kept, in order, whatever they are called', async () => {
    const image = sharp({
      create: { width: 80, height: 70, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0.5 } },
    });
    const keys = await keep(
      incoming(await drawPhoto(1), 'one.txt'),
      incoming(new Uint8Array(await image.png().toBuffer()), 'two.jpg'),
      incoming(new Uint8Array(await image.webp().toBuffer()), 'three'),
    );
    expect(keys).toHaveLength(3);
    for (const key of keys) expect((await sharp(stored.get(key)!).metadata()).format).toBe('jpeg');
  });

  test('a photo is turned upright and its metadata is gone', async () => {
    const lying = await sharp({ create: { width: 100, height: 70, channels: 3, background: '#336699' } })
      .withExif({ IFD0: { Artist: 'Somebody' }, IFD3: { GPSLatitudeRef: 'N' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const [key] = await keep(incoming(new Uint8Array(lying)));
    const metadata = await sharp(stored.get(key!)!).metadata();
    expect([metadata.width, metadata.height]).toEqual([70, 100]);
    expect(metadata.exif).toBeUndefined();
    expect(metadata.orientation).toBeUndefined();
    expect(Buffer.from(stored.get(key!)!).includes('Somebody')).toBe(false);
  });
});

test('a HEIC from a telephone is kept upright, and its pixels count like any other’s', async () => {
  const heic = readFileSync(join(packageRoot, 'test/golden/data/photos/sideways.heic'));
  const [key] = await keep(incoming(heic, 'IMG_0001.HEIC'));
  const { data, info } = await sharp(stored.get(key!)!).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([120, 160]);
  const at = 3 * (120 * 40 + 30);
  expect([...data.subarray(at, at + 3)].map((value) => Math.round(value / 255))).toEqual([0, 1, 0]);
  const huge = Buffer.from(heic);
  huge.writeUInt32BE(40_000, huge.indexOf('ispe') + 8);
  expect(await refusal(incoming(huge, 'a.heic'))).toBe(
    'Photo 1 (a.heic) has too many pixels (120 × 40000): at most 1 million.',
  );
});

describe('bad photos, each with its sentence', () => {
  test('0 bytes', async () => {
    expect(await refusal(incoming(new Uint8Array(), 'a.jpg'))).toBe('Photo 1 (a.jpg) is empty.');
  });

  test('text called .jpg', async () => {
    expect(await refusal(incoming(new TextEncoder().encode('not a photo'), 'a.jpg'))).toMatch('is not a picture');
  });

  test('a truncated PNG and a truncated JPEG', async () => {
    const noise = await sharp({
      create: {
        width: 200,
        height: 200,
        channels: 3,
        background: '#000',
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    })
      .png()
      .toBuffer();
    expect(await refusal(incoming(new Uint8Array(noise.subarray(0, noise.length >> 1)), 'a.png'))).toMatch(
      'damaged or incomplete',
    );
    const jpeg = await sharp(noise).jpeg().toBuffer();
    expect(await refusal(incoming(new Uint8Array(jpeg.subarray(0, jpeg.length >> 1)), 'a.jpg'))).toMatch(
      'damaged or incomplete',
    );
    expect(await refusal(incoming(new Uint8Array(noise.subarray(0, 20)), 'a.png'))).toMatch('damaged or incomplete');
  });

  test('30 000 × 30 000 pixels, refused before decoding', async () => {
    expect(await refusal(incoming(pngOf(30_000, 30_000), 'bomb.png'))).toBe(
      'Photo 1 (bomb.png) has too many pixels (30000 × 30000): at most 1 million.',
    );
    const started = performance.now();
    await expect(openPhoto(pngOf(30_000, 30_000), limits)).rejects.toThrow('photoTooManyPixels');
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('too many bytes, by claim, by content, and by a reader that stops', async () => {
    const unread: IncomingImage = {
      name: 'a.jpg',
      claimedBytes: 1e9,
      read: () => Promise.reject(new Error('must not be read')),
    };
    expect(await refusal(unread)).toBe('Photo 1 (a.jpg) is too large: at most 0.2 MB.');
    expect(await refusal(incoming(new Uint8Array(300_000), 'a.jpg'))).toMatch('too large');
    expect(await refusal({ name: 'a.jpg', read: () => Promise.reject(new RangeError('too many bytes')) })).toMatch(
      'too large',
    );
  });

  test('GIF, HEIC, SVG, AVIF, TIFF', async () => {
    const ascii = (text: string) => new Uint8Array(Buffer.from(text.padEnd(64, '\0'), 'latin1'));
    expect(await refusal(incoming(ascii('GIF89a'), 'a.jpg'))).toMatch('is a GIF');
    expect(await refusal(incoming(ascii('\0\0\0\x18ftypheic'), 'a.heic'))).toMatch('is HEIC');
    expect(await refusal(incoming(ascii('\0\0\0\x18ftypmif1'), 'a.jpg'))).toMatch('is HEIC');
    expect(
      await refusal(
        incoming(ascii('<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"/>'), 'a.png'),
      ),
    ).toMatch('SVG');
    expect(await refusal(incoming(ascii('\0\0\0\x18ftypavif'), 'a.avif'))).toMatch('AVIF');
    expect(await refusal(incoming(ascii('II*\0'), 'a.tif'))).toMatch('TIFF');
  });

  test('an animated WebP and an animated PNG', async () => {
    const frame = (background: string) =>
      sharp({ create: { width: 80, height: 80, channels: 3, background } })
        .png()
        .toBuffer();
    const frames = await sharp([await frame('#123456'), await frame('#654321')], { join: { animated: true } })
      .webp({ loop: 0, delay: [100, 100] })
      .toBuffer();
    expect((await sharp(frames).metadata()).pages).toBe(2);
    expect(await refusal(incoming(new Uint8Array(frames), 'a.webp'))).toMatch('is animated');
    const png = Buffer.from(pngOf(80, 80));
    const control = Buffer.from('\0\0\0\x08acTL\0\0\0\x02\0\0\0\0', 'latin1');
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(control.subarray(4)));
    const animated = Buffer.concat([png.subarray(0, 33), control, checksum, png.subarray(33)]);
    expect(await refusal(incoming(new Uint8Array(animated), 'a.png'))).toMatch('is animated');
  });

  test('too few pixels', async () => {
    expect(await refusal(incoming(await drawPhoto(1, 200, 40), 'a.jpg'))).toMatch(
      'too small (200 × 40): at least 64 × 64',
    );
  });

  test('one that cannot be fetched', async () => {
    expect(await refusal({ name: 'a.jpg', read: () => Promise.reject(new Error('410')) })).toMatch(
      'could not be fetched',
    );
  });

  test('every bad one is named in one answer, and long names are cut', async () => {
    const long = `${'x'.repeat(100)}\u202e.jpg`;
    await expect(keep(incoming(new Uint8Array(), 'a'), incoming(new Uint8Array(), long))).rejects.toMatchObject({
      details: [{ params: { number: 1, name: 'a' } }, { params: { number: 2, name: `${'x'.repeat(39)}…` } }],
    });
  });
});

test('decoders for other formats are blocked where photos are decoded, so a lie about the format cannot reach them', async () => {
  await expect(
    guarded(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')).toBuffer(),
  ).rejects.toThrow();
  expect(sniffFormat(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]))).toBe('jpeg');
});
