/** @file What a Stable Diffusion pipeline is made of. The functions may run anywhere; arrays are row-major, channels last. */

import type { CLIPTokenizer } from '../clip/tokenization-clip.js';
import type { SchedulerConfig } from '../schedulers/scheduler-config.js';

export interface LatentPosterior {
  /** [h, w, C] */
  readonly mean: Float32Array;
  /** [h, w, C] */
  readonly std: Float32Array;
}

export interface NoisePredictionInput {
  /** [rows, h, w, C], or [rows, h, w, 2·C] with a picture's latents, not scaled, as further channels */
  readonly latents: Float32Array;
  /** The same for all rows, 0…999. */
  readonly timestep: number;
  /** [rows, L, D]; the same array in all steps of a run. */
  readonly embeddings: Float32Array;
  /** One of the components' `rowBuckets`. */
  readonly rows: number;
}

export interface StableDiffusionComponents {
  readonly tokenizer: Pick<CLIPTokenizer, 'encodePadded' | 'encodeWithSpans'>;
  readonly schedulerConfig: SchedulerConfig;
  /** h, w, C of the latents. */
  readonly latentShape: readonly [height: number, width: number, channels: number];
  /** Pixels. */
  readonly imageSize: readonly [height: number, width: number];
  /** Latents of unit variance = latents of the autoencoder · scalingFactor. */
  readonly scalingFactor: number;
  /** Row counts that `predictNoise` takes; the largest bounds how many pictures are drawn at once. */
  readonly rowBuckets: readonly number[];
  /** [rows, L] token ids → [rows, L, D] */
  encodeText(ids: Int32Array, rows: number): Promise<Float32Array>;
  /** → [rows, h, w, C], ε or v as the scheduler's config says */
  predictNoise(input: NoisePredictionInput): Promise<Float32Array>;
  /** [rows, h, w, C] latents of the autoencoder (the scaling undone) → [rows, H, W, 3] in [−1, 1] */
  decodeLatents(latents: Float32Array, rows: number): Promise<Float32Array>;
}

/** Of a checkpoint that sees a picture beside the noise. */
export interface InstructPix2PixComponents extends StableDiffusionComponents {
  /** [H, W, 3] in [−1, 1] → the posterior's mode, [h, w, C], not scaled */
  encodeImage(pixels: Float32Array): Promise<Float32Array>;
}
