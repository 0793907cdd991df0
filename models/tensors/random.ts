/**
 * @file Random numbers that depend on the seed alone: not on the engine, the platform or the order in which parts are built.
 *
 * Bits: xoshiro128** with its 128 bits of state filled by two outputs of splitmix64 (low word first).
 * Uniform: 53 bits of two draws, in [0, 1). Normal: Box–Muller in double precision, cosine half first, rounded to float32.
 * A fork is seeded by the parent's seed and the label, never by how much the parent has drawn.
 *
 * Reference: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", https://arxiv.org/abs/1805.01407
 * Reference: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (splitmix64).
 */

export interface Generator {
  /** The 64-bit seed of this stream. */
  readonly seed: bigint;
  /** An integer in [0, 2³²). */
  nextUint32(): number;
  /** A double in [0, 1). */
  uniform(): number;
  /** A standard normal number, representable in float32. */
  normal(): number;
  /** The next `count` results of `normal()`. */
  normals(count: number): Float32Array;
  /** An unbiased integer in [0, maxExclusive), maxExclusive ≤ 2³². */
  integer(maxExclusive: number): number;
  /** An independent stream named by the label; the same label gives the same stream again. */
  fork(label: string): Generator;
}

const TWO_POW_32 = 2 ** 32;
const GOLDEN_GAMMA = 0x9e3779b97f4a7c15n;

function mix64(value: bigint): bigint {
  let z = BigInt.asUintN(64, value);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/** FNV-1a, 64 bits, over the label's UTF-8 bytes. */
function hashLabel(label: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(label)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

class Xoshiro128 implements Generator {
  readonly seed: bigint;
  private s0: number;
  private s1: number;
  private s2: number;
  private s3: number;
  private spareNormal: number | undefined;

  constructor(seed: bigint) {
    this.seed = seed;
    const first = mix64(seed + GOLDEN_GAMMA);
    const second = mix64(seed + 2n * GOLDEN_GAMMA);
    this.s0 = Number(first & 0xffffffffn) | 0;
    this.s1 = Number(first >> 32n) | 0;
    this.s2 = Number(second & 0xffffffffn) | 0;
    this.s3 = Number(second >> 32n) | 0;
  }

  nextUint32(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.s1, 5), 7), 9);
    const shifted = this.s1 << 9;
    this.s2 ^= this.s0;
    this.s3 ^= this.s1;
    this.s1 ^= this.s2;
    this.s0 ^= this.s3;
    this.s2 ^= shifted;
    this.s3 = rotateLeft(this.s3, 11);
    return result >>> 0;
  }

  uniform(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  normal(): number {
    if (this.spareNormal !== undefined) {
      const spare = this.spareNormal;
      this.spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.spareNormal = Math.fround(radius * Math.sin(angle));
    return Math.fround(radius * Math.cos(angle));
  }

  normals(count: number): Float32Array {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = this.normal();
    return values;
  }

  integer(maxExclusive: number): number {
    if (!Number.isInteger(maxExclusive) || maxExclusive < 1 || maxExclusive > TWO_POW_32) {
      throw new RangeError(`integer(maxExclusive) needs an integer from 1 to 2^32, got ${maxExclusive}`);
    }
    // Draws from the last, incomplete block of the 2³² values would favour small results.
    const limit = TWO_POW_32 - (TWO_POW_32 % maxExclusive);
    let value = this.nextUint32();
    while (value >= limit) value = this.nextUint32();
    return value % maxExclusive;
  }

  fork(label: string): Generator {
    return new Xoshiro128(mix64(mix64(this.seed + GOLDEN_GAMMA) ^ hashLabel(label)));
  }
}

/** A generator for a seed: any integer; its lowest 64 bits (two's complement) count. */
export function createGenerator(seed: number | bigint): Generator {
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
    throw new RangeError(`a seed must be an integer that a double holds exactly (or a bigint), got ${seed}`);
  }
  return new Xoshiro128(BigInt.asUintN(64, BigInt(seed)));
}
