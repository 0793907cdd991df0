import { sharp } from '#src/photos/decoder/sharp.js';
import type { RgbPixels } from './plane.js';

/** A small JPEG, at most `thumbnailSide` a side. */
export interface Thumbnail {
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array;
}

export const thumbnailSide = 176;

export async function shrinkToThumbnail({ width, height, data }: RgbPixels): Promise<Thumbnail> {
  const shrunk = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: thumbnailSide, height: thumbnailSide, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 85 })
    .toBuffer({ resolveWithObject: true });
  return { width: shrunk.info.width, height: shrunk.info.height, jpeg: shrunk.data };
}
