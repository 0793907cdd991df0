import type { BlobKey } from '#src/core/blob-key.js';
import type { Job } from '#src/core/define-job.js';
import { type JobName, jobs } from '#src/jobs/index.js';
import type { JobOutcome } from '#src/jobs/outcome.js';
import type { PetQuestion } from '#src/pets/pet-question.js';
import { blobsOf } from '#src/pets/pet-questions-table.js';
import type { pets } from '#src/pets/tables.js';
import type { trainingDrafts } from '#src/training/tables.js';

/** Files of a job of one person. A record that an older version wrote otherwise has none. @param isOwn whether they asked for that job, too */
export function ownFilesOf(
  {
    name,
    data,
    outcome,
  }: { readonly name: JobName; readonly data: unknown; readonly outcome?: JobOutcome | null | undefined },
  isOwn: (job: string) => boolean,
): BlobKey[] {
  const job: Job = jobs[name];
  const given = job.data.safeParse(data);
  if (!given.success) return [];
  const result = job.result.safeParse(outcome?.kind === 'completed' ? outcome.result : undefined);
  return job.ownFiles(given.data, result.data, isOwn).filter((key) => key !== undefined);
}

interface OwnRows {
  readonly pets: readonly Pick<typeof pets.$inferSelect, 'lora' | 'photos' | 'previews'>[];
  readonly drafts: readonly Pick<typeof trainingDrafts.$inferSelect, 'photos' | 'sheet'>[];
  readonly questions: readonly Pick<PetQuestion, 'options'>[];
}

/** Files where rows of one person name files: their words may name anybody's. */
export function filesOfRows({ pets, drafts, questions }: OwnRows): BlobKey[] {
  const files = [
    ...pets.flatMap(({ lora, photos, previews }) => [lora, ...photos, ...previews]),
    ...drafts.flatMap(({ photos, sheet }) => [...photos.map(({ blob }) => blob), sheet]),
    ...blobsOf(questions),
  ];
  return files.filter((key) => key !== undefined && key !== null);
}
