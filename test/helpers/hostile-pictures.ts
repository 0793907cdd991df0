/** @file Files that are sent to do harm: small for whoever sends them, and as much work as can be for whoever reads them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { packageRoot } from '#src/core/package-root.js';
import type { PhotoFile } from '#src/platforms/web/web-client.js';
import { crc32, pngOf } from './png.js';

const MiB = 1024 * 1024;
const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [head, tail] = [Buffer.alloc(4), Buffer.alloc(4)];
  head.writeUInt32BE(data.length);
  tail.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, tail]);
}

/** Grey in 8 bits. */
function png(width: number, height: number, pixels: Buffer, before: readonly Buffer[] = []): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const end = chunk('IEND', Buffer.alloc(0));
  return Buffer.concat([signature, chunk('IHDR', header), ...before, chunk('IDAT', pixels), end]);
}

/** A whole picture of as many pixels as are allowed, which are all black. */
function pngOfManyPixels(width = 6200, height = 6200): Uint8Array {
  return png(width, height, deflateSync(Buffer.alloc((width + 1) * height), { level: 9 }));
}

/** Small, but what its pixels are packed in holds far more than those. */
export const pngOfEndlessPixels = () => png(96, 96, deflateSync(Buffer.alloc(64 * MiB), { level: 9 }));

/** Notes and a colour profile that are a thousand times larger than their file. */
function pngOfLargeNotes(): Uint8Array {
  const packed = deflateSync(Buffer.alloc(64 * MiB), { level: 9 });
  const named = (name: string) => Buffer.concat([Buffer.from(`${name}\0\0`, 'latin1'), packed]);
  const notes = Array.from({ length: 4 }, (_, index) => chunk('zTXt', named(`note ${index}`)));
  return png(96, 96, deflateSync(Buffer.alloc(97 * 96)), [chunk('iCCP', named('profile')), ...notes]);
}

/** Of many pixels, each of which is told again and again. */
async function jpegOfManyScans(scans: number, side = 6000): Promise<Uint8Array> {
  const jpeg = await sharp({ create: { width: side, height: side, channels: 3, background: '#808080' } })
    .toColourspace('b-w')
    .jpeg({ progressive: true })
    .toBuffer();
  const last = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));
  const scan = jpeg.subarray(last, -2);
  return Buffer.concat([jpeg.subarray(0, last), ...Array.from({ length: scans }, () => scan), jpeg.subarray(-2)]);
}

/** Millions of comments without a word. */
const jpegOfManySegments = (bytes: number) =>
  Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(bytes, Buffer.from([0xff, 0xfe, 0, 2]))]);

/** Says that it is far larger than it is, everywhere where it says how large it is. */
async function heicOfHugeSides(): Promise<Uint8Array> {
  const heic = await readFile(join(packageRoot, 'test/golden/data/photos/sideways.heic'));
  const name = Buffer.from('ispe');
  for (let at = heic.indexOf(name); at >= 0; at = heic.indexOf(name, at + 4)) {
    heic.writeUInt32BE(60_000, at + 8);
    heic.writeUInt32BE(60_000, at + 12);
  }
  return heic;
}

/** Whole up to its pixels, which are nonsense. */
async function heicOfNonsense(): Promise<Uint8Array> {
  const heic = await readFile(join(packageRoot, 'test/golden/data/photos/sideways.heic'));
  return heic.fill(0x5a, heic.indexOf('mdat') + 4);
}

/** Markup without an end, of which an expression that tries all ways would never be done. */
export const svgish = (bytes: number) => Buffer.from(`${'<!---->\uFEFF'.repeat(bytes)}`).subarray(0, bytes);

/** Twelve at once, of all kinds. */
export async function hostilePictures(): Promise<PhotoFile[]> {
  return [
    { name: 'pixels.png', bytes: pngOfManyPixels() },
    { name: 'endless.png', bytes: pngOfEndlessPixels() },
    { name: 'notes.png', bytes: pngOfLargeNotes() },
    { name: 'claims.png', bytes: pngOf(2 ** 31 - 1, 2 ** 31 - 1) },
    { name: 'scans.jpg', bytes: await jpegOfManyScans(2000) },
    { name: 'segments.jpg', bytes: jpegOfManySegments(8 * MiB) },
    { name: 'huge.heic', bytes: await heicOfHugeSides() },
    { name: 'nonsense.heic', bytes: await heicOfNonsense() },
    { name: 'short.svg', bytes: svgish(210) },
    { name: 'long.svg', bytes: svgish(100_000) },
    { name: `${'\u0301\u202E'.repeat(400)}.png`, bytes: pngOfEndlessPixels() },
    { name: 'pixels-again.png', bytes: pngOfManyPixels(6100, 6100) },
  ];
}
