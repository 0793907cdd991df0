import { displayName, PhotoError } from '#src/photos/photos.js';
import type { Doubt, SetDoubt } from './doubts.js';
import type { Fingerprint } from './similarity.js';
import type { Thumbnail } from './thumbnail.js';

export interface CoachOptions {
  readonly minPhotos: number;
  readonly maxPhotos: number;
  readonly signal?: AbortSignal;
}

export interface CoachedPhoto {
  readonly name: string;
  /** Reads it when its turn comes, so that memory holds one photo. @throws PhotoError */
  assess(earlier: readonly Fingerprint[]): Promise<AssessedPhoto>;
}

/** What is found out about one photo by looking at it. */
export interface AssessedPhoto {
  readonly doubts: readonly Doubt[];
  readonly fingerprint: Fingerprint;
  /** Which of the earlier ones it shows once more. */
  readonly repeated?: number;
  readonly thumbnail: Thumbnail;
}

export interface PhotoAssessment {
  readonly index: number;
  readonly doubts: readonly Doubt[];
  /** None where nothing could be decoded. */
  readonly thumbnail: Thumbnail | undefined;
}

export interface Assessment {
  /** One for each photo, at most `maxPhotos`. */
  readonly photos: readonly PhotoAssessment[];
  readonly set: readonly SetDoubt[];
  /** Whether there is anything to say. */
  readonly doubtful: boolean;
}

/**
 * Judges photos before a training: each alone, each against those before it, and all together. Photos are looked at
 * one after the other; those beyond `maxPhotos` are not looked at.
 */
export async function assessPhotos(photos: readonly CoachedPhoto[], options: CoachOptions): Promise<Assessment> {
  const judged: PhotoAssessment[] = [];
  const originals: { index: number; fingerprint: Fingerprint }[] = [];
  for (const [index, photo] of photos.slice(0, options.maxPhotos).entries()) {
    options.signal?.throwIfAborted();
    try {
      const { doubts, fingerprint, repeated, thumbnail } = await photo.assess(originals.map((one) => one.fingerprint));
      const original = repeated === undefined ? undefined : originals[repeated];
      if (!original) originals.push({ index, fingerprint });
      const again: Doubt[] = original ? [{ kind: 'nearDuplicateOf', index: original.index }] : [];
      judged.push({ index, doubts: [...doubts, ...again], thumbnail });
    } catch (error) {
      if (!(error instanceof PhotoError)) throw error;
      const problem = error.describe({ number: index + 1, name: displayName(photo.name) });
      judged.push({ index, doubts: [{ kind: 'unusable', problem }], thumbnail: undefined });
    }
  }
  const set = assessSet(photos.length, originals.length, options);
  return { photos: judged, set, doubtful: set.length > 0 || judged.some(({ doubts }) => doubts.length > 0) };
}

function assessSet(given: number, different: number, { minPhotos: min, maxPhotos: max }: CoachOptions): SetDoubt[] {
  if (given > max) return [{ kind: 'tooMany', given, max }];
  return different < min ? [{ kind: 'tooFew', given, different, min }] : [];
}
