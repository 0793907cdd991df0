import { z } from 'zod';
import { BlobKey } from '#src/core/blob-key.js';
import { defineJob } from '#src/core/define-job.js';
import { JobPet } from '#src/core/job-pet.js';

/** Makes a drawn picture larger. */
export const upscale = defineJob({
  name: 'upscale',
  version: 1,
  data: z.object({
    picture: BlobKey,
    factor: z.int().min(2).max(4),
    /** The picture was covered. */
    isSpoiler: z.boolean().optional(),
    /** How the picture came to be. Absent in jobs of older versions. */
    drawn: z
      .object({
        job: z.string().min(1).max(64),
        seed: z.int().min(0).max(0xffff_ffff),
        petLabel: z.string().min(1).max(120).optional(),
        /** Whom it shows. */
        pet: JobPet.optional(),
      })
      .optional(),
  }),
  progress: z.object({ fraction: z.number().min(0).max(1), preview: BlobKey.optional() }),
  result: z.object({
    picture: BlobKey,
    width: z.int().positive(),
    height: z.int().positive(),
  }),
  attempts: 3,
  activity: 'draw',
  line: 'commands.queue.replies.upscaling',
  ownFiles: (_, result) => [result?.picture],
  words: ({ drawn }) => [drawn?.petLabel ?? ''],
  pets: ({ drawn }) => (drawn?.pet ? [drawn.pet] : []),
});
