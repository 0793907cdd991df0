import { luminanceOf } from '#src/photos/coach/plane.js';
import { hashOf } from '#src/photos/coach/similarity.js';
import { sharp } from './sharp.js';

/** More pixels say nothing more about it. */
const maxSide = 256;

/**
 * What one of our own pictures is recognised by, as the photo coach does it.
 * @returns 64 bits as 16 hexadecimal digits: pictures that look alike differ in few of them
 */
export async function hashPicture(bytes: Uint8Array): Promise<string> {
  const { data, info } = await sharp(bytes)
    .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const halves = hashOf(luminanceOf({ width: info.width, height: info.height, data }));
  return halves.map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
