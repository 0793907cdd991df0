/**
 * @file Changes a picture as told, with a checkpoint whose UNet sees the picture beside the noise: no inversion, no caption.
 *
 * Paper: Brooks et al. 2023, arXiv:2211.09800 (InstructPix2Pix)
 * Reference: diffusers pipelines/stable_diffusion/pipeline_stable_diffusion_instruct_pix2pix.py
 */

import { createScheduler } from '../schedulers/create-scheduler.js';
import type { SchedulerName } from '../schedulers/scheduling-base.js';
import { concatenate } from '../tensors/concatenate.js';
import { createGenerator } from '../tensors/random.js';
import { isGuided } from './classifier-free-guidance.js';
import { encodePrompt } from './encode-prompt.js';
import { imagesToPixels, pixelsToImages, type RgbImage } from './image-processor.js';
import { NotFiniteError } from './pipeline-stable-diffusion.js';
import type { InstructPix2PixComponents } from './stable-diffusion-components.js';

export interface InstructPix2PixOptions {
  /** Of the checkpoint's own size. */
  readonly image: RgbImage;
  /** What to do, such as `turn the dog into a cat`. */
  readonly prompt: string;
  /** What to keep away from; counts only with guidance. Default ''. */
  readonly negativePrompt?: string;
  /** s_T, weight of the prompt; 1 or less: no guidance and a third of the work. Default 7.5. */
  readonly guidanceScale?: number;
  /** s_I, weight of the picture; below 1: no guidance. Default 1.5. */
  readonly imageGuidanceScale?: number;
  /** Default 20. */
  readonly steps?: number;
  /** Any integer. */
  readonly seed: number | bigint;
  /** Default DPM-Solver++(2M). */
  readonly scheduler?: SchedulerName;
  /** Noise of DDIM, 0…1. Default 0. */
  readonly eta?: number;
  /** Called after every step, 1…steps, and awaited. */
  readonly onStep?: (step: number) => void | Promise<void>;
  /** Looked at before every step and before decoding; an abort rejects with its reason. */
  readonly signal?: AbortSignal;
}

export interface InstructPix2PixResult {
  readonly picture: RgbImage;
  /** [h, w, C], unit variance. */
  readonly latents: Float32Array;
  /** Prompts of which the model saw only the beginning. */
  readonly truncatedPrompts: readonly string[];
}

export class StableDiffusionInstructPix2PixPipeline {
  private readonly components: InstructPix2PixComponents;

  constructor(components: InstructPix2PixComponents) {
    this.components = components;
  }

  /** @throws RangeError for options out of range; NotFiniteError; the signal's reason (an AbortError by default) */
  async run(options: InstructPix2PixOptions): Promise<InstructPix2PixResult> {
    const { image, prompt, negativePrompt = '', guidanceScale = 7.5, imageGuidanceScale = 1.5, signal } = options;
    const { components } = this;
    // 1. check the options
    this.checkOptions(image, { guidanceScale, imageGuidanceScale, eta: options.eta ?? 0 });
    signal?.throwIfAborted();
    // 2. text
    const isThreefold = isGuided(guidanceScale) && imageGuidanceScale >= 1;
    const encoded = await Promise.all(
      [prompt, ...(isThreefold ? [negativePrompt] : [])].map(async (text) => ({
        text,
        ...(await encodePrompt(components, text)),
      })),
    );
    const [conditional, unconditional] = encoded.map(({ embedding }) => embedding);
    // 3. the picture, which is not scaled as the noisy latents are
    const picture = await components.encodeImage(imagesToPixels([image]));
    // 4. rows: prompt and picture, picture alone, neither
    const blank = new Float32Array(picture.length);
    const pictures = isThreefold ? [picture, picture, blank] : [picture];
    const embeddings = isThreefold ? concatenate([conditional!, unconditional!, unconditional!]) : conditional!;
    // 5. remove noise
    const scheduler = createScheduler(options.scheduler ?? 'DPMSolverMultistepScheduler', components.schedulerConfig);
    scheduler.setTimesteps(options.steps ?? 20);
    const generator = createGenerator(options.seed).fork('picture 0');
    const [, , channels] = components.latentShape;
    const size = picture.length;
    let latents = generator.normals(size);
    for (const [index, timestep] of scheduler.timesteps.entries()) {
      signal?.throwIfAborted();
      const predictions = await components.predictNoise({
        latents: concatenate(pictures.map((beside) => joinChannels(latents, beside, channels))),
        timestep,
        embeddings,
        rows: pictures.length,
      });
      const prediction = isThreefold ? guideThreefold(predictions, guidanceScale, imageGuidanceScale) : predictions;
      if (!prediction.every(Number.isFinite)) throw new NotFiniteError(index + 1, scheduler.timesteps.length);
      latents = scheduler.step(prediction, timestep, latents, {
        eta: options.eta ?? 0,
        drawNoise: () => generator.normals(size),
      });
      await options.onStep?.(index + 1);
    }
    // 6. decode
    signal?.throwIfAborted();
    const unscaled = latents.map((value) => value / components.scalingFactor);
    const [drawn] = pixelsToImages(await components.decodeLatents(unscaled, 1), ...components.imageSize);
    const truncatedPrompts = encoded.filter(({ truncated }) => truncated).map(({ text }) => text);
    return { picture: drawn!, latents, truncatedPrompts };
  }

  private checkOptions({ width, height }: RgbImage, numbers: Readonly<Record<string, number>> & { eta: number }): void {
    const [expectedHeight, expectedWidth] = this.components.imageSize;
    if (width !== expectedWidth || height !== expectedHeight) {
      throw new RangeError(`the picture must be ${expectedWidth}×${expectedHeight}, got ${width}×${height}`);
    }
    for (const [name, value] of Object.entries(numbers)) {
      if (!Number.isFinite(value)) throw new RangeError(`${name} must be a number, got ${value}`);
    }
    if (numbers.eta < 0 || numbers.eta > 1) throw new RangeError(`eta must be from 0 to 1, got ${numbers.eta}`);
  }
}

/** @param noisy [h, w, C] @param picture [h, w, C] @returns [h, w, 2·C] */
function joinChannels(noisy: Float32Array, picture: Float32Array, channels: number): Float32Array {
  const joined = new Float32Array(2 * noisy.length);
  for (let from = 0; from < noisy.length; from += channels) {
    joined.set(noisy.subarray(from, from + channels), 2 * from);
    joined.set(picture.subarray(from, from + channels), 2 * from + channels);
  }
  return joined;
}

/**
 * Eq. (3): ε(∅, ∅) + s_I·(ε(picture, ∅) − ε(∅, ∅)) + s_T·(ε(picture, prompt) − ε(picture, ∅)).
 * @param predictions [3, …]: prompt and picture, picture alone, neither
 */
export function guideThreefold(
  predictions: Float32Array,
  guidanceScale: number,
  imageGuidanceScale: number,
): Float32Array {
  const size = predictions.length / 3;
  return Float32Array.from({ length: size }, (_, index) => {
    const [both, picture, neither] = [0, 1, 2].map((row) => predictions[row * size + index]!) as [
      number,
      number,
      number,
    ];
    return neither + imageGuidanceScale * (picture - neither) + guidanceScale * (both - picture);
  });
}
