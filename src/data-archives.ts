import { Zip, ZipPassThrough } from 'fflate';
import { sniffFormat } from './photo-format.js';
import type { BlobKey } from './storage/blob-key.js';
import { BlobMissingError, type BlobStore } from './storage/blobs.js';

const MiB = 1024 * 1024;
/** Discord takes files of 10 MiB. */
const maxPartBytes = 8 * MiB;

interface Entry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Stores what a person takes away as archives, one file at a time in memory.
 * @param facts becomes `data.json` of the first
 * @param keys files that are gone are left out
 * @returns each archive once it is stored
 */
export async function* storeArchives(
  blobs: Pick<BlobStore, 'get' | 'putStream'>,
  facts: string,
  keys: ReadonlySet<BlobKey>,
): AsyncGenerator<BlobKey, void> {
  const entries = entriesOf(blobs, facts, keys);
  let next = await entries.next();
  const part = async function* (): AsyncGenerator<Entry> {
    let bytes = 0;
    while (!next.done && (bytes === 0 || bytes + next.value.bytes.byteLength <= maxPartBytes)) {
      bytes += next.value.bytes.byteLength;
      yield next.value;
      next = await entries.next();
    }
  };
  while (!next.done) yield await blobs.putStream(zipped(part()));
}

async function* entriesOf(
  blobs: Pick<BlobStore, 'get'>,
  facts: string,
  keys: ReadonlySet<BlobKey>,
): AsyncGenerator<Entry, void> {
  yield { name: 'data.json', bytes: new TextEncoder().encode(facts) };
  for (const key of keys) {
    const bytes = await readIfThere(blobs, key);
    if (bytes) yield { name: `files/${key.slice(0, 23)}.${sniffFormat(bytes) ?? 'safetensors'}`, bytes };
  }
}

/** Pictures and weights do not get smaller, so they are stored as they are. */
async function* zipped(entries: AsyncIterable<Entry>): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  for await (const { name, bytes } of entries) {
    const file = new ZipPassThrough(name);
    zip.add(file);
    file.push(bytes, true);
    yield* chunks.splice(0);
  }
  zip.end();
  yield* chunks;
}

async function readIfThere(blobs: Pick<BlobStore, 'get'>, key: BlobKey): Promise<Uint8Array | undefined> {
  try {
    return await blobs.get(key);
  } catch (error) {
    if (error instanceof BlobMissingError) return undefined;
    throw error;
  }
}
