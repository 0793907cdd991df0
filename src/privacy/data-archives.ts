import { type ArchiveEntry, storeArchives, storedEntry, TextEntry } from '#src/blobs/archives.js';
import type { BlobKey } from '#src/core/blob-key.js';
import type { BlobReader, BlobStore } from '#src/core/blob-store.js';
import { sniffFormat } from '#src/core/photo-format.js';

/**
 * Stores what a person takes away as archives.
 * @param facts becomes `data.json` of the first
 * @param keys may grow until the facts have been read to their end; files that are gone are left out
 * @returns each archive once it is stored
 */
export function storeDataArchives(
  blobs: BlobReader & Pick<BlobStore, 'putStream'>,
  facts: AsyncIterable<string>,
  keys: ReadonlySet<BlobKey>,
): AsyncGenerator<BlobKey, void> {
  return storeArchives(blobs, entriesOf(blobs, facts, keys));
}

async function* entriesOf(
  blobs: BlobReader,
  facts: AsyncIterable<string>,
  keys: ReadonlySet<BlobKey>,
): AsyncGenerator<ArchiveEntry, void> {
  yield new TextEntry('data.json', facts);
  for (const key of keys)
    yield* storedEntry(blobs, key, (head) => `files/${key.slice(0, 23)}.${sniffFormat(head) ?? 'safetensors'}`);
}
