/** @file The host's list of words, once more where the names of pets are known: they come from files, which only a worker reads. */
import { subjectOf } from '#models/loaders/lora-subject.js';
import { readSafetensorsMetadata, SafetensorsError } from '#models/tensors/files/safetensors.js';
import { petMarker } from '#src/drawing/imagine-job.js';
import type { WordBlocklist } from '#src/moderation/word-blocklist.js';
import type { EditedPet } from '../engine/engine-calls.js';

/**
 * What is drawn in the end is what is checked.
 * @param words with the marker where a pet stands
 * @throws UserError
 */
export function assertDrawnFree(
  blocklist: Pick<WordBlocklist, 'assertFree'>,
  words: readonly string[],
  pets: readonly (EditedPet | undefined)[],
): void {
  const names = pets.flatMap((pet) => (pet ? [nameOf(pet)] : []));
  for (const name of names) blocklist.assertFree(name);
  for (const one of words)
    for (const name of ['', ...names]) blocklist.assertFree(one.replaceAll(petMarker, () => name));
}

/** What the model will read where the pet is named. */
function nameOf({ lora, className }: EditedPet): string {
  try {
    return subjectOf(lora ? readSafetensorsMetadata(lora) : {}, className).name;
  } catch (error) {
    // The engine refuses such a file, and says why.
    if (error instanceof SafetensorsError) return className;
    throw error;
  }
}
