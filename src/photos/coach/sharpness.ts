import { averageInto, gaussian, type Plane } from './plane.js';

/**
 * How blurred a photo is.
 *
 * The variance of the Laplacian falls with contrast and with plain backgrounds, so it calls a sharp cartoon blurred.
 * Here what is seen through a fine Gaussian is compared with the same seen through a coarser one: seen through
 * variance s², an edge blurred by σ has a slope proportional to 1/√(σ² + s²). The ratio of two slopes gives σ whatever
 * the contrast, and plain places have no say.
 */
export interface Sharpness {
  /** Blur in pixels, as the sharpest good share of the edges shows it: a soft background is no blur. */
  readonly sigma: number;
  /** Ratio of the gradient energies, fine to coarser still, in the direction where it is least, and where it is greatest. */
  readonly leastEnergyRatio: number;
  readonly greatestEnergyRatio: number;
  /** Edge pixels that were judged. */
  readonly edges: number;
}

// Central differences over two pixels act like a box filter of variance 1/3.
const fineVariance = 1 + 1 / 3;
const coarseVariance = 4 + 1 / 3;
/** More than this cannot be told apart. */
const maxSigma = 12;

/** Slope in luminance levels a pixel below which an edge could be noise, and the same as a share of the contrast. */
const minSlope = 1.2;
const minSlopeOfContrast = 0.015;
/** The strongest edges are judged, and of these the sharpest fifth decides. */
const strongestShare = 0.6;
const sharpQuantile = 0.8;
/** Squared slopes of noise alone are exponentially distributed: this share of them lies below -ln(1 - share) means. */
const quietShare = 0.2;
const directions = 24;

/** @param contrast range of the luminance, darkest to brightest, in levels */
export function measureSharpness(luminance: Plane, contrast: number): Sharpness {
  const fine = gaussian(luminance, 1);
  const coarse = gaussian(fine, Math.sqrt(3));
  const { ratios, slopes } = findEdges(fine, coarse, Math.max(minSlope, minSlopeOfContrast * contrast));
  // Variance 16, at half the size, where the same sums of squared slopes come from a quarter of the pixels.
  const halved = averageInto(coarse, Math.ceil(coarse.width / 2), Math.ceil(coarse.height / 2));
  const [least, greatest] = energyRatios(fine, gaussian(halved, Math.sqrt(3)));
  return {
    sigma: sigmaOf(sharpRatio(slopes, ratios)),
    leastEnergyRatio: least,
    greatestEnergyRatio: greatest,
    edges: slopes.length,
  };
}

/** Pixels whose coarse slope is the greatest across their edge: that slope, and how much steeper the fine one is. */
function findEdges(fine: Plane, coarse: Plane, floor: number): { slopes: number[]; ratios: number[] } {
  const { width, height } = coarse;
  const slopes: number[] = [];
  const ratios: number[] = [];
  const noise = noiseOf(fine);
  const squaredSlope = (data: Float32Array, at: number) =>
    ((data[at + 1]! - data[at - 1]!) ** 2 + (data[at + width]! - data[at - width]!) ** 2) / 4;
  // Two more pixels at the border: what a crop cuts through is no edge.
  for (let y = 3; y < height - 3; y++) {
    for (let x = 3; x < width - 3; x++) {
      const at = y * width + x;
      const dx = (coarse.data[at + 1]! - coarse.data[at - 1]!) / 2;
      const dy = (coarse.data[at + width]! - coarse.data[at - width]!) / 2;
      const squared = dx * dx + dy * dy;
      if (squared < floor * floor) continue;
      const slope = Math.sqrt(squared);
      const across = Math.round(dx / slope) + Math.round(dy / slope) * width;
      if (squared < squaredSlope(coarse.data, at + across) || squared < squaredSlope(coarse.data, at - across))
        continue;
      slopes.push(slope);
      ratios.push(Math.sqrt(Math.max(0, squaredSlope(fine.data, at) - noise)) / slope);
    }
  }
  return { slopes, ratios };
}

/** Mean squared slope that the grain alone causes, from the quietest places. */
function noiseOf({ width, height, data }: Plane): number {
  const squares: number[] = [];
  for (let y = 1; y < height - 1; y += 3) {
    for (let at = y * width + 1; at < y * width + width - 1; at += 3) {
      squares.push(((data[at + 1]! - data[at - 1]!) ** 2 + (data[at + width]! - data[at - width]!) ** 2) / 4);
    }
  }
  const quiet = Float32Array.from(squares).sort()[Math.floor(quietShare * squares.length)] ?? 0;
  return quiet / -Math.log(1 - quietShare);
}

function sharpRatio(slopes: readonly number[], ratios: readonly number[]): number {
  if (slopes.length === 0) return 0;
  const bar = Float32Array.from(slopes).sort()[Math.floor(slopes.length * (1 - strongestShare))]!;
  const judged = Float32Array.from(ratios.filter((_, index) => slopes[index]! >= bar)).sort();
  return judged[Math.min(judged.length - 1, Math.floor(judged.length * sharpQuantile))]!;
}

function sigmaOf(ratio: number): number {
  const square = ratio * ratio;
  if (square <= 1) return maxSigma;
  return Math.min(maxSigma, Math.sqrt(Math.max(0, (coarseVariance - square * fineVariance) / (square - 1))));
}

/** A moved camera takes the fine slopes in one direction only: least and greatest ratio over all directions. */
function energyRatios(fine: Plane, coarse: Plane): [number, number] {
  const above = structureTensor(fine);
  const below = structureTensor(coarse);
  let least = Number.POSITIVE_INFINITY;
  let greatest = 0;
  for (let direction = 0; direction < directions; direction++) {
    const angle = (Math.PI * direction) / directions;
    const along = ([xx, xy, yy]: Tensor) =>
      xx * Math.cos(angle) ** 2 + 2 * xy * Math.cos(angle) * Math.sin(angle) + yy * Math.sin(angle) ** 2;
    const energy = along(below);
    if (energy <= 0) continue;
    least = Math.min(least, along(above) / energy);
    greatest = Math.max(greatest, along(above) / energy);
  }
  return [least, greatest];
}

/** Sums of products of the slopes: xx, xy, yy. */
type Tensor = readonly [number, number, number];

function structureTensor({ width, height, data }: Plane): Tensor {
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let y = 2; y < height - 2; y++) {
    for (let at = y * width + 2; at < y * width + width - 2; at++) {
      const dx = (data[at + 1]! - data[at - 1]!) / 2;
      const dy = (data[at + width]! - data[at - width]!) / 2;
      xx += dx * dx;
      xy += dx * dy;
      yy += dy * dy;
    }
  }
  return [xx, xy, yy];
}
