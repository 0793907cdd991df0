import { Zip, ZipPassThrough } from 'fflate';
import type { FileBlobStore } from '#src/blobs/blobs.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { BlobMissingError } from '#src/core/blob-store.js';
import { sniffFormat } from '#src/core/photo-format.js';

const MiB = 1024 * 1024;
/** Discord takes files of 10 MiB. */
const maxPartBytes = 8 * MiB;

type Blobs = Pick<FileBlobStore, 'open' | 'putStream'>;

interface Entry {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Of one that is made while it is read: so far. */
  readonly byteLength: number;
}

/**
 * Stores what a person takes away as archives, piece by piece: neither memory nor the others notice how much it is.
 * @param facts becomes `data.json` of the first
 * @param keys may grow until the facts have been read to their end; files that are gone are left out
 * @returns each archive once it is stored
 */
export async function* storeArchives(
  blobs: Blobs,
  facts: AsyncIterable<string>,
  keys: ReadonlySet<BlobKey>,
): AsyncGenerator<BlobKey, void> {
  const entries = entriesOf(blobs, facts, keys);
  let next = await entries.next();
  const part = async function* (): AsyncGenerator<Entry> {
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

async function* entriesOf(
  blobs: Blobs,
  facts: AsyncIterable<string>,
  keys: ReadonlySet<BlobKey>,
): AsyncGenerator<Entry, void> {
  yield new TextEntry('data.json', facts);
  for (const key of keys) {
    const file = await openIfThere(blobs, key);
    if (!file) continue;
    const { byteLength, head, body: chunks } = file;
    try {
      yield { name: `files/${key.slice(0, 23)}.${sniffFormat(head) ?? 'safetensors'}`, chunks, byteLength };
    } finally {
      chunks.destroy();
    }
  }
}

class TextEntry implements Entry {
  readonly name: string;
  readonly #pieces: AsyncIterable<string>;
  #byteLength = 0;

  constructor(name: string, pieces: AsyncIterable<string>) {
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

/** Pictures and weights do not get smaller, so they are stored as they are. */
async function* zipped(entries: AsyncIterable<Entry>): AsyncGenerator<Uint8Array> {
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

async function openIfThere(blobs: Blobs, key: BlobKey) {
  try {
    return await blobs.open(key);
  } catch (error) {
    if (error instanceof BlobMissingError) return undefined;
    throw error;
  }
}
