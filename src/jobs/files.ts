import { BlobKey } from '#src/core/blob-key.js';
import type { JobOutcome } from './outcome.js';

/**
 * Where jobs name stored files. People's words stand beside them and may look like a file's name, so nothing else is searched.
 * The database looks at the same places (`files_given` and `files_made` in its migrations).
 */
const placesInData = ['photos', 'snapshot', 'lora', 'picture'] as const;
const placesInResult = ['lora', 'previews', 'pictures', 'grid', 'picture', 'comparison', 'before'] as const;

/** Files that a job was given. */
export function filesOfData(data: unknown): BlobKey[] {
  return filesAt(data, placesInData);
}

/** Files that came of a job. */
export function filesOfResult(result: unknown): BlobKey[] {
  return filesAt(result, placesInResult);
}

export function filesOfOutcome(outcome: JobOutcome | null | undefined): BlobKey[] {
  return outcome?.kind === 'completed' ? filesOfResult(outcome.result) : [];
}

function filesAt(value: unknown, places: readonly string[]): BlobKey[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Readonly<Record<string, unknown>>;
  return places.flatMap((place) => fields[place] ?? []).flatMap((key) => BlobKey.safeParse(key).data ?? []);
}
