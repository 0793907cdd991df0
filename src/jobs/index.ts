import type { Job, JobData, JobInput, JobProgress, JobResult } from '#src/core/define-job.js';
import type { Tale } from '#src/core/tale.js';
import { imagine } from '#src/drawing/imagine-job.js';
import { imagineTale } from '#src/drawing/imagine-telling.js';
import { upscale } from '#src/drawing/upscale-job.js';
import { upscaleTale } from '#src/drawing/upscale-telling.js';
import { edit } from '#src/editing/edit-job.js';
import { editTale } from '#src/editing/edit-telling.js';
import { importPet } from '#src/pets/import-pet-job.js';
import { importPetTale } from '#src/pets/import-pet-telling.js';
import { trainPet } from '#src/training/train-pet-job.js';
import { trainPetTale } from '#src/training/train-pet-telling.js';

/** Every kind of job there is. */
export const jobs = { 'train-pet': trainPet, imagine, edit, upscale, 'import-pet': importPet } satisfies {
  readonly [Name in string]: Job<Name>;
};

export type Jobs = typeof jobs;
export type JobName = keyof Jobs;
export type DataOf<Name extends JobName> = JobData<Jobs[Name]>;
export type InputOf<Name extends JobName> = JobInput<Jobs[Name]>;
export type ProgressOf<Name extends JobName> = JobProgress<Jobs[Name]>;
export type ResultOf<Name extends JobName> = JobResult<Jobs[Name]>;

/** How each of them is told. */
export const tales: { readonly [Name in JobName]: Tale<Jobs[Name]> } = {
  'train-pet': trainPetTale,
  imagine: imagineTale,
  edit: editTale,
  upscale: upscaleTale,
  'import-pet': importPetTale,
};

/** One processor for each job, none missing and none too many. `Context` is what the worker offers them. */
export type ProcessorTable<Context extends { readonly [Name in JobName]: unknown }> = {
  readonly [Name in JobName]: (data: DataOf<Name>, context: Context[Name]) => Promise<ResultOf<Name>>;
};

/** What the model, or people, will read of a job. */
export function wordsIn<Name extends JobName>(name: Name, data: InputOf<Name>): readonly string[] {
  const job: { words?(data: unknown): readonly string[] } = jobs[name];
  return job.words?.(jobs[name].data.parse(data)) ?? [];
}

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(jobs, name);
}
