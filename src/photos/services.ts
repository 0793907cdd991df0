import type { BlobKey } from '#src/core/blob-key.js';
import type { IncomingImage } from '#src/core/files.js';
import type { Text } from '#src/core/locale.js';
import type { JudgedPhotos } from '#src/photos/coach/doubts.js';

/** Judges photos before any training time is spent on them. */
export interface CoachService {
  /**
   * Takes photos from the platform into the store (checked, turned upright, stripped of metadata, re-encoded) and judges each.
   * @param earlier photos that were judged before and found good; they come first
   * @throws UserError where so many cannot be read that fewer than `min` are left
   */
  judge(
    images: readonly IncomingImage[],
    earlier: readonly BlobKey[],
    limits: { readonly min: number; readonly max: number },
  ): Promise<JudgedPhotos>;
  /** A sentence for each doubt. */
  sentencesOf(judged: JudgedPhotos): readonly Text[];
}

export interface KeptPhoto {
  readonly blob: BlobKey;
  /** Whether it had more pixels than are kept. */
  readonly isReduced: boolean;
  /** It looks explicit: what comes of it is covered. */
  readonly isSpoiler?: true;
}

/** To be edited (where nothing is said), or to be shown as it is. */
export type PhotoUse = 'edit' | 'show';

/** Takes a file into the store. */
export interface FilesService {
  /** @throws UserError where it is too large or cannot be fetched */
  keep(file: IncomingImage): Promise<BlobKey>;
  /** Checked, turned upright, stripped of metadata and re-encoded, as large as it is needed. @throws UserError where it cannot be used */
  keepPhoto(photo: IncomingImage, use?: PhotoUse): Promise<KeptPhoto>;
  /** Whether it is still in the store. */
  has(blob: BlobKey): Promise<boolean>;
}
