/**
 * @file How alike two pictures are where nothing should have changed.
 * Papers: Wang et al. 2004, "Image quality assessment: from error visibility to structural similarity" (SSIM);
 * Zhang et al. 2018, arXiv:1801.03924, eq. (1) (distance of deep features).
 */
import { BYTE_RANGE, decibels } from './psnr.js';

/** Whether a pixel counts: 1, or 0 where it may differ. [height, width] */
export type PixelMask = Uint8Array;

export interface ComparedPictures {
  /** [height, width, 3], 0 … 255 */
  readonly one: Uint8Array;
  readonly other: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly counted: PixelMask;
}

/** @returns decibels over the counted pixels, at most 100; NaN where none counts */
export function maskedPsnr({ one, other, counted }: ComparedPictures): number {
  let sum = 0;
  let values = 0;
  for (let pixel = 0; pixel < counted.length; pixel++) {
    if (counted[pixel] === 0) continue;
    for (let index = 3 * pixel; index < 3 * pixel + 3; index++) sum += (one[index]! - other[index]!) ** 2;
    values += 3;
  }
  if (values === 0) return Number.NaN;
  return decibels(sum / values, BYTE_RANGE);
}

/** Of the window of the paper: a Gaussian of standard deviation 1.5 in 11 × 11 pixels. */
const WINDOW_RADIUS = 5;
const WINDOW_DEVIATION = 1.5;
/** (0.01 · 255)² and (0.03 · 255)², as in the paper. */
const C1 = 6.5025;
const C2 = 58.5225;

/** SSIM of the brightness: mean of its map over the counted pixels, −1 … 1; NaN where none counts. */
export function maskedSsim({ one, other, width, height, counted }: ComparedPictures): number {
  const x = brightness(one);
  const y = brightness(other);
  const blur = (values: Float64Array) => blurred(values, width, height);
  const product = (a: Float64Array, b: Float64Array) => a.map((value, index) => value * b[index]!);
  const meanX = blur(x);
  const meanY = blur(y);
  const squareX = blur(product(x, x));
  const squareY = blur(product(y, y));
  const cross = blur(product(x, y));
  let sum = 0;
  let pixels = 0;
  for (let index = 0; index < counted.length; index++) {
    if (counted[index] === 0) continue;
    const [mx, my] = [meanX[index]!, meanY[index]!];
    const varianceX = squareX[index]! - mx * mx;
    const varianceY = squareY[index]! - my * my;
    const covariance = cross[index]! - mx * my;
    const likeness = (2 * mx * my + C1) * (2 * covariance + C2);
    sum += likeness / ((mx * mx + my * my + C1) * (varianceX + varianceY + C2));
    pixels++;
  }
  return pixels === 0 ? Number.NaN : sum / pixels;
}

/** Features of a picture at one layer of a network: [height, width, channels]. */
export interface FeatureMap {
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Squared distance of features of unit length, mean over places, summed over layers: eq. (1) of Zhang et al. with equal weights.
 * A place counts where all its pixels do; a layer without such a place is passed over.
 * @returns 0 … 4 times the number of layers; NaN where no place counts
 */
export function maskedFeatureDistance(
  one: readonly FeatureMap[],
  other: readonly FeatureMap[],
  { counted, width, height }: Pick<ComparedPictures, 'counted' | 'width' | 'height'>,
): number {
  let total = 0;
  let layers = 0;
  for (const [layer, map] of one.entries()) {
    const there = other[layer]!;
    let sum = 0;
    let places = 0;
    for (let row = 0; row < map.height; row++) {
      for (let column = 0; column < map.width; column++) {
        if (!isWholeCellCounted({ counted, width, height }, map, row, column)) continue;
        sum += unitDistance(map, there, (row * map.width + column) * map.channels);
        places++;
      }
    }
    if (places === 0) continue;
    total += sum / places;
    layers++;
  }
  return layers === 0 ? Number.NaN : total;
}

function isWholeCellCounted(
  { counted, width, height }: Pick<ComparedPictures, 'counted' | 'width' | 'height'>,
  map: FeatureMap,
  row: number,
  column: number,
): boolean {
  const [cellHeight, cellWidth] = [height / map.height, width / map.width];
  for (let y = Math.floor(row * cellHeight); y < (row + 1) * cellHeight; y++) {
    for (let x = Math.floor(column * cellWidth); x < (column + 1) * cellWidth; x++) {
      if (counted[y * width + x] === 0) return false;
    }
  }
  return true;
}

function unitDistance(one: FeatureMap, other: FeatureMap, start: number): number {
  const [a, b] = [one, other].map(({ values, channels }) => values.subarray(start, start + channels)) as [
    Float32Array,
    Float32Array,
  ];
  const [lengthA, lengthB] = [a, b].map((vector) =>
    Math.sqrt(vector.reduce((sum, value) => sum + value * value, 1e-10)),
  );
  return a.reduce((sum, value, index) => sum + (value / lengthA! - b[index]! / lengthB!) ** 2, 0);
}

/** Of ITU-R BT.601. */
function brightness(rgb: Uint8Array): Float64Array {
  return Float64Array.from(
    { length: rgb.length / 3 },
    (_, pixel) => 0.299 * rgb[3 * pixel]! + 0.587 * rgb[3 * pixel + 1]! + 0.114 * rgb[3 * pixel + 2]!,
  );
}

/** The window, with its weights renormalised where it leaves the picture. */
function blurred(values: Float64Array, width: number, height: number): Float64Array {
  const weights = Array.from({ length: 2 * WINDOW_RADIUS + 1 }, (_, index) =>
    Math.exp(-((index - WINDOW_RADIUS) ** 2) / (2 * WINDOW_DEVIATION ** 2)),
  );
  const pass = (from: Float64Array, length: number, stride: number, lines: number, lineStride: number) => {
    const result = new Float64Array(from.length);
    for (let line = 0; line < lines; line++) {
      for (let place = 0; place < length; place++) {
        let sum = 0;
        let weight = 0;
        for (let offset = -WINDOW_RADIUS; offset <= WINDOW_RADIUS; offset++) {
          const at = place + offset;
          if (at < 0 || at >= length) continue;
          sum += weights[offset + WINDOW_RADIUS]! * from[line * lineStride + at * stride]!;
          weight += weights[offset + WINDOW_RADIUS]!;
        }
        result[line * lineStride + place * stride] = sum / weight;
      }
    }
    return result;
  };
  return pass(pass(values, width, 1, height, width), height, width, width, 1);
}
