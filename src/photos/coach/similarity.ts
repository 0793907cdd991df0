import { averageInto, gaussian, type Plane, type RgbPixels } from './plane.js';

/**
 * Near duplicates in two steps: a perceptual hash proposes pairs generously and cheaply, a comparison that looks for
 * the crop of the one that the other shows confirms them. The hash alone cannot: a slight crop changes as many bits
 * as another photo of the same cat on the same sofa.
 */
export interface Fingerprint {
  /** Signs of the lowest 64 frequencies against their median, as two 32-bit halves. */
  readonly hash: readonly [number, number];
  /** The picture squeezed to a square, without what varies slowly: [side, side]. */
  readonly detail: Plane;
  readonly colour: readonly [number, number, number];
}

const hashSide = 32;
const frequencies = 8;
const detailSide = 40;
/** Of 64 bits; different photos differ in 32 on average. */
const maxHashDistance = 22;
const minCorrelation = 0.85;
/** Blocks a side that are compared one by one, because an animal that moved is a small part of its room. */
const blocks = 5;
const minBlockCorrelation = 0.6;
const minAgreeingShare = 0.9;
/** At most this share is cut off at each side of a slight crop. */
const maxCut = 0.14;
const cutSteps = [0.05, 0.025, 0.0125, 0.006];
const maxRounds = 6;
/** Detail with less variance is noise on a plain surface. */
const minVariance = 2;
const maxColourDistance = 8;

export function fingerprintOf(luminance: Plane, { data }: RgbPixels): Fingerprint {
  const colour: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < data.length; at++) colour[at % 3]! += data[at]!;
  for (let channel = 0; channel < 3; channel++) colour[channel]! /= data.length / 3;
  const small = averageInto(luminance, detailSide, detailSide);
  const slow = gaussian(small, 4);
  const detail = { ...small, data: small.data.map((value, at) => value - slow.data[at]!) };
  return { hash: hashOf(luminance), detail, colour };
}

/** The discrete cosine transform's lowest 8 × 8 coefficients, the constant one left out for the next in the first row. */
export function hashOf(luminance: Plane): readonly [number, number] {
  const square = averageInto(luminance, hashSide, hashSide);
  const coefficients = new Float32Array(frequencies * frequencies);
  for (let v = 0; v < frequencies; v++) {
    for (let u = 0; u < frequencies; u++) {
      const horizontal = v === 0 && u === 0 ? frequencies : u;
      let sum = 0;
      for (let y = 0; y < hashSide; y++) {
        for (let x = 0; x < hashSide; x++) {
          sum += square.data[y * hashSide + x]! * cosine(horizontal, x) * cosine(v, y);
        }
      }
      coefficients[v * frequencies + u] = sum;
    }
  }
  const median = Float32Array.from(coefficients).sort()[coefficients.length >> 1]!;
  const halves: [number, number] = [0, 0];
  coefficients.forEach((value, bit) => {
    if (value > median) halves[bit >> 5]! |= 1 << (bit & 31);
  });
  return halves;
}

const cosines = Float32Array.from({ length: (frequencies + 1) * hashSide }, (_, at) =>
  Math.cos((Math.PI * Math.floor(at / hashSide) * ((at % hashSide) + 0.5)) / hashSide),
);

function cosine(frequency: number, position: number): number {
  return cosines[frequency * hashSide + position]!;
}

/** Bits that differ, 0 to 64. */
export function hashDistance(a: Fingerprint['hash'], b: Fingerprint['hash']): number {
  return countBits(a[0] ^ b[0]) + countBits(a[1] ^ b[1]);
}

function countBits(word: number): number {
  let bits = 0;
  for (let rest = word >>> 0; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}

export function areNearDuplicates(a: Fingerprint, b: Fingerprint): boolean {
  const plain = [a, b].filter(({ detail }) => varianceOf(detail.data) < minVariance).length;
  if (plain === 1) return false;
  if (plain === 2) return a.colour.every((value, channel) => Math.abs(value - b.colour[channel]!) < maxColourDistance);
  if (hashDistance(a.hash, b.hash) > maxHashDistance) return false;
  return showsPartOf(a.detail, b.detail) || showsPartOf(b.detail, a.detail);
}

/** Whether `part` is `whole` or a slight crop of it, everywhere. */
function showsPartOf(whole: Plane, part: Plane): boolean {
  const { correlation, cuts } = bestCrop(whole, part);
  return correlation >= minCorrelation && agreeingShare(cropOf(whole, cuts), part.data) >= minAgreeingShare;
}

/** Of the structure in the pictures, the share in blocks that agree. */
function agreeingShare(a: Float32Array, b: Float32Array): number {
  const side = detailSide / blocks;
  let agreeing = 0;
  let total = 0;
  for (let block = 0; block < blocks * blocks; block++) {
    const pick = (data: Float32Array) =>
      Float32Array.from({ length: side * side }, (_, at) => {
        const y = Math.floor(block / blocks) * side + Math.floor(at / side);
        return data[y * detailSide + (block % blocks) * side + (at % side)]!;
      });
    const [ofA, ofB] = [pick(a), pick(b)];
    const structure = Math.sqrt(Math.max(varianceOf(ofA), varianceOf(ofB)));
    total += structure;
    if (correlate(ofA, ofB) >= minBlockCorrelation) agreeing += structure;
  }
  return agreeing / total;
}

/** Left, top, right and bottom, as shares cut off. */
type Cuts = readonly [number, number, number, number];

/** The crop of `whole` that fits `part` best, found by descent from no crop. */
function bestCrop(whole: Plane, part: Plane): { correlation: number; cuts: Cuts } {
  let cuts: Cuts = [0, 0, 0, 0];
  let best = correlate(whole.data, part.data);
  for (const step of cutSteps) {
    for (let improved = true, round = 0; improved && round < maxRounds; round++) {
      improved = false;
      for (let side = 0; side < 4; side++) {
        for (const change of [step, -step]) {
          const tried = cuts.map((cut, at) => (at === side ? cut + change : cut)) as unknown as Cuts;
          if (tried[side]! < 0 || tried[side]! > maxCut) continue;
          const value = correlate(cropOf(whole, tried), part.data);
          if (value <= best) continue;
          best = value;
          cuts = tried;
          improved = true;
        }
      }
    }
  }
  return { correlation: best, cuts };
}

/** What is left within the cuts, stretched to the full square. */
function cropOf(whole: Plane, [left, top, right, bottom]: Cuts): Float32Array {
  const side = detailSide;
  const cropped = new Float32Array(side * side);
  const sourceAt = (index: number, from: number, to: number) =>
    Math.min(side - 1, Math.max(0, side * from + (index + 0.5) * (1 - from - to) - 0.5));
  for (let y = 0; y < side; y++) {
    const sourceY = sourceAt(y, top, bottom);
    const y0 = Math.min(side - 2, Math.floor(sourceY));
    const fy = sourceY - y0;
    for (let x = 0; x < side; x++) {
      const sourceX = sourceAt(x, left, right);
      const x0 = Math.min(side - 2, Math.floor(sourceX));
      const fx = sourceX - x0;
      const at = y0 * side + x0;
      const upper = whole.data[at]! * (1 - fx) + whole.data[at + 1]! * fx;
      const lower = whole.data[at + side]! * (1 - fx) + whole.data[at + side + 1]! * fx;
      cropped[y * side + x] = upper * (1 - fy) + lower * fy;
    }
  }
  return cropped;
}

/** Correlation in [-1, 1]. */
function correlate(a: Float32Array, b: Float32Array): number {
  let sumA = 0;
  let sumB = 0;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  for (let at = 0; at < a.length; at++) {
    sumA += a[at]!;
    sumB += b[at]!;
    squaresA += a[at]! * a[at]!;
    squaresB += b[at]! * b[at]!;
    products += a[at]! * b[at]!;
  }
  const varianceA = squaresA - (sumA * sumA) / a.length;
  const varianceB = squaresB - (sumB * sumB) / a.length;
  if (varianceA <= 0 || varianceB <= 0) return 0;
  return (products - (sumA * sumB) / a.length) / Math.sqrt(varianceA * varianceB);
}

function varianceOf(data: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (const value of data) {
    sum += value;
    squares += value * value;
  }
  return squares / data.length - (sum / data.length) ** 2;
}
