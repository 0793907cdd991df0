/**
 * @file Text to pictures with Stable Diffusion 1.x: encode the prompt, remove noise step by step, decode the latents.
 *
 * Paper: High-Resolution Image Synthesis with Latent Diffusion Models, https://arxiv.org/abs/2112.10752
 * Reference: https://github.com/huggingface/diffusers/blob/main/src/diffusers/pipelines/stable_diffusion/pipeline_stable_diffusion.py
 */

import { createScheduler } from '../schedulers/create-scheduler.js';
import type { Scheduler, SchedulerName } from '../schedulers/scheduling-base.js';
import { concatenate } from '../tensors/concatenate.js';
import { createGenerator, type Generator } from '../tensors/random.js';
import { guide, isGuided } from './classifier-free-guidance.js';
import { encodePrompt } from './encode-prompt.js';
import { pixelsToImages, type RgbImage } from './image-processor.js';
import type { StableDiffusionComponents } from './stable-diffusion-components.js';

export interface StableDiffusionOptions {
  /** One prompt, or several that are drawn from the same noise; `(words:1.3)` in it are weights, see prompt-weights.ts. */
  readonly prompt: string | readonly string[];
  /** What to keep away from; counts only with guidance. Default ''. */
  readonly negativePrompt?: string;
  /** Weight w of the prompt; 1 or less: no guidance and half the work. Default 7.5. */
  readonly guidanceScale?: number;
  /** Default 20. */
  readonly steps?: number;
  /** Any integer. */
  readonly seed: number | bigint;
  /** Pictures of each prompt. Default 1. */
  readonly picturesPerPrompt?: number;
  /** Index of the first picture: picture i of a seed is the same however many are drawn with it. Default 0. */
  readonly firstPicture?: number;
  /** Default DPM-Solver++(2M). */
  readonly scheduler?: SchedulerName;
  /** Noise of DDIM, 0…1. Default 0. */
  readonly eta?: number;
  /** [pictures, h, w, C] of unit variance, instead of noise from the seed. */
  readonly latents?: Float32Array;
  /** Called after every step, and awaited. */
  readonly onProgress?: (progress: StableDiffusionProgress) => void | Promise<void>;
  /** Looked at before every step and before decoding; an abort rejects with its reason. */
  readonly signal?: AbortSignal;
}

export interface StableDiffusionProgress {
  /** Steps done, 1…steps; pictures that do not fit one batch are drawn one batch after the other. */
  readonly step: number;
  readonly steps: number;
  /** Decodes what the model now takes the pictures of the batch to be. */
  preview(): Promise<RgbImage[]>;
}

/** Everything that decides what is drawn. */
export interface StableDiffusionSettings {
  readonly prompts: readonly string[];
  readonly negativePrompt: string;
  readonly guidanceScale: number;
  readonly steps: number;
  readonly seed: bigint;
  readonly picturesPerPrompt: number;
  readonly firstPicture: number;
  readonly scheduler: SchedulerName;
  readonly eta: number;
}

export interface DrawnLatents {
  readonly prompt: string;
  /** Of the seed: `firstPicture` = index draws this picture again. */
  readonly index: number;
  /** [h, w, C], unit variance. */
  readonly latents: Float32Array;
}

export type DrawnPicture = DrawnLatents & RgbImage;

export interface StableDiffusionResult<Picture = DrawnPicture> {
  /** All pictures of the first prompt, then of the second, … */
  readonly pictures: readonly Picture[];
  readonly settings: StableDiffusionSettings;
  /** Prompts of which the model saw only the beginning. */
  readonly truncatedPrompts: readonly string[];
}

/** A picture on its way. */
interface Draft {
  readonly prompt: string;
  readonly index: number;
  readonly generator: Generator;
  readonly latents: Float32Array;
}

/** Pictures that go through the model together. */
interface Batch {
  readonly scheduler: Scheduler;
  readonly drafts: readonly Draft[];
  readonly embeddings: Float32Array;
  readonly rows: number;
}

/** The model has predicted infinities or NaN: an overflow in its weights, its LoRA or the guidance. */
export class NotFiniteError extends Error {
  constructor(step: number, steps: number) {
    super(`the noise predicted in step ${step} of ${steps} is not finite`);
    this.name = 'NotFiniteError';
  }
}

export class StableDiffusionPipeline {
  private readonly components: StableDiffusionComponents;
  private readonly latentSize: number;

  constructor(components: StableDiffusionComponents) {
    this.components = components;
    this.latentSize = components.latentShape.reduce((product, size) => product * size, 1);
  }

  /** @throws RangeError for options out of range; the signal's reason (an AbortError by default) after an abort */
  run(options: StableDiffusionOptions): Promise<StableDiffusionResult> {
    return this.draw(options, async (drawn) => {
      const images = await this.decode(concatenate(drawn.map(({ latents }) => latents)), drawn.length);
      return drawn.map((picture, row) => ({ ...picture, ...images[row]! }));
    });
  }

  /** What `run` does without decoding, which takes as long as several steps. */
  runToLatents(options: StableDiffusionOptions): Promise<StableDiffusionResult<DrawnLatents>> {
    return this.draw(options, async (drawn) => drawn);
  }

  private async draw<Picture>(
    options: StableDiffusionOptions,
    finish: (drawn: readonly DrawnLatents[]) => Promise<readonly Picture[]>,
  ): Promise<StableDiffusionResult<Picture>> {
    const { onProgress, signal } = options;
    // 1. check the options
    const settings = resolveSettings(options);
    signal?.throwIfAborted();
    // 2. noise
    const drafts = this.createDrafts(settings, options.latents);
    // 3. batches
    const batchSize = this.picturesPerBatch(settings.guidanceScale);
    const batches = Array.from({ length: Math.ceil(drafts.length / batchSize) }, (_, i) =>
      drafts.slice(i * batchSize, (i + 1) * batchSize),
    );
    // 4. text
    const { embeddings, truncatedPrompts } = await this.encodePrompts(settings);

    const steps = batches.length * settings.steps;
    const pictures: Picture[] = [];
    for (const [index, batchDrafts] of batches.entries()) {
      const batch = this.createBatch(batchDrafts, embeddings, settings);
      // 5. remove noise
      const latents = await this.removeNoise(batch, settings, {
        signal,
        onStep: (step, original) =>
          onProgress?.({
            step: index * settings.steps + step,
            steps,
            preview: () => this.decode(original(), batchDrafts.length),
          }),
      });
      // 6. decode
      signal?.throwIfAborted();
      const drawn = batchDrafts.map(({ prompt, index }, row) => ({
        prompt,
        index,
        latents: latents.slice(row * this.latentSize, (row + 1) * this.latentSize),
      }));
      pictures.push(...(await finish(drawn)));
    }
    return { pictures, settings, truncatedPrompts };
  }

  private createDrafts(settings: StableDiffusionSettings, given: Float32Array | undefined): Draft[] {
    const { prompts, picturesPerPrompt, firstPicture, seed } = settings;
    const count = prompts.length * picturesPerPrompt;
    if (given !== undefined && given.length !== count * this.latentSize) {
      throw new RangeError(`latents must hold ${count} × ${this.latentSize} numbers, got ${given.length}`);
    }
    return prompts.flatMap((prompt, promptIndex) =>
      Array.from({ length: picturesPerPrompt }, (_, i) => {
        const generator = createGenerator(seed).fork(`picture ${firstPicture + i}`);
        const noise = generator.normals(this.latentSize);
        const place = (promptIndex * picturesPerPrompt + i) * this.latentSize;
        return {
          prompt,
          index: firstPicture + i,
          generator,
          latents: given?.slice(place, place + this.latentSize) ?? noise,
        };
      }),
    );
  }

  private picturesPerBatch(guidanceScale: number): number {
    const { rowBuckets } = this.components;
    const count = Math.floor(Math.max(...rowBuckets) / (isGuided(guidanceScale) ? 2 : 1));
    if (count < 1) throw new RangeError(`guidance needs a row bucket of at least 2, got ${rowBuckets.join(', ')}`);
    return count;
  }

  /** Text embeddings [L, D] of each distinct text. */
  private async encodePrompts({ prompts, negativePrompt, guidanceScale }: StableDiffusionSettings) {
    const embeddings = new Map<string, Float32Array>();
    const truncatedPrompts: string[] = [];
    for (const text of new Set([...(isGuided(guidanceScale) ? [negativePrompt] : []), ...prompts])) {
      const { embedding, truncated } = await encodePrompt(this.components, text);
      if (truncated) truncatedPrompts.push(text);
      embeddings.set(text, embedding);
    }
    return { embeddings, truncatedPrompts };
  }

  private createBatch(
    drafts: readonly Draft[],
    embeddings: ReadonlyMap<string, Float32Array>,
    settings: StableDiffusionSettings,
  ): Batch {
    const texts = drafts.map(({ prompt }) => prompt);
    if (isGuided(settings.guidanceScale)) texts.unshift(...drafts.map(() => settings.negativePrompt));
    const rows = Math.min(...this.components.rowBuckets.filter((bucket) => bucket >= texts.length));
    const size = embeddings.get(texts[0]!)!.length;
    const batchEmbeddings = new Float32Array(rows * size);
    for (const [row, text] of texts.entries()) batchEmbeddings.set(embeddings.get(text)!, row * size);
    const scheduler = createScheduler(settings.scheduler, this.components.schedulerConfig);
    scheduler.setTimesteps(settings.steps);
    return { scheduler, drafts, embeddings: batchEmbeddings, rows };
  }

  /** → [pictures, h, w, C], unit variance */
  private async removeNoise(
    { scheduler, drafts, embeddings, rows }: Batch,
    { guidanceScale, eta, steps }: StableDiffusionSettings,
    hooks: {
      signal?: AbortSignal;
      onStep(step: number, original: () => Float32Array): void | Promise<void> | undefined;
    },
  ): Promise<Float32Array> {
    const size = drafts.length * this.latentSize;
    const drawNoise = () => concatenate(drafts.map(({ generator }) => generator.normals(this.latentSize)));
    let latents = concatenate(drafts.map((draft) => draft.latents));
    for (const [index, timestep] of scheduler.timesteps.entries()) {
      hooks.signal?.throwIfAborted();
      // Rows beyond the pictures stay zero; their predictions are not read.
      const input = new Float32Array(rows * this.latentSize);
      input.set(latents);
      if (isGuided(guidanceScale)) input.set(latents, size);
      const predictions = await this.components.predictNoise({ latents: input, timestep, embeddings, rows });
      const prediction = isGuided(guidanceScale) ? guide(predictions, guidanceScale, size) : predictions.slice(0, size);
      if (!prediction.every(Number.isFinite)) throw new NotFiniteError(index + 1, steps);
      const sample = latents;
      latents = scheduler.step(prediction, timestep, sample, { eta, drawNoise });
      await hooks.onStep(index + 1, () => scheduler.predictOriginalSample(prediction, timestep, sample));
    }
    return latents;
  }

  private async decode(latents: Float32Array, pictures: number): Promise<RgbImage[]> {
    const { scalingFactor, imageSize } = this.components;
    const unscaled = latents.map((value) => value / scalingFactor);
    const images: RgbImage[] = [];
    // One at a time: decoding takes far more memory than anything else here.
    for (let row = 0; row < pictures; row++) {
      const pixels = await this.components.decodeLatents(
        unscaled.slice(row * this.latentSize, (row + 1) * this.latentSize),
        1,
      );
      images.push(...pixelsToImages(pixels, ...imageSize));
    }
    return images;
  }
}

function resolveSettings(options: StableDiffusionOptions): StableDiffusionSettings {
  const settings = {
    prompts: typeof options.prompt === 'string' ? [options.prompt] : options.prompt,
    negativePrompt: options.negativePrompt ?? '',
    guidanceScale: options.guidanceScale ?? 7.5,
    steps: options.steps ?? 20,
    seed: createGenerator(options.seed).seed,
    picturesPerPrompt: options.picturesPerPrompt ?? 1,
    firstPicture: options.firstPicture ?? 0,
    scheduler: options.scheduler ?? 'DPMSolverMultistepScheduler',
    eta: options.eta ?? 0,
  } as const;
  const requireInteger = (name: 'picturesPerPrompt' | 'firstPicture', least: number) => {
    if (!Number.isSafeInteger(settings[name]) || settings[name] < least) {
      throw new RangeError(`${name} must be an integer from ${least}, got ${settings[name]}`);
    }
  };
  if (settings.prompts.length === 0) throw new RangeError('at least one prompt is needed');
  requireInteger('picturesPerPrompt', 1);
  requireInteger('firstPicture', 0);
  if (!Number.isFinite(settings.guidanceScale))
    throw new RangeError(`guidanceScale must be a number, got ${settings.guidanceScale}`);
  if (!(settings.eta >= 0 && settings.eta <= 1)) throw new RangeError(`eta must be from 0 to 1, got ${settings.eta}`);
  return settings;
}
