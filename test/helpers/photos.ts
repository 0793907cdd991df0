import sharp from 'sharp';
import type { IncomingImage } from '#src/command.js';

/** A photo as good as any to our checks, different for each seed. */
export async function drawPhoto(seed = 0, width = 96, height = 96): Promise<Uint8Array> {
  const background = { r: (seed * 53) % 256, g: (seed * 97) % 256, b: (seed * 31) % 256 };
  return new Uint8Array(
    await sharp({ create: { width, height, channels: 3, background } })
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
