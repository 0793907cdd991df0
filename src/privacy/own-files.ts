import type { BlobKey } from '#src/core/blob-key.js';
import { type DataOf, type JobName, jobs, type ResultOf } from '#src/jobs/index.js';
import type { JobOutcome } from '#src/jobs/outcome.js';
import type { PetQuestion } from '#src/pets/pet-question.js';
import { blobsOf } from '#src/pets/pet-questions-table.js';
import type { pets } from '#src/pets/tables.js';
import type { trainingDrafts } from '#src/training/tables.js';

/** @param isOwn whether the same person asked for that job */
type OwnFilesOf<Name extends JobName> = (
  data: DataOf<Name>,
  result: ResultOf<Name> | undefined,
  isOwn: (job: string) => boolean,
) => readonly (BlobKey | undefined)[];

/** Of each job the files that belong to whoever asked for it: what they gave, and what came of it. What a trained pet consists of goes with the pet. */
const ownFiles: { readonly [Name in JobName]: OwnFilesOf<Name> } = {
  'train-pet': ({ photos }) => photos,
  'import-pet': ({ lora }, result) => [lora, result?.lora, ...(result?.previews ?? [])],
  imagine: (_, result) => [...(result?.pictures ?? []), result?.grid],
  // It may have begun with somebody else's picture.
  edit: ({ picture, from, isOthers }, result, isOwn) => [
    ...(!isOthers && (from === undefined || isOwn(from.job)) ? [picture] : []),
    ...(result?.pictures ?? []),
    result?.comparison,
  ],
  upscale: (_, result) => [result?.picture],
};

/** Files of a job of one person. A record that an older version wrote otherwise has none. @param isOwn whether they asked for that job, too */
export function ownFilesOf(
  {
    name,
    data,
    outcome,
  }: { readonly name: JobName; readonly data: unknown; readonly outcome?: JobOutcome | null | undefined },
  isOwn: (job: string) => boolean,
): BlobKey[] {
  const given = jobs[name].data.safeParse(data);
  if (!given.success) return [];
  const result = jobs[name].result.safeParse(outcome?.kind === 'completed' ? outcome.result : undefined);
  const files = (ownFiles[name] as OwnFilesOf<JobName>)(given.data, result.data, isOwn);
  return files.filter((key) => key !== undefined);
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
