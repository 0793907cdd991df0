import { BlobMissingError, type BlobStore } from '#src/core/blob-store.js';
import { UserError } from '#src/core/errors.js';
import type { PetFiles } from '#src/core/job-pet.js';
import type { EditPet, ReplayObstacle } from '#src/editing/edit-job.js';
import { type DataOf, wordsIn } from '#src/jobs/index.js';
import type { EditedPet } from '../engine/engine-calls.js';
import type { Processors } from '../queue/processor.js';
import { composeComparison } from './comparison.js';
import { assertDrawnFree } from './drawn-words.js';
import { ToldProgress } from './told-progress.js';

export const editProcessor: Processors['edit'] = async (data, context) => {
  const { engine, blobs, blocklist, petFiles, log, signal, report } = context;
  const started = performance.now();
  const picture = await blobs.get(data.picture).catch((error: unknown) => {
    throw error instanceof BlobMissingError ? new UserError('pictureGone') : error;
  });
  const sourcePet = data.sourcePet && (await readPet(data.sourcePet, petFiles, blobs));
  const pet = data.pet && (await readPet(data.pet, petFiles, blobs));
  if (pet && !pet.lora) throw new UserError('petGone');
  assertDrawnFree(blocklist, wordsIn('edit', data), [sourcePet, pet]);
  const progress = new ToldProgress({ blobs, log, report });
  const { drawn, caption, target, keepBackground, method } = data;
  const obstacle = drawn && replayObstacle(data, sourcePet);
  const isReplayed = drawn !== undefined && method === undefined && !obstacle;
  const output = await engine
    .call(
      'edit',
      {
        picture,
        changes: data.changes,
        strengths: data.strengths,
        petStrength: data.petStrength,
        seed: data.seed,
        ...(isReplayed && { drawn }),
        ...(caption && { caption }),
        ...(target !== undefined && { target }),
        ...(keepBackground !== undefined && { keepBackground }),
        ...(method !== undefined && { method }),
        ...(sourcePet && { sourcePet }),
        ...(pet && { pet }),
      },
      {
        signal,
        onProgress: ({ phase, step, steps, preview }) => progress.tell({ phase, step, steps }, preview),
      },
    )
    .finally(() => progress.stored());
  const { pictures, ...told } = output;
  // Put together from what was read in the picture and what was asked for.
  assertDrawnFree(blocklist, [told.targetPrompt], [sourcePet, pet]);
  const comparison = await composeComparison([picture, ...pictures]);
  return {
    ...told,
    ...(obstacle && { replayObstacle: obstacle }),
    pictures: await Promise.all(pictures.map((bytes) => blobs.put(bytes))),
    comparison: await blobs.put(comparison),
    before: data.picture,
    seconds: (performance.now() - started) / 1000,
  };
};

/** A picture comes out the same only where all is as it was: its pet, that pet alone, and as strong as then. */
function replayObstacle(
  { method, sourcePet, pet, petStrength }: DataOf<'edit'>,
  read: EditedPet | undefined,
): ReplayObstacle | undefined {
  if (method !== undefined || !sourcePet) return undefined;
  if (!read?.lora) return 'pet-gone';
  if (pet && pet.id !== sourcePet.id) return 'other-pet';
  return petStrength === 1 ? undefined : 'pet-strength';
}

async function readPet(
  { id, className }: EditPet,
  petFiles: PetFiles,
  blobs: Pick<BlobStore, 'get'>,
): Promise<EditedPet> {
  const key = id === undefined ? undefined : petFiles[id];
  if (!key) return { className };
  const lora = await blobs.get(key).catch((error: unknown) => {
    if (error instanceof BlobMissingError) return undefined;
    throw error;
  });
  return { className, ...(lora && { lora }) };
}
