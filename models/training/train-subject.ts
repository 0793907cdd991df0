/**
 * @file Teaches a checkpoint one subject from photos, with the settings that the checkpoint recommends.
 * Paper: Ruiz et al. 2023, arXiv:2208.12242; reference: diffusers' train_dreambooth_lora.py.
 */

import type { StableDiffusionModel } from '../pipelines/stable-diffusion-model.js';
import { createScheduler } from '../schedulers/create-scheduler.js';
import { CheckpointError } from '../tensors/files/checkpoint-error.js';
import type { ClassPicture } from './dreambooth-batches.js';
import { cachedEmbeddings, type ObservedSubject } from './observe-subject.js';
import type { ClassLatents } from './prior-preservation.js';
import { type DreamBoothLoRAHandlers, type TrainedLoRA, trainDreamBoothLoRA } from './train-dreambooth-lora.js';
import { trainingStepOf } from './training-step.js';

export interface SubjectTraining {
  readonly subject: ObservedSubject;
  /** Other subjects of the class: scaled latents, [h, w, C] each, and what they show. */
  readonly classPictures: Pick<ClassLatents, 'pictures' | 'captions'>;
  readonly steps: number;
  readonly seed: number;
}

/** @throws TrainingDivergedError, TrainingPausedError, SnapshotError, or the reason of the signal */
export async function trainSubject(
  model: StableDiffusionModel,
  { subject, classPictures, steps, seed }: SubjectTraining,
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
  const embed = cachedEmbeddings(model);
  const others: ClassPicture[] = [];
  for (const [index, latents] of classPictures.pictures.entries()) {
    handlers.signal?.throwIfAborted();
    others.push({ latents, embedding: await embed(classPictures.captions[index]!) });
  }
  const layout = model.layout(training.rank);
  return trainDreamBoothLoRA(
    {
      layout,
      checkpoint: checkpoint.fingerprint,
      step: await trainingStepOf(model, training.instanceRows + training.classRows, layout),
      data: {
        latentShape,
        instances: subject.photos,
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
