import type { FilesService } from './command.js';
import { UserError } from './errors.js';
import type { BlobStore } from './storage/blobs.js';

const MiB = 1024 * 1024;

/** Takes files from platforms into the store, as they are: what reads them checks them. */
export function filesServiceFor(blobs: BlobStore, { maxBytes }: { readonly maxBytes: number }): FilesService {
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
  };
}
