import { z } from 'zod';
import { BlobKey } from '#src/storage/blob-key.js';
import { defineJob } from './define-job.js';

/** Checks a LoRA file from outside against the model, and draws the pet that it brings. */
export const importPet = defineJob({
  name: 'import-pet',
  data: z.strictObject({
    petName: z.string().min(1).max(100),
    className: z.string().min(1).max(32),
    lora: BlobKey,
    seed: z.int().min(0).max(0xffff_ffff),
  }),
  progress: z.strictObject({
    step: z.int().nonnegative(),
    steps: z.int().positive(),
    preview: BlobKey.optional(),
  }),
  result: z.strictObject({ previews: z.array(BlobKey).min(1).max(4) }),
  attempts: 3,
});
