import type { CoachService, JudgedPhoto, JudgedPhotos } from '#src/command.js';
import { UserError } from '#src/errors.js';
import { normalisePhoto, type PhotoLimits, readImage } from '#src/photos.js';
import type { BlobKey, BlobStore } from '#src/storage/blobs.js';
import { assessPhotos } from './assess-photos.js';
import { drawContactSheet } from './contact-sheet.js';
import { sentencesOf } from './sentences.js';

export interface CoachServiceOptions {
  readonly blobs: Pick<BlobStore, 'get' | 'put'>;
  readonly limits: PhotoLimits;
  /** Side in pixels of the pictures that the model learns from. */
  readonly learntSide: number;
}

export function coachServiceFor({ blobs, limits, learntSide }: CoachServiceOptions): CoachService {
  return {
    sentencesOf,
    async judge(images, earlier, { min, max }): Promise<JudgedPhotos> {
      const kept = new Map<number, BlobKey>();
      const given = [
        ...earlier.map((key, index) => ({
          name: '',
          bytes: () => {
            kept.set(index, key);
            return blobs.get(key);
          },
        })),
        ...images.map((image, at) => ({
          name: image.name,
          bytes: async () => {
            const bytes = await readImage(image, limits);
            kept.set(earlier.length + at, await blobs.put(await normalisePhoto(bytes, limits)));
            return bytes;
          },
        })),
      ];
      const assessment = await assessPhotos(given, { limits, learntSide, minPhotos: min, maxPhotos: max });
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
      const { jpeg } = await drawContactSheet(judged);
      return { photos, set: assessment.set, sheet: await blobs.put(jpeg) };
    },
  };
}
