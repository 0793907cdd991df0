import type { LoRALayout } from './lora-layout.js';

/** LoRA factors for sampling, in the layout of their rank bucket. */
export interface ActiveLoRA {
  readonly layout: LoRALayout;
  /** [layout.size] */
  readonly values: Float32Array;
  /** alpha / rank, times the strength. */
  readonly scale: number;
}
