/** The engine process's side of the models: a checkpoint on a tensor engine, teaching pets and drawing. */
import sharp from 'sharp';
import { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import { LoRAFileError } from '#models/loaders/lora-file-error.js';
import { type DecodedLoRA, decodeLoRA, encodeLoRA } from '#models/loaders/lora-state-dict.js';
import { CLASS_KEY, subjectOf, TOKEN_KEY } from '#models/loaders/lora-subject.js';
import type { ActiveLoRA } from '#models/lora/active-lora.js';
import type { LoRAAdapter } from '#models/lora/lora-adapter.js';
import { bytesToPixels, type RgbImage } from '#models/pipelines/image-processor.js';
import {
  NotFiniteError,
  type StableDiffusionOptions,
  StableDiffusionPipeline,
} from '#models/pipelines/pipeline-stable-diffusion.js';
import { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { EngineDisagreesError, selfTest } from '#models/tensors/engine/self-test.js';
import { CheckpointError } from '#models/tensors/files/checkpoint-error.js';
import { SnapshotError } from '#models/training/dreambooth-snapshot.js';
import { observeSubject } from '#models/training/observe-subject.js';
import { TrainingDivergedError, TrainingPausedError } from '#models/training/train-dreambooth-lora.js';
import { trainSubject } from '#models/training/train-subject.js';
import { PermanentError, UserError } from '#src/core/errors.js';
import { loadClassLatents } from './class-latents.js';
import { type ActivePet, editPhoto } from './edit-photo.js';
import {
  type CreatePetEngine,
  type EditedPet,
  type EditInput,
  type EditOutput,
  type EngineHooks,
  type ImagineInput,
  type ImagineOutput,
  PausedError,
  type PetEngine,
  type PetEngineOptions,
  type TrainPetInput,
  type TrainPetOutput,
  type TrainPetProgress,
} from './engine-calls.js';
import { InversionCache } from './inversion-cache.js';
import { inversionsFolder } from './inversion-files.js';
import { loraUserError, notesOf } from './lora-file.js';
import { PhotoCaptioner } from './photo-caption.js';
import { PreviewPace } from './preview-pace.js';
import { createTensorEngine } from './tensor-engine.js';

/** Steps of a preview: enough to judge, few enough not to slow the training down. */
const PREVIEW_STEPS = 12;
/** What a kind looks like is enough; pictures for people want 15 to 20 with DPM-Solver++, Lu et al. 2022, arXiv:2211.01095. */
const CLASS_PICTURE_STEPS = 10;

/** A preview after each third of the training; the last ones show the finished pet. */
const PREVIEWS_WHILE_TRAINING = 3;
/** What a killed worker loses at most is a tenth of a training. */
const SNAPSHOTS_WHILE_TRAINING = 10;
const FINAL_PREVIEWS = 3;

export const createPetEngine: CreatePetEngine = async (options) => {
  const engine = await createTensorEngine(options);
  try {
    await selfTest(engine);
    const model = new StableDiffusionModel(await CheckpointFolder.open(options.checkpoint), engine);
    model.checkDrawsFromText();
    return new StableDiffusionPetEngine(model, engine.name, options);
  } catch (error) {
    if (error instanceof CheckpointError || error instanceof EngineDisagreesError) {
      throw new PermanentError(error.message, { cause: error });
    }
    throw error;
  }
};

interface DrawOptions {
  readonly prompt: string;
  readonly count: number;
  readonly steps?: number;
  readonly guidanceScale?: number;
  readonly negativePrompt?: string;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress?: StableDiffusionOptions['onProgress'];
}

class StableDiffusionPetEngine implements PetEngine {
  readonly #model: StableDiffusionModel;
  readonly #engineName: string;
  readonly #options: PetEngineOptions;
  readonly #captioner: PhotoCaptioner;
  readonly #inversions: InversionCache;

  constructor(model: StableDiffusionModel, engineName: string, options: PetEngineOptions) {
    this.#model = model;
    this.#engineName = engineName;
    this.#options = options;
    this.#captioner = new PhotoCaptioner(model);
    this.#inversions = new InversionCache(inversionsFolder(options.cacheFolder));
  }

  describe() {
    const { name = this.#options.checkpoint } = this.#model.checkpoint.recommendations;
    return { checkpoint: name, engine: this.#engineName };
  }

  async imagine(input: ImagineInput, { onProgress, signal }: EngineHooks<'imagine'>): Promise<ImagineOutput> {
    const { sampling } = this.#model.checkpoint.recommendations;
    const { steps = sampling.steps, guidanceScale = sampling.guidanceScale, seed } = input;
    const decoded = input.lora && this.#decode(input.lora);
    const pet = decoded && this.#petOf(decoded, input.className);
    const prompt = pet?.name ? input.prompt.replaceAll('{pet}', pet.name) : input.prompt;
    const pace = new PreviewPace();
    const { pictures, truncatedPrompts } = await this.#draw({
      prompt,
      negativePrompt: input.negativePrompt,
      count: input.count,
      lora: pet?.lora,
      steps,
      guidanceScale,
      seed,
      signal,
      onProgress: async ({ step, steps: total, preview }) => {
        const draw = step < total && preview;
        const pictures = draw ? await pace.run(draw) : undefined;
        onProgress({ step, steps: total, ...(pictures && { preview: await encodePng(pictures[0]!) }) });
      },
    }).catch((error: unknown) => {
      // The same seed would end the same way.
      throw error instanceof NotFiniteError ? new UserError('drawingDiverged') : error;
    });
    return {
      pictures: await Promise.all(pictures.map(encodePng)),
      settings: { seed, steps, guidanceScale, scheduler: sampling.scheduler },
      isPromptCut: truncatedPrompts.includes(prompt),
      ...(decoded && { loraNotes: notesOf(decoded) }),
    };
  }

  async edit(input: EditInput, hooks: EngineHooks<'edit'>): Promise<EditOutput> {
    return editPhoto(
      {
        model: this.#model,
        captioner: this.#captioner,
        inversions: this.#inversions,
        log: this.#options.log,
        sourcePet: input.sourcePet && this.#editedPet(input.sourcePet),
        pet: input.pet && this.#editedPet(input.pet),
      },
      input,
      hooks,
    );
  }

  async trainPet(input: TrainPetInput, hooks: EngineHooks<'trainPet'>): Promise<TrainPetOutput> {
    const model = this.#model;
    const { training } = model.checkpoint.recommendations;
    const { className, seed, resumeFrom } = input;
    const { onSnapshot, signal, pause } = hooks;
    const steps = input.steps ?? training.steps;
    let latest: TrainPetProgress = { step: 0, steps };
    const onProgress = (progress: TrainPetProgress) => {
      const { preview: _, ...rest } = progress;
      latest = rest;
      hooks.onProgress(progress);
    };
    // Of one that goes on, the first step tells how far it is.
    if (!resumeFrom) onProgress({ step: 0, steps });

    const subject = await observeSubject(
      model,
      className,
      input.photos.map((photo) => () => this.#pixelsOf(photo)),
      { look: input.look, signal },
    );
    const { words } = subject;
    const classPictures =
      training.classRows === 0
        ? { pictures: [], captions: [] }
        : await loadClassLatents({
            ...this.#options,
            model,
            className,
            prompt: words.class,
            draw: async (prompt, pictureSeed) => {
              const { pictures } = await this.#pipeline().runToLatents(
                this.#settingsOf({ prompt, count: 1, steps: CLASS_PICTURE_STEPS, seed: pictureSeed, signal }),
              );
              return pictures[0]!.latents;
            },
            pause,
            onPicture: (done, total) => onProgress({ step: 0, steps, classPictures: { done, total } }),
          }).catch((error: unknown) => {
            throw astray(error);
          });
    const everySteps = Math.ceil(steps / PREVIEWS_WHILE_TRAINING);
    // As in the photos, which is what the training is about to match.
    const captions = [...new Set(subject.photos.map(({ caption }) => caption))];
    const preview = async (adapter: LoRAAdapter, count: number) => {
      const lora = model.activate(adapter);
      const drawn: RgbImage[] = [];
      for (let index = 0; index < count; index++) {
        const prompt = captions[index % captions.length]!;
        const { pictures } = await this.#draw({
          prompt,
          count: 1,
          lora,
          steps: PREVIEW_STEPS,
          seed: (seed + index) % 2 ** 32,
          signal,
          // A preview can take minutes, in which silence would be taken for a hang.
          onProgress: () => hooks.onProgress(latest),
        });
        drawn.push(...pictures);
      }
      return drawn;
    };

    try {
      const train = (from: Uint8Array | undefined) =>
        trainSubject(
          model,
          { subject, classPictures, steps, seed },
          {
            signal,
            pause,
            resumeFrom: from,
            snapshotEverySteps: Math.max(1, Math.ceil(steps / SNAPSHOTS_WHILE_TRAINING)),
            onSnapshot: (bytes) => onSnapshot?.(bytes),
            onProgress: async ({ step: done, meanLoss, adapter: current }) => {
              onProgress({ step: done, steps, loss: meanLoss });
              if (done % everySteps !== 0 || done === steps) return;
              const [picture] = await preview(current(), 1);
              onProgress({ step: done, steps, loss: meanLoss, preview: await encodePng(picture!) });
            },
          },
        );
      const { adapter, lossHistory } = await train(resumeFrom).catch((error: unknown) => {
        if (!(error instanceof SnapshotError)) throw error;
        // Other settings or another checkpoint since then: that costs time, not the training.
        this.#options.log.warn({ err: error }, 'a training starts again');
        return train(undefined);
      });
      const previews = await preview(adapter, FINAL_PREVIEWS);
      const lora = encodeLoRA(adapter, model.loraModules, {
        facts: {
          baseModelVersion: 'sd_v1',
          learningRate: training.learningRate,
          steps,
          seed,
          trainingImages: input.photos.length,
          priorImages: classPictures.pictures.length,
          priorLossWeight: training.priorLossWeight,
          triggerPhrase: `${words.token} ${className}`,
        },
        metadata: { [TOKEN_KEY]: words.token, [CLASS_KEY]: className },
      });
      const places = [...new Set(subject.photos.flatMap(({ seen }) => seen ?? []))];
      return {
        lora,
        previews: await Promise.all(previews.map(encodePng)),
        lossHistory,
        seen: { ...(subject.look !== undefined && { look: subject.look }), places },
      };
    } catch (error) {
      if (error instanceof TrainingPausedError) throw new PausedError();
      throw astray(error);
    }
  }

  #editedPet({ lora, className }: EditedPet): ActivePet {
    return this.#petOf(lora && this.#decode(lora), className);
  }

  /** What a LoRA file says of its pet. */
  #petOf(decoded: DecodedLoRA | undefined, className: string | undefined): ActivePet {
    const { name, noun } = subjectOf(decoded?.metadata ?? {}, className);
    return { name, className: noun, ...(decoded && { lora: this.#model.activate(decoded.adapter) }) };
  }

  #decode(bytes: Uint8Array) {
    try {
      return decodeLoRA(bytes, { modules: this.#model.loraModules, textEncoder: 'ignore' });
    } catch (error) {
      throw error instanceof LoRAFileError ? loraUserError(error) : error;
    }
  }

  #draw({ lora, ...options }: DrawOptions & { readonly lora?: ActiveLoRA | undefined }) {
    return this.#pipeline(lora).run(this.#settingsOf(options));
  }

  #pipeline(lora?: ActiveLoRA): StableDiffusionPipeline {
    return new StableDiffusionPipeline(this.#model.components(lora));
  }

  #settingsOf(options: DrawOptions): StableDiffusionOptions {
    const { sampling } = this.#model.checkpoint.recommendations;
    const { onProgress } = options;
    return {
      prompt: options.prompt,
      negativePrompt: options.negativePrompt ?? '',
      picturesPerPrompt: options.count,
      steps: options.steps ?? sampling.steps,
      guidanceScale: options.guidanceScale ?? sampling.guidanceScale,
      scheduler: sampling.scheduler,
      seed: options.seed,
      signal: options.signal,
      ...(onProgress && { onProgress }),
    };
  }

  /** Centre-cropped to the checkpoint's size, in [-1, 1]. */
  async #pixelsOf(photo: Uint8Array): Promise<Float32Array> {
    const [height, width] = this.#model.imageSize;
    const { data } = await sharp(photo)
      .resize(width, height, { fit: 'cover' })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return bytesToPixels(data);
  }
}

/** Numbers that are not finite would be so again: the person is told, and no other attempt is made. */
function astray(error: unknown): unknown {
  const isAstray = error instanceof TrainingDivergedError || error instanceof NotFiniteError;
  return isAstray ? new UserError('trainingDiverged') : error;
}

async function encodePng({ rgb, width, height }: RgbImage): Promise<Uint8Array> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
