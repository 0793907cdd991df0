import { z } from 'zod';
import { BlobKey } from '#src/core/blob-key.js';
import { defineJob } from '#src/core/define-job.js';

export const maxTriggerLength = 64;

/** What the person should know about a file that was taken. */
const LoRANote = z.discriminatedUnion('kind', [
  /** Its factors of the text encoder are not applied. */
  z.object({ kind: z.literal('text-encoder'), layers: z.int().positive() }),
  /** It does not say how strong it is. */
  z.object({ kind: z.literal('alpha-assumed') }),
  /** The words that call what was learnt. */
  z.object({ kind: z.literal('trigger'), words: z.string().min(1).max(maxTriggerLength) }),
  z.object({ kind: z.literal('no-trigger') }),
]);
export type LoRANote = z.infer<typeof LoRANote>;

/** Checks a LoRA file from outside against the model, and draws the pet that it brings. */
export const importPet = defineJob({
  name: 'import-pet',
  version: 1,
  data: z.object({
    petName: z.string().min(1).max(100),
    className: z.string().min(1).max(32),
    lora: BlobKey,
    seed: z.int().min(0).max(0xffff_ffff),
  }),
  progress: z.object({
    step: z.int().nonnegative(),
    steps: z.int().positive(),
    preview: BlobKey.optional(),
  }),
  result: z.object({
    previews: z.array(BlobKey).min(1).max(4),
    notes: z.array(LoRANote).max(4).optional(),
    /** Where the file was in an archive: what is drawn from. */
    lora: BlobKey.optional(),
  }),
  attempts: 3,
  activity: 'train',
  line: 'commands.queue.replies.importing',
  ownFiles: ({ lora }, result) => [lora, result?.lora, ...(result?.previews ?? [])],
  words: ({ petName, className }) => [petName, className],
});
