/**
 * @file The rows of each training step, drawn from the seed and the number of the step alone: whoever resumes at step k
 * draws what an uninterrupted training would have drawn.
 */

import type { LatentPosterior } from '../pipelines/stable-diffusion-components.js';
import { createGenerator, type Generator } from '../tensors/random.js';
import { type DreamBoothRows, dreamBoothRowWeights, minSnrWeights } from './loss.js';

/** The autoencoder's normal distribution for one photo, before the scaling factor, and what the photo shows. */
export interface InstancePhoto extends LatentPosterior {
  /** [L, D] of the photo's own caption. */
  readonly embedding: Float32Array;
}

/** A picture of another subject of the class. */
export interface ClassPicture {
  /** [h, w, C], multiplied with the scaling factor. */
  readonly latents: Float32Array;
  /** [L, D] of its caption. */
  readonly embedding: Float32Array;
}

export interface DreamBoothData {
  /** [h, w, C] */
  readonly latentShape: readonly [number, number, number];
  /** The photos of the pet. */
  readonly instances: readonly InstancePhoto[];
  /** Pictures of its class; may be empty if there are no class rows. */
  readonly classPictures: readonly ClassPicture[];
  /** The autoencoder's, 0.18215 in Stable Diffusion 1.x. */
  readonly scalingFactor: number;
  /** [L, D] */
  readonly embeddingShape: readonly [number, number];
  /** ᾱ by timestep. */
  readonly alphasCumprod: ArrayLike<number>;
}

export interface DreamBoothBatchOptions extends DreamBoothRows {
  readonly seed: number | bigint;
  /** λ, the weight of the class rows. */
  readonly priorLossWeight: number;
  /** γ of Min-SNR weights; without it all timesteps count alike. */
  readonly snrGamma?: number;
  /** Standard deviation of one more noise per row and channel; 0 by default. */
  readonly noiseOffset?: number;
  /** Timesteps are drawn from [first, end); default all. */
  readonly timestepRange?: readonly [first: number, end: number];
  /** Mirrors the latents of half of the instance rows: nearly, not exactly, the latents of the mirrored photo. */
  readonly mirrorInstances?: boolean;
}

/** The inputs of one step that depend on chance. */
export interface DreamBoothBatch {
  readonly latents: Float32Array;
  readonly noise: Float32Array;
  readonly timesteps: Float32Array;
  readonly signalRates: Float32Array;
  readonly noiseRates: Float32Array;
  readonly encoderHiddenStates: Float32Array;
  readonly rowWeights: Float32Array;
}

/** @throws if sizes do not fit or rows have nothing to be filled with */
export function checkDreamBoothData(data: DreamBoothData, options: DreamBoothBatchOptions): void {
  const { latentShape, embeddingShape, instances, classPictures } = data;
  const latentSize = latentShape[0] * latentShape[1] * latentShape[2];
  const stateSize = embeddingShape[0] * embeddingShape[1];
  const check = (what: string, values: Float32Array, size: number) => {
    if (values.length !== size) throw new RangeError(`${what} has ${values.length} values, expected ${size}`);
  };
  if (options.instanceRows < 1 || instances.length === 0)
    throw new RangeError('DreamBooth needs at least one photo and one instance row');
  if (options.classRows > 0 && classPictures.length === 0)
    throw new RangeError('Class rows need pictures of the class');
  for (const { mean, std, embedding } of instances) {
    check('The mean of a photo', mean, latentSize);
    check('The deviation of a photo', std, latentSize);
    check("The embedding of a photo's caption", embedding, stateSize);
  }
  for (const { latents, embedding } of classPictures) {
    check('A class picture', latents, latentSize);
    check("The embedding of a class picture's caption", embedding, stateSize);
  }
  const [first, end] = options.timestepRange ?? [0, data.alphasCumprod.length];
  if (!(first >= 0 && first < end && end <= data.alphasCumprod.length))
    throw new RangeError(`Timesteps [${first}, ${end}) are not in the schedule`);
}

/**
 * Rows of one step: instance rows, then class rows, each with its own timestep and noise.
 * @param step from 0
 */
export function drawDreamBoothBatch(
  data: DreamBoothData,
  options: DreamBoothBatchOptions,
  step: number,
): DreamBoothBatch {
  const { latentShape, alphasCumprod } = data;
  const { instanceRows, classRows, snrGamma, noiseOffset = 0, mirrorInstances = false } = options;
  const rows = instanceRows + classRows;
  const latentSize = latentShape[0] * latentShape[1] * latentShape[2];
  const root = createGenerator(options.seed);
  const chance = root.fork(`step ${step}`);
  const [firstTimestep, endTimestep] = options.timestepRange ?? [0, alphasCumprod.length];

  const stateSize = data.embeddingShape[0] * data.embeddingShape[1];
  const encoderHiddenStates = new Float32Array(rows * stateSize);
  const latents = new Float32Array(rows * latentSize);
  const noise = new Float32Array(rows * latentSize);
  const timesteps: number[] = [];
  for (let row = 0; row < rows; row++) {
    timesteps.push(firstTimestep + chance.integer(endTimestep - firstTimestep));
    if (row < instanceRows) {
      const photo = data.instances[shuffled(root, 'instances', data.instances.length, step * instanceRows + row)]!;
      latents.set(drawInstance(data, photo, chance, mirrorInstances), row * latentSize);
      encoderHiddenStates.set(photo.embedding, row * stateSize);
    } else {
      const position = step * classRows + row - instanceRows;
      const picture = data.classPictures[shuffled(root, 'classes', data.classPictures.length, position)]!;
      latents.set(picture.latents, row * latentSize);
      encoderHiddenStates.set(picture.embedding, row * stateSize);
    }
    noise.set(drawNoise(chance, latentSize, latentShape[2], noiseOffset), row * latentSize);
  }
  const alphas = timesteps.map((timestep) => alphasCumprod[timestep]!);
  const factors = snrGamma === undefined ? undefined : minSnrWeights(alphasCumprod, timesteps, snrGamma);
  return {
    latents,
    noise,
    timesteps: Float32Array.from(timesteps),
    signalRates: Float32Array.from(alphas, Math.sqrt),
    noiseRates: Float32Array.from(alphas, (alpha) => Math.sqrt(1 - alpha)),
    encoderHiddenStates,
    rowWeights: dreamBoothRowWeights(options, options.priorLossWeight, factors),
  };
}

/** Element `position` of an endless sequence in which each run of `count` elements is a permutation of its own. */
function shuffled(root: Generator, label: string, count: number, position: number): number {
  const generator = root.fork(`${label} ${Math.floor(position / count)}`);
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = generator.integer(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order[position % count]!;
}

function drawInstance(
  data: DreamBoothData,
  { mean, std }: InstancePhoto,
  chance: Generator,
  mayMirror: boolean,
): Float32Array {
  const latents = chance.normals(mean.length);
  for (let i = 0; i < latents.length; i++) latents[i] = (mean[i]! + std[i]! * latents[i]!) * data.scalingFactor;
  return mayMirror && chance.uniform() < 0.5 ? mirrored(latents, data.latentShape) : latents;
}

function mirrored(latents: Float32Array, [height, width, channels]: readonly [number, number, number]): Float32Array {
  const result = new Float32Array(latents.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + width - 1 - x) * channels;
      result.set(latents.subarray(from, from + channels), (y * width + x) * channels);
    }
  }
  return result;
}

/** Reference: Guttenberg & CrossLabs, "Diffusion with Offset Noise" (2023). */
function drawNoise(chance: Generator, size: number, channels: number, offset: number): Float32Array {
  const noise = chance.normals(size);
  if (offset === 0) return noise;
  const shifts = chance.normals(channels);
  for (let i = 0; i < size; i++) noise[i]! += offset * shifts[i % channels]!;
  return noise;
}
