/**
 * @file Teaches a checkpoint one subject from photos, with the settings that the checkpoint recommends.
 * Paper: Ruiz et al. 2023, arXiv:2208.12242; reference: diffusers' train_dreambooth_lora.py.
 */
import { CheckpointError } from '../loaders/checkpoint-error.js';
import type { StableDiffusionModel } from '../pipelines/stable-diffusion-model.js';
import { createScheduler } from '../schedulers/create-scheduler.js';
import { createPlaceCaptioner } from './caption-photos.js';
import type { ClassPicture, InstancePhoto } from './dreambooth-batches.js';
import type { ClassLatents } from './prior-preservation.js';
import { chooseRareToken, type DreamBoothPrompts, dreamBoothPrompts } from './rare-token.js';
import { type DreamBoothLoRAHandlers, type TrainedLoRA, trainDreamBoothLoRA } from './train-dreambooth-lora.js';

export interface SubjectWords extends DreamBoothPrompts {
  /** Stands for the subject, before its class. */
  readonly token: string;
}

/** How this checkpoint's text encoder is to call a subject of a class, such as `dog`. */
export function subjectWords(model: StableDiffusionModel, className: string): SubjectWords {
  const token = chooseRareToken(model.checkpoint.tokenizer, [className]);
  return { token, ...dreamBoothPrompts(token, className) };
}

export interface SubjectTraining {
  readonly words: SubjectWords;
  /** One per photo, each [H, W, 3] in [-1, 1] at the checkpoint's size; asked for one at a time. */
  readonly photos: readonly (() => Float32Array | Promise<Float32Array>)[];
  /** Other subjects of the class: scaled latents, [h, w, C] each, and what they show. */
  readonly classPictures: Pick<ClassLatents, 'pictures' | 'captions'>;
  readonly steps: number;
  readonly seed: number;
}

/** @throws TrainingDivergedError, SnapshotError, or the reason of the signal */
export async function trainSubject(
  model: StableDiffusionModel,
  { words, photos, classPictures, steps, seed }: SubjectTraining,
  handlers: DreamBoothLoRAHandlers,
): Promise<TrainedLoRA> {
  const { checkpoint, latentShape, embeddingShape } = model;
  const { training } = checkpoint.recommendations;
  const { predictionType } = checkpoint.schedulerConfig;
  if (predictionType !== 'epsilon') {
    throw new CheckpointError({
      file: `${checkpoint.path}/scheduler/scheduler_config.json`,
      key: 'prediction_type',
      expected: 'epsilon, the only one that training knows',
      found: predictionType,
    });
  }
  const captioner = await createPlaceCaptioner(model, words);
  const embeddings = new Map<string, Promise<Float32Array>>();
  /** Equal captions share one embedding. */
  const embed = (caption: string) => {
    const known = embeddings.get(caption) ?? model.encodePrompt(caption);
    embeddings.set(caption, known);
    return known;
  };
  const instances: InstancePhoto[] = [];
  for (const pixelsOf of photos) {
    handlers.signal?.throwIfAborted();
    const pixels = await pixelsOf();
    instances.push({
      ...(await model.encodeImage(pixels)),
      embedding: await embed(await captioner.captionOf(pixels)),
    });
  }
  const others: ClassPicture[] = [];
  for (const [index, latents] of classPictures.pictures.entries()) {
    others.push({ latents, embedding: await embed(classPictures.captions[index]!) });
  }
  const layout = model.layout(training.rank);
  return trainDreamBoothLoRA(
    {
      layout,
      checkpoint: checkpoint.fingerprint,
      step: await model.trainingStep(training.instanceRows + training.classRows, layout),
      data: {
        latentShape,
        instances,
        classPictures: others,
        scalingFactor: checkpoint.configs.vae.scalingFactor,
        embeddingShape,
        alphasCumprod: createScheduler('DDPMScheduler', checkpoint.schedulerConfig).alphaProducts,
      },
      settings: { ...training, steps, seed, schedule: 'cosine' },
    },
    handlers,
  );
}
