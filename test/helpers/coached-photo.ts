import { assessPhoto } from '#src/photos/coach/assess-photo.js';
import type { CoachedPhoto } from '#src/photos/coach/assess-photos.js';
import { openPhoto } from '#src/photos/decoder/open-photo.js';
import type { PhotoLimits } from '#src/photos/photos.js';

/** A photo that is looked at in this process, since tests know whose it is. */
export function coachedPhoto(name: string, bytes: Uint8Array, limits: PhotoLimits, learntSide: number): CoachedPhoto {
  return { name, assess: async (earlier) => assessPhoto(await openPhoto(bytes, limits), learntSide, earlier) };
}
