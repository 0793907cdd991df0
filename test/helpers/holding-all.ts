import type { FileBlobStore } from '#src/blobs/blobs.js';
import type { BlobHolder } from '#src/core/blob-store.js';

/** A store that nobody else gives up files of. */
export function holdingAll(store: FileBlobStore): FileBlobStore & BlobHolder {
  return Object.assign(store, { during: <Result>(work: () => Promise<Result>) => work() });
}
