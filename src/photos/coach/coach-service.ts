import type { BlobKey } from '#src/core/blob-key.js';
import type { BlobStore } from '#src/core/blob-store.js';
import { UserError } from '#src/core/errors.js';
import type { PersonsDecoder } from '#src/photos/decoder/photo-decoder.js';
import { keptSide, type PhotoLimits, readImage } from '#src/photos/photos.js';
import type { CoachService } from '#src/photos/services.js';
import { assessPhotos, type CoachedPhoto } from './assess-photos.js';
import type { JudgedPhoto, JudgedPhotos } from './doubts.js';
import { sentencesOf } from './sentences.js';
import type { Fingerprint } from './similarity.js';

export interface CoachServiceOptions {
  readonly blobs: Pick<BlobStore, 'get' | 'put'>;
  readonly limits: PhotoLimits;
  /** Side in pixels of the pictures that the model learns from. */
  readonly learntSide: number;
  /** Of the person whose photos they are. */
  readonly decode: PersonsDecoder;
}

export function coachServiceFor({ blobs, limits, learntSide, decode }: CoachServiceOptions): CoachService {
  return {
    sentencesOf,
    async judge(images, earlier, { min, max }): Promise<JudgedPhotos> {
      const kept = new Map<number, BlobKey>();
      const assess = async (at: number, read: () => Promise<Uint8Array>, earlier: readonly Fingerprint[]) => {
        const maxSide = kept.has(at) ? undefined : keptSide;
        const assessed = await decode('assess', async () => ({
          bytes: await read(),
          limits,
          learntSide,
          earlier,
          ...(maxSide !== undefined && { maxSide }),
        }));
        if (assessed.kept) kept.set(at, await blobs.put(assessed.kept));
        return assessed;
      };
      for (const [index, key] of earlier.entries()) kept.set(index, key);
      const given: CoachedPhoto[] = [
        ...earlier.map((key, index) => ({
          name: '',
          assess: (fingerprints: readonly Fingerprint[]) => assess(index, () => blobs.get(key), fingerprints),
        })),
        ...images.map((image, index) => ({
          name: image.name,
          assess: (fingerprints: readonly Fingerprint[]) =>
            assess(earlier.length + index, () => readImage(image, limits), fingerprints),
        })),
      ];
      const assessment = await assessPhotos(given, { minPhotos: min, maxPhotos: max });
      // What was found good before stays good: it was judged as it came, and is seen now as it is kept.
      const judged = assessment.photos.map((photo) =>
        photo.index < earlier.length ? { ...photo, doubts: [] } : photo,
      );
      const photos = judged.map(({ index, doubts }): JudgedPhoto => {
        const blob = doubts.some(({ kind }) => kind === 'unusable') ? undefined : kept.get(index);
        return { number: index + 1, doubts, ...(blob !== undefined && { blob }) };
      });
      const problems = photos.flatMap(({ doubts }) =>
        doubts.flatMap((doubt) => (doubt.kind === 'unusable' ? [doubt.problem] : [])),
      );
      if (problems.length === photos.length) throw new UserError('photosRefused', {}, problems);
      const isDoubtful = assessment.set.length > 0 || photos.some(({ doubts }) => doubts.length > 0);
      if (!isDoubtful) return { photos, set: [] };
      const { jpeg } = await decode('drawSheet', async () => judged);
      return { photos, set: assessment.set, sheet: await blobs.put(jpeg) };
    },
  };
}
