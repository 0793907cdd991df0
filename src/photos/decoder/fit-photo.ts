import type { PhotoFrame } from '#src/core/files.js';
import { sharp } from './sharp.js';

/** A picture as JPEG, made smaller where it is too large, and with margins where it is too long. */
export async function fitPhoto(bytes: Uint8Array, { maxSide, maxRatio }: PhotoFrame): Promise<Uint8Array> {
  const picture = sharp(bytes);
  const { width, height } = await picture.metadata();
  const scale = Math.min(1, maxSide / Math.max(width, height));
  const minSide = Math.ceil((scale * Math.max(width, height)) / maxRatio);
  return picture
    .resize({
      width: Math.max(minSide, Math.round(scale * width)),
      height: Math.max(minSide, Math.round(scale * height)),
      fit: 'contain',
      background: '#ffffff',
    })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 90 })
    .toBuffer();
}
