/** @file The resizing that the classifier was trained with: `tf.image.resizeBilinear` with `alignCorners`, on the host. */
import type { RgbImage } from '../../pipelines/image-processor.js';

/**
 * Bilinear, the corners of both pictures on each other, without smoothing.
 * @returns [side, side, 3] in 0…1
 */
export function resizeAlignedCorners({ width, height, rgb }: RgbImage, side: number): Float32Array {
  const resized = new Float32Array(side * side * 3);
  const rows = tapsOf(height, side);
  const columns = tapsOf(width, side);
  for (let y = 0; y < side; y++) {
    const top = 3 * width * rows.first[y]!;
    const bottom = 3 * width * rows.second[y]!;
    const down = rows.share[y]!;
    for (let x = 0; x < side; x++) {
      const left = 3 * columns.first[x]!;
      const right = 3 * columns.second[x]!;
      const across = columns.share[x]!;
      for (let channel = 0; channel < 3; channel++) {
        const above = rgb[top + left + channel]! * (1 - across) + rgb[top + right + channel]! * across;
        const below = rgb[bottom + left + channel]! * (1 - across) + rgb[bottom + right + channel]! * across;
        resized[3 * (y * side + x) + channel] = (above * (1 - down) + below * down) / 255;
      }
    }
  }
  return resized;
}

/** Between which two pixels each new one lies, and the share of the second. */
function tapsOf(from: number, to: number): { first: Int32Array; second: Int32Array; share: Float64Array } {
  const taps = { first: new Int32Array(to), second: new Int32Array(to), share: new Float64Array(to) };
  const step = (from - 1) / (to - 1);
  for (let index = 0; index < to; index++) {
    const first = Math.min(Math.floor(index * step), from - 1);
    taps.first[index] = first;
    taps.second[index] = Math.min(first + 1, from - 1);
    taps.share[index] = index * step - first;
  }
  return taps;
}
