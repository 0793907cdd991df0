import type { BlobStore } from '#src/core/blob-store.js';
import { UserError } from '#src/core/errors.js';
import type { PersonsDecoder } from './decoder/photo-decoder.js';
import { displayName, editedSide, keptSide, PhotoError, type PhotoLimits, readImage } from './photos.js';
import type { FilesService, PhotoUse } from './services.js';

const MiB = 1024 * 1024;

const uses = {
  edit: { maxSide: editedSide, refusal: 'photoNotEditable' },
  show: { maxSide: keptSide, refusal: 'photoNotShown' },
} as const satisfies Record<PhotoUse, object>;

export interface FilesServiceOptions {
  /** Of files other than photos. */
  readonly maxBytes: number;
  readonly photoLimits: PhotoLimits;
  /** So many times may a photo be as long as it is wide. */
  readonly maxPhotoRatio: number;
  /** Of the person whose files they are. */
  readonly decode: PersonsDecoder;
}

/** Takes files from platforms into the store: photos as ours, others as they are, since what reads them checks them. */
export function filesServiceFor(
  blobs: BlobStore,
  { maxBytes, photoLimits, maxPhotoRatio, decode }: FilesServiceOptions,
): FilesService {
  const tooLarge = () => new UserError('fileTooLarge', { max: Math.floor(maxBytes / MiB) });
  return {
    async keep(file) {
      if (file.claimedBytes !== undefined && file.claimedBytes > maxBytes) throw tooLarge();
      let bytes: Uint8Array;
      try {
        bytes = await file.read(maxBytes);
      } catch (error) {
        if (error instanceof RangeError) throw tooLarge();
        throw new UserError('fileUnreadable');
      }
      if (bytes.byteLength === 0) throw new UserError('fileUnreadable');
      return blobs.put(bytes);
    },
    async keepPhoto(photo, use = 'edit') {
      const { maxSide, refusal } = uses[use];
      try {
        const { jpeg, width, height } = await decode('keep', async () => ({
          bytes: await readImage(photo, photoLimits),
          limits: photoLimits,
          maxSide,
        }));
        if (Math.max(width, height) > maxPhotoRatio * Math.min(width, height))
          throw new UserError('photoTooLong', { width, height, max: maxPhotoRatio });
        const blob = await blobs.put(jpeg);
        return { blob, isReduced: Math.max(width, height) > maxSide };
      } catch (error) {
        if (!(error instanceof PhotoError)) throw error;
        throw new UserError(refusal, {}, [error.describe({ number: 1, name: displayName(photo.name) })]);
      }
    },
    has: (blob) => blobs.has(blob),
  };
}
