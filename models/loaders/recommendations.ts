/**
 * @file What works for a checkpoint, kept beside its weights as `petbooth.json`: diffusers has no place for it. A checkpoint
 * without the file gets what is usual for Stable Diffusion 1.x.
 */
import { z } from 'zod';
import { SCHEDULER_NAMES } from '../schedulers/create-scheduler.js';
import { parseConfiguration } from '../tensors/files/configuration.js';

/**
 * How a posted picture becomes editable. `direct` (Ju et al. 2023) is best and cheapest; `ddim` is the plain inversion
 * that it improves; `negative-prompt`, `proximal` and `null-text` guide with something else than the empty text;
 * `edit-friendly` (Huberman-Spiegelglas et al. 2023) walks with noise. `diffedit` (Couairon et al. 2022) finds the mask by
 * itself, `plug-and-play` (Tumanyan et al. 2022) takes features instead of cross-attention and `pix2pix-zero` (Parmar et al.
 * 2023) guides cross-attention instead of replacing it, all three on direct inversion.
 */
export const EDIT_METHODS = [
  'direct',
  'ddim',
  'negative-prompt',
  'proximal',
  'null-text',
  'edit-friendly',
  'diffedit',
  'plug-and-play',
  'pix2pix-zero',
] as const;

export type EditMethod = (typeof EDIT_METHODS)[number];

export const recommendationsSchema = z.strictObject({
  /** Shown to people. */
  name: z.string().min(1).max(60).optional(),
  /**
   * Of a checkpoint that has met few words: all of them, in groups, those that say nothing by themselves last. A chat can then
   * say which words of a prompt are none. Absent: it reads any words.
   */
  vocabulary: z
    .array(z.array(z.string().min(1).max(40)).max(200))
    .max(20)
    .optional(),
  /** Of the process that runs the model, at its peak, by what it does: `train-pet`, `imagine`, `edit`. Absent: nobody measured it. */
  memoryBytes: z.record(z.string(), z.int().positive()).optional(),
  sampling: z
    .strictObject({
      steps: z.int().min(1).max(200).default(20),
      guidanceScale: z.number().min(1).max(30).default(7.5),
      scheduler: z.enum(SCHEDULER_NAMES).default('DPMSolverMultistepScheduler'),
    })
    .prefault({}),
  /** Defaults: the protocol of PIE-Bench, Ju et al. 2023, arXiv:2310.01506. */
  editing: z
    .strictObject({
      method: z.enum(EDIT_METHODS).default('direct'),
      steps: z.int().min(1).max(200).default(50),
      guidanceScale: z.number().min(1).max(30).default(7.5),
      /**
       * Where direct inversion guides away from: 0 is the empty text, as published; 1 is the source's prompt, as in
       * negative-prompt inversion, which strengthens only what the prompts differ in.
       */
      negativeSourceShare: z.number().min(0).max(1).default(0),
      /** Share of the steps in which the target takes the source's cross-attention. */
      crossReplaceSteps: z.number().min(0).max(1).default(0.4),
      selfReplaceSteps: z.number().min(0).max(1).default(0.6),
      /** Level of the UNet, 0 at the latents' own size, from which on self-attention is replaced: 32² of Stable Diffusion's 64². */
      selfReplaceLevel: z.int().min(0).max(7).default(1),
      /** Level of the maps that say where a picture may change: 16² of Stable Diffusion's 64². */
      blendLevel: z.int().min(0).max(7).default(2),
      blendThreshold: z.number().min(0).max(1).default(0.3),
      /**
       * Decibels of a picture after encoding and decoding below which the checkpoint does not know what it shows. Default: well
       * below the 23.4 ± 3.8 of Stable Diffusion's autoencoder on COCO, model card of stabilityai/sd-vae-ft-mse.
       */
      leastRoundTripPsnr: z.number().min(0).max(100).default(18),
      /**
       * Cosine between the change of the picture and that of its words below which an edit counts as missed, where an image
       * encoder can tell. Default: half of the 0.2 that Brooks et al. 2023, arXiv:2211.09800, ask of pairs to learn from.
       */
      leastDirection: z.number().min(-1).max(1).default(0.1),
    })
    .prefault({}),
  training: z
    .strictObject({
      rank: z.int().min(1).max(128).default(8),
      steps: z.int().min(1).max(20_000).default(600),
      learningRate: z.number().positive().max(1).default(1e-4),
      instanceRows: z.int().min(1).max(16).default(1),
      classRows: z.int().min(0).max(16).default(1),
      priorLossWeight: z.number().min(0).max(10).default(1),
      /** `low`: the rows of a step one after another, in the memory of one. */
      memory: z.enum(['full', 'low']).default('full'),
      /** Pictures of the class that keep the class what it was; 0: none, and no rows of them either. */
      priorImages: z.int().min(0).max(1000).default(50),
      /** γ of min-SNR; without it all timesteps count alike. */
      snrGamma: z.number().positive().optional(),
      /**
       * What the checkpoint's own image encoder tells apart in photos: how a subject may look, such as `blue`, one word
       * for all photos of a training; what it may wear, such as `wearing a red hat`, and where it may be, such as `in the
       * snow`, for each photo. Without an image encoder, or without these, the subject is its rare token and all photos
       * of a training share one caption.
       */
      looks: z.array(z.string().min(1).max(40)).max(200).default([]),
      garments: z.array(z.string().min(1).max(100)).max(200).default([]),
      places: z.array(z.string().min(1).max(100)).max(200).default([]),
    })
    .prefault({})
    .transform((training) => (training.priorImages === 0 ? { ...training, classRows: 0 } : training)),
});

export type Recommendations = z.output<typeof recommendationsSchema>;

/** @throws CheckpointError naming the field */
export const parseRecommendations = (json: unknown, file = 'petbooth.json'): Recommendations =>
  parseConfiguration(recommendationsSchema, json, { file });
