/** @file What a Stable Diffusion pipeline is made of. The functions may run anywhere; arrays are row-major, channels last. */
import type { SchedulerConfig } from '../schedulers/scheduler-config.js';
import type { CLIPTokenizer } from '../tokenizers/tokenization-clip.js';

export interface NoisePredictionInput {
  /** [rows, h, w, C] */
  readonly latents: Float32Array;
  /** The same for all rows, 0…999. */
  readonly timestep: number;
  /** [rows, L, D]; the same array in all steps of a run. */
  readonly embeddings: Float32Array;
  /** One of the components' `rowBuckets`. */
  readonly rows: number;
}

export interface StableDiffusionComponents {
  readonly tokenizer: Pick<CLIPTokenizer, 'encodePadded'>;
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
