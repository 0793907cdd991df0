/** @file How alike two pictures are, pixel by pixel. */
import type { RgbImage } from '../pipelines/image-processor.js';

/** What equal pictures get instead of infinity. */
const MAX_PSNR = 100;
/** Between black and white, in bytes. */
export const BYTE_RANGE = 255;

/**
 * Peak signal-to-noise ratio in decibels, 10·log₁₀(255² / mean squared error), at most 100.
 * @throws RangeError if the pictures differ in size
 */
export function psnr(one: RgbImage, other: RgbImage): number {
  checkSameSize(one, other);
  const squares = one.rgb.reduce((sum, value, index) => sum + (value - other.rgb[index]!) ** 2, 0);
  return decibels(squares / one.rgb.length, BYTE_RANGE);
}

/** Of a mean squared error of values that lie `range` apart at most; at most 100. */
export const decibels = (squaredError: number, range: number): number =>
  Math.min(MAX_PSNR, 10 * Math.log10(range ** 2 / squaredError));

/** A difference of this many of 255 in any channel is seen. */
const VISIBLE_DIFFERENCE = 24;

/** Share of the pixels, 0…1, that differ visibly. @throws RangeError if the pictures differ in size */
export function changedShare(one: RgbImage, other: RgbImage): number {
  checkSameSize(one, other);
  let changed = 0;
  for (let pixel = 0; pixel < one.rgb.length; pixel += 3) {
    const differs = [0, 1, 2].some(
      (channel) => Math.abs(one.rgb[pixel + channel]! - other.rgb[pixel + channel]!) >= VISIBLE_DIFFERENCE,
    );
    if (differs) changed += 1;
  }
  return changed / (one.rgb.length / 3);
}

function checkSameSize(one: RgbImage, other: RgbImage): void {
  if (one.width !== other.width || one.height !== other.height) {
    throw new RangeError(`pictures of ${one.width}×${one.height} and ${other.width}×${other.height}`);
  }
}
