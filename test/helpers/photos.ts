import sharp from 'sharp';
import { createGenerator } from '#models/tensors/random.js';
import type { IncomingImage } from '#src/core/files.js';

const tilesPerSide = 6;

/** A photo as good as any to our checks and to the photo coach, different for each seed: tiles of all shades. */
export async function drawPhoto(seed = 0, width = 96, height = 96): Promise<Uint8Array> {
  const generator = createGenerator(seed + 1);
  const tiles = Uint8Array.from({ length: 3 * tilesPerSide ** 2 }, () => generator.integer(256));
  // Something dark and something bright in each.
  tiles.set([10, 10, 10, 240, 240, 240]);
  return new Uint8Array(
    await sharp(tiles, { raw: { width: tilesPerSide, height: tilesPerSide, channels: 3 } })
      .resize({ width, height, fit: 'fill', kernel: 'nearest' })
      .jpeg({ quality: 90 })
      .toBuffer(),
  );
}

/** The same out of focus: the coach doubts it. */
export async function drawBlurredPhoto(seed = 0): Promise<Uint8Array> {
  return new Uint8Array(
    await sharp(await drawPhoto(seed))
      .blur(5)
      .jpeg()
      .toBuffer(),
  );
}

export function incoming(bytes: Uint8Array, name = 'photo.jpg'): IncomingImage {
  return { name, read: async () => bytes };
}

export async function incomingPhotos(count: number): Promise<IncomingImage[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => incoming(await drawPhoto(index), `photo-${index + 1}.jpg`)),
  );
}
