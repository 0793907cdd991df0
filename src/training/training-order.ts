import type { BlobKey } from '#src/core/blob-key.js';
import { UserError } from '#src/core/errors.js';
import { text } from '#src/core/locale.js';
import type { Reply } from '#src/core/reply.js';
import { placeInQueue } from '#src/jobs/eta.js';
import type { JobsService, QueuedJob, UnfinishedJob } from '#src/jobs/services.js';
import type { PetsService } from '#src/pets/services.js';
import type { JudgedPhoto } from '#src/photos/coach/doubts.js';
import type { TrainingDraft } from './services.js';

export const minPhotos = 3;
export const maxPhotos = 20;

/** Whether the person may have one more pet, of this name. @throws UserError */
export async function assertTrainable(
  name: string,
  { pets, jobs }: { pets: PetsService; jobs: JobsService },
  job: 'train-pet' | 'import-pet' = 'train-pet',
): Promise<void> {
  if (await pets.find(name)) throw new UserError('petExists', { name });
  const trainings = await assertNotInTraining(name, jobs);
  if ((await pets.list()).length + trainings.length >= pets.maxCount)
    throw new UserError('petsTooMany', { max: pets.maxCount });
  await jobs.assertRoom(job);
}

/** @returns what the person has in training @throws UserError where this pet is among them */
export async function assertNotInTraining(name: string, jobs: JobsService): Promise<readonly UnfinishedJob[]> {
  const trainings = (await jobs.unfinished()).filter(({ name: job }) => job === 'train-pet' || job === 'import-pet');
  if (trainings.some(({ title }) => title.toLowerCase() === name.toLowerCase()))
    throw new UserError('petBeingTrained', { name });
  return trainings;
}

/** Queues a training. */
export async function orderTraining(
  order: Pick<TrainingDraft, 'className' | 'isSpoiler'> & {
    readonly name: string;
    readonly photos: readonly BlobKey[];
  },
  { jobs, newSeed }: { jobs: JobsService; newSeed: () => number },
): Promise<Reply> {
  const { name, className, photos, isSpoiler } = order;
  const queued = await jobs.enqueue({
    name: 'train-pet',
    data: { petName: name, className, photos: [...photos], seed: newSeed(), ...(isSpoiler && { isSpoiler }) },
    title: name,
  });
  return tellQueued(name, photos.length, queued);
}

/** The answer to an event that was delivered again. */
export async function repeatedOrder(jobs: JobsService): Promise<Reply | undefined> {
  const queued = await jobs.queuedBefore('train-pet');
  return queued && tellQueued(queued.title, queued.data.photos.length, queued);
}

function tellQueued(pet: string, photos: number, queued: QueuedJob): Reply {
  const position = placeInQueue(queued);
  return { text: text('commands.train.replies.queued', { pet, photos, position }), job: queued.id };
}

export function blobsOf(photos: readonly JudgedPhoto[]): BlobKey[] {
  return photos.flatMap(({ blob }) => blob ?? []);
}

/** How many different photos there are, doubtful or not. */
export function countDifferent({ photos }: Pick<TrainingDraft, 'photos'>): number {
  return photos.filter(
    ({ blob, doubts }) => blob !== undefined && doubts.every(({ kind }) => kind !== 'nearDuplicateOf'),
  ).length;
}
