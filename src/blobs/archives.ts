import { Zip, ZipPassThrough } from 'fflate';
import type { BlobKey } from '#src/core/blob-key.js';
import { BlobMissingError, type BlobReader, type BlobStore } from '#src/core/blob-store.js';

const MiB = 1024 * 1024;
/** Discord takes files of 10 MiB. */
const maxPartBytes = 8 * MiB;

/** One file of an archive. */
export interface ArchiveEntry {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Of one that is made while it is read: so far. */
  readonly byteLength: number;
}

/**
 * Stores files as archives, piece by piece: neither memory nor the others notice how much it is.
 * @param entries each is read before the next one is asked for
 * @returns each archive once it is stored: at most 8 MiB, where one file is not larger
 */
export async function* storeArchives(
  blobs: Pick<BlobStore, 'putStream'>,
  entries: AsyncGenerator<ArchiveEntry, void>,
): AsyncGenerator<BlobKey, void> {
  let next = await entries.next();
  const part = async function* (): AsyncGenerator<ArchiveEntry> {
    let bytes = 0;
    while (!next.done && (bytes === 0 || bytes + next.value.byteLength <= maxPartBytes)) {
      yield next.value;
      bytes += next.value.byteLength;
      next = await entries.next();
    }
  };
  try {
    while (!next.done) yield await blobs.putStream(zipped(part()));
  } finally {
    await entries.return();
  }
}

/** A file that is written while the archive is. */
export class TextEntry implements ArchiveEntry {
  readonly name: string;
  readonly #pieces: AsyncIterable<string> | Iterable<string>;
  #byteLength = 0;

  constructor(name: string, pieces: AsyncIterable<string> | Iterable<string>) {
    this.name = name;
    this.#pieces = pieces;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  get chunks(): AsyncIterable<Uint8Array> {
    return this.#encode();
  }

  async *#encode(): AsyncGenerator<Uint8Array> {
    const encoder = new TextEncoder();
    for await (const piece of this.#pieces) {
      const bytes = encoder.encode(piece);
      this.#byteLength += bytes.byteLength;
      yield bytes;
    }
  }
}

/** A stored file. @param nameOf by its first bytes, which say what it is @returns none where it is gone */
export async function* storedEntry(
  blobs: BlobReader,
  key: BlobKey,
  nameOf: (head: Uint8Array) => string,
): AsyncGenerator<ArchiveEntry, void> {
  const file = await openIfThere(blobs, key);
  if (!file) return;
  const { byteLength, head, body: chunks } = file;
  try {
    yield { name: nameOf(head), chunks, byteLength };
  } finally {
    chunks.destroy();
  }
}

/** Pictures and weights do not get smaller, so they are stored as they are. */
async function* zipped(entries: AsyncIterable<ArchiveEntry>): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    ready.push(chunk);
  });
  for await (const { name, chunks } of entries) {
    const file = new ZipPassThrough(name);
    zip.add(file);
    for await (const chunk of chunks) {
      file.push(chunk);
      yield* ready.splice(0);
    }
    file.push(new Uint8Array(), true);
    yield* ready.splice(0);
  }
  zip.end();
  yield* ready;
}

async function openIfThere(blobs: BlobReader, key: BlobKey) {
  try {
    return await blobs.open(key);
  } catch (error) {
    if (error instanceof BlobMissingError) return undefined;
    throw error;
  }
}
