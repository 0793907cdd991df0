import { z } from 'zod';
import { BlobKey } from '#src/storage/blob-key.js';
import { defineJob } from './define-job.js';

/** Makes a drawn picture larger. */
export const upscale = defineJob({
  name: 'upscale',
  data: z.strictObject({
    picture: BlobKey,
    factor: z.int().min(2).max(4),
  }),
  progress: z.strictObject({ fraction: z.number().min(0).max(1), preview: BlobKey.optional() }),
  result: z.strictObject({
    picture: BlobKey,
    width: z.int().positive(),
    height: z.int().positive(),
  }),
  attempts: 3,
});
