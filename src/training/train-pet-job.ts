import { z } from 'zod';
import { BlobKey } from '#src/core/blob-key.js';
import { defineJob } from '#src/core/define-job.js';

/** As many as fit into one line of a chat on a phone. */
export const LOSS_CURVE_POINTS = 24;

/** How a pet looks, in characters. */
export const maxLookLength = 40;

/** Learns one pet from photos: a LoRA for the checkpoint, and pictures that show what was learnt. */
export const trainPet = defineJob({
  name: 'train-pet',
  version: 1,
  data: z.object({
    petName: z.string().min(1).max(32),
    /** Class noun in English, e.g. `dog`: what the pet is to the model before it is itself. */
    className: z.string().min(1).max(32),
    photos: z.array(BlobKey).min(3).max(20),
    /** How the pet looks in one word or two, said by its person. Absent: seen in the photos. */
    look: z.string().min(1).max(maxLookLength).optional(),
    seed: z.int().min(0).max(0xffff_ffff),
    steps: z.int().positive().optional(),
    /** A photo was covered by whoever sent it. */
    isSpoiler: z.boolean().optional(),
    /** Where a slice ended, or a killed worker left off. Written by the worker. */
    snapshot: BlobKey.optional(),
    /** Time at work until that snapshot. Written by the worker. */
    secondsBefore: z.number().nonnegative().optional(),
  }),
  progress: z.object({
    step: z.int().nonnegative(),
    steps: z.int().positive(),
    /** Pictures of other animals of the kind, drawn before the first step where nobody needed them before. */
    classPictures: z.object({ done: z.int().nonnegative(), total: z.int().positive() }).optional(),
    /** Mean of the last steps. */
    loss: z.number().optional(),
    /** The same at even stretches of the training so far, oldest first. */
    lossCurve: z.array(z.number()).max(LOSS_CURVE_POINTS).optional(),
    preview: BlobKey.optional(),
  }),
  result: z.object({
    lora: BlobKey,
    previews: z.array(BlobKey),
    /** At most 100 points, evenly spread over the training. */
    lossHistory: z.array(z.number()).max(100),
    /** What was read from the photos. Absent in results of older versions. */
    seen: z
      .object({
        look: z.string().min(1).max(maxLookLength).optional(),
        places: z.array(z.string().min(1).max(200)).max(20),
      })
      .optional(),
    seconds: z.number().nonnegative(),
  }),
  attempts: 3,
  activity: 'train',
  line: 'commands.queue.replies.training',
  ownFiles: ({ photos }) => photos,
  words: ({ petName, className, look = '' }) => [petName, className, look],
  isSliced: true,
});
