/**
 * @file Teaches a checkpoint one subject from photos, with the settings that the checkpoint recommends.
 * Paper: Ruiz et al. 2023, arXiv:2208.12242; reference: diffusers' train_dreambooth_lora.py.
 */
import { CheckpointError } from '../loaders/checkpoint-error.js';
import type { StableDiffusionModel } from '../pipelines/stable-diffusion-model.js';
import { createScheduler } from '../schedulers/create-scheduler.js';
import type { LatentPosterior } from './dreambooth-batches.js';
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
  /** Scaled latents of other subjects of the class, [h, w, C] each. */
  readonly classLatents: readonly Float32Array[];
  readonly steps: number;
  readonly seed: number;
}

/** @throws TrainingDivergedError, SnapshotError, or the reason of the signal */
export async function trainSubject(
  model: StableDiffusionModel,
  { words, photos, classLatents, steps, seed }: SubjectTraining,
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
  const instances: LatentPosterior[] = [];
  for (const pixelsOf of photos) {
    handlers.signal?.throwIfAborted();
    instances.push(await model.encodeImage(await pixelsOf()));
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
        classLatents,
        scalingFactor: checkpoint.configs.vae.scalingFactor,
        instanceEmbedding: await model.encodePrompt(words.instance),
        classEmbedding: await model.encodePrompt(words.class),
        embeddingShape,
        alphasCumprod: createScheduler('DDPMScheduler', checkpoint.schedulerConfig).alphaProducts,
      },
      settings: { ...training, steps, seed, schedule: 'cosine' },
    },
    handlers,
  );
}
