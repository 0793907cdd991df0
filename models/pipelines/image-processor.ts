/**
 * @file Pixels as bytes and as the numbers that the autoencoder takes: [0, 255] ↔ [−1, 1], channels last in both.
 *
 * Reference: https://github.com/huggingface/diffusers/blob/main/src/diffusers/image_processor.py
 */
import { roundHalfToEven } from '../schedulers/timestep-spacing.js';

/** Pixels of one picture. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3], rows from the top, red first. */
  readonly rgb: Uint8Array;
}

/** [0, 255] → [−1, 1], into a new array or into `target` from `offset` on. */
export function bytesToPixels(bytes: Uint8Array, target = new Float32Array(bytes.length), offset = 0): Float32Array {
  for (let i = 0; i < bytes.length; i++) target[offset + i] = bytes[i]! / 127.5 - 1;
  return target;
}

/** [−1, 1] → [0, 255], what lies outside clamped; rounded in float32 and halves to even, as diffusers does. */
export function pixelsToBytes(pixels: Float32Array): Uint8Array {
  return Uint8Array.from(pixels, (value) => {
    const unit = Math.min(Math.max(Math.fround(value * 0.5 + 0.5), 0), 1);
    return roundHalfToEven(Math.fround(unit * 255));
  });
}

/** The pictures of a batch [rows, height, width, 3] in [−1, 1]. */
export function pixelsToImages(pixels: Float32Array, height: number, width: number): RgbImage[] {
  const size = height * width * 3;
  const rows = pixels.length / size;
  if (!Number.isInteger(rows))
    throw new RangeError(`${pixels.length} numbers are no batch of ${width}×${height} RGB pictures`);
  return Array.from({ length: rows }, (_, row) => ({
    width,
    height,
    rgb: pixelsToBytes(pixels.subarray(row * size, (row + 1) * size)),
  }));
}

/** A batch [rows, height, width, 3] in [−1, 1] of pictures that are all of one size. */
export function imagesToPixels(images: readonly RgbImage[]): Float32Array {
  const size = (images[0]?.rgb.length ?? 0) as number;
  const pixels = new Float32Array(images.length * size);
  for (const [row, { width, height, rgb }] of images.entries()) {
    if (rgb.length !== size || rgb.length !== width * height * 3) {
      throw new RangeError(`picture ${row} holds ${rgb.length} bytes: expected ${size} and ${width}×${height}×3`);
    }
    bytesToPixels(rgb, pixels, row * size);
  }
  return pixels;
}
