import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BlobKey, digestOf, shelves } from '#src/core/blob-key.js';
import { BlobMissingError, type ListedBlob, type StoredBlobs } from '#src/core/blob-store.js';

export interface CopyFilesOptions {
  readonly from: Pick<StoredBlobs, 'listed' | 'open'>;
  readonly to: Pick<StoredBlobs, 'listed' | 'open' | 'putStream'>;
  /** Shelves that an earlier run has copied and read again. */
  readonly doneShelves: number;
  /** So many from the first one on are done. */
  readonly onShelf: (doneShelves: number) => Promise<void>;
  readonly onProgress?: (progress: FilesProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface FilesProgress {
  readonly files: number;
  readonly bytes: number;
  readonly totalFiles: number;
  readonly totalBytes: number;
}

export interface CopiedFiles {
  readonly files: number;
  readonly bytes: number;
  /** Of these, how many were sent by this run. */
  readonly sent: number;
  /** Their bytes are not those that they are named by. They were left out. */
  readonly damaged: readonly BlobKey[];
}

/** Each waits for the other end most of the time. */
const copiedAtOnce = 4;
const maxTries = 3;

class DamagedError extends Error {}

/**
 * Copies every stored file, shelf by shelf, and reads each from its new place to see that its hash is its name. What is there
 * already is not sent again. A file streams through a temporary one, so memory holds pieces of a few.
 */
export async function copyFiles(options: CopyFilesOptions): Promise<CopiedFiles> {
  const { from, to, doneShelves, onShelf, onProgress, signal } = options;
  const total = await totalOf(from);
  let [files, bytes, sent] = [0, 0, 0];
  const damaged: BlobKey[] = [];
  const tell = (byteLength: number) => {
    files += 1;
    bytes += byteLength;
    onProgress?.({ files, bytes, ...total });
  };
  for (const [index, shelf] of shelves.entries()) {
    signal?.throwIfAborted();
    const there = new Map<BlobKey, number>();
    for await (const { key, byteLength } of to.listed(shelf)) there.set(key, byteLength);
    const copyOne = async ({ key, byteLength }: ListedBlob) => {
      signal?.throwIfAborted();
      const isThere = there.get(key) === byteLength;
      if (isThere && (index < doneShelves || (await isSame(key, to)))) return tell(byteLength);
      const outcome = await send(key, options);
      if (outcome === 'sent') {
        if (!(await isSame(key, to))) throw new Error(`${key} has arrived with other bytes`);
        sent += 1;
      }
      if (outcome === 'damaged') damaged.push(key);
      tell(byteLength);
    };
    await someAtOnce(from.listed(shelf), copyOne);
    signal?.throwIfAborted();
    if (index >= doneShelves) await onShelf(index + 1);
  }
  return { files, bytes, sent, damaged };
}

async function totalOf(from: Pick<StoredBlobs, 'listed'>): Promise<{ totalFiles: number; totalBytes: number }> {
  let [totalFiles, totalBytes] = [0, 0];
  for (const shelf of shelves)
    for await (const { byteLength } of from.listed(shelf)) {
      totalFiles += 1;
      totalBytes += byteLength;
    }
  return { totalFiles, totalBytes };
}

/** @returns `gone` where a sweep, or its owner, was faster */
async function send(key: BlobKey, { from, to }: CopyFilesOptions): Promise<'sent' | 'damaged' | 'gone'> {
  try {
    const { body } = await from.open(key);
    await to.putStream(body, async (found) => {
      if (found !== key) throw new DamagedError();
    });
    return 'sent';
  } catch (error) {
    if (error instanceof BlobMissingError) return 'gone';
    if (error instanceof DamagedError) return 'damaged';
    throw error;
  }
}

/** Reads again what breaks off. */
async function isSame(key: BlobKey, to: CopyFilesOptions['to']): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      const hash = createHash('sha256');
      const { body } = await to.open(key);
      for await (const chunk of body) hash.update(chunk as Uint8Array);
      return hash.digest('hex') === digestOf(key);
    } catch (error) {
      if (tries >= maxTries) throw error;
      await sleep(100 * tries);
    }
  }
}

/** The first failure ends it, once those under way have ended. */
async function someAtOnce<Item>(items: AsyncIterable<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  for await (const item of items) {
    if (failure) break;
    const one: Promise<void> = work(item)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => running.delete(one));
    running.add(one);
    if (running.size >= copiedAtOnce) await Promise.race(running);
  }
  await Promise.all(running);
  if (failure) throw failure.error;
}
