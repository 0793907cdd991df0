import { z } from 'zod';
import { BlobKey } from '#src/core/blob-key.js';
import { defineJob } from '#src/core/define-job.js';
import { JobPet } from '#src/core/job-pet.js';

/** Stands in a job's prompt where the pet's name stood; the engine puts rare token and class noun there. */
export const petMarker = '{pet}';

/** What a checkpoint may recommend for drawing; the engine knows no others. */
export const schedulerNames = ['DDIMScheduler', 'DDPMScheduler', 'DPMSolverMultistepScheduler'] as const;

/** Words that the checkpoint has never met, as they were written, with what it has in their place. */
export const UnknownWords = z
  .array(z.object({ word: z.string().max(100), nearest: z.string().max(60).optional() }))
  .max(20);

/** Draws pictures from a prompt, of a pet where it names one. */
export const imagine = defineJob({
  name: 'imagine',
  version: 1,
  data: z.object({
    /** Longer than what a person may write, because the marker is longer than a short name. */
    prompt: z.string().min(1).max(12_000),
    negativePrompt: z.string().max(2000).default(''),
    pet: JobPet.optional(),
    /** Whom the person chose beside the words, which do not name it. */
    petLabel: z.string().min(1).max(120).optional(),
    /** Left out of the prompt. Absent: none. */
    unknownWords: UnknownWords.optional(),
    /** The pet was learnt from photos that were covered. */
    isSpoiler: z.boolean().optional(),
    count: z.int().min(1).max(4),
    seed: z.int().min(0).max(0xffff_ffff),
    steps: z.int().min(1).max(200).optional(),
    guidanceScale: z.number().min(0).max(30).optional(),
  }),
  progress: z.object({
    step: z.int().nonnegative(),
    steps: z.int().positive(),
    preview: BlobKey.optional(),
  }),
  result: z.object({
    pictures: z.array(BlobKey).min(1).max(4),
    /** Several pictures in one. */
    grid: BlobKey.optional(),
    /** What the engine really used, for `info` and for repeating. */
    settings: z.object({
      seed: z.int(),
      steps: z.int(),
      guidanceScale: z.number(),
      /** Absent in results of older versions. */
      scheduler: z.enum(schedulerNames).optional(),
    }),
    /** Whether the words were longer than what the model can read. */
    isPromptCut: z.boolean().default(false),
    seconds: z.number().nonnegative(),
  }),
  attempts: 3,
  activity: 'draw',
  line: 'commands.queue.replies.drawing',
  ownFiles: (_, result) => [...(result?.pictures ?? []), result?.grid],
  pets: ({ pet }) => (pet ? [pet] : []),
  words: ({ prompt, negativePrompt, pet, petLabel = '' }) => [prompt, negativePrompt, pet?.className ?? '', petLabel],
  drawsPets: true,
});
