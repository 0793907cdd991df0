/**
 * @file All factors of a LoRA in one vector, so that a compiled graph has one input for them, one for each moment, and
 * one output. Ranks are rounded up to buckets, so that few graphs serve all ranks: a factor of a smaller rank is followed
 * by zeros, which neither change the result nor receive a gradient.
 */
import type { LoRAModule } from './lora-modules.js';

export const LORA_RANK_BUCKETS: readonly number[] = [4, 8, 16, 32, 64, 128];

/** Largest rank that a LoRA may have here. */
export const MAX_LORA_RANK = LORA_RANK_BUCKETS.at(-1)!;

/** Where the factors of one module lie. */
export interface LoRASlot {
  readonly module: LoRAModule;
  /** Of `down`, [rank, in] row-major. */
  readonly downOffset: number;
  /** Of `up`, [out, rank] row-major; it follows `down`. */
  readonly upOffset: number;
}

export interface LoRALayout {
  /** The bucket: rank of every factor in the vector. */
  readonly rank: number;
  readonly slots: readonly LoRASlot[];
  /** Elements of the vector. */
  readonly size: number;
}

/** The smallest bucket that holds `rank`. */
export function rankBucket(rank: number): number {
  const bucket = LORA_RANK_BUCKETS.find((size) => size >= rank);
  if (!Number.isInteger(rank) || rank < 1 || bucket === undefined) {
    throw new RangeError(`A LoRA's rank is an integer from 1 to ${MAX_LORA_RANK}, got ${rank}`);
  }
  return bucket;
}

/** Lays the factors of `modules` out one after another. @param rank is rounded up to its bucket */
export function createLoRALayout(modules: readonly LoRAModule[], rank: number): LoRALayout {
  const bucket = rankBucket(rank);
  let size = 0;
  const slots = modules.map((module) => {
    const downOffset = size;
    const upOffset = downOffset + bucket * module.inFeatures;
    size = upOffset + module.outFeatures * bucket;
    return { module, downOffset, upOffset };
  });
  return { rank: bucket, slots, size };
}
