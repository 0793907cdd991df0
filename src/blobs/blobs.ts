import { createHash, randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BlobKey, blobKeyOf, digestOf, shelfOf } from '#src/core/blob-key.js';
import {
  BlobMissingError,
  type ListedBlob,
  type OpenedBlob,
  StorageFullError,
  type StoredBlobs,
} from '#src/core/blob-store.js';
import { syncFolder } from '#src/core/durable-files.js';

const headBytes = 64;

export interface FileBlobStoreOptions {
  readonly folder: string;
  readonly maxBytes: number;
  /** Replaceable so that a test can play a full disk. */
  readonly writeFile?: (path: string, bytes: Uint8Array) => Promise<void>;
}

export class FileBlobStore implements StoredBlobs {
  readonly #folder: string;
  readonly #maxBytes: number;
  /** Those whose own names are on disk. */
  readonly #syncedFolders = new Set<string>();
  readonly #writeFile: (path: string, bytes: Uint8Array) => Promise<void>;

  constructor(options: FileBlobStoreOptions) {
    this.#folder = options.folder;
    this.#maxBytes = options.maxBytes;
    this.#writeFile = options.writeFile ?? writeNew;
  }

  async put(bytes: Uint8Array, key: BlobKey = blobKeyOf(bytes)): Promise<BlobKey> {
    if (bytes.byteLength > this.#maxBytes) {
      throw new RangeError(`blob of ${bytes.byteLength} bytes: expected at most ${this.#maxBytes}`);
    }
    if (await this.#isNamed(key)) return key;
    const temporary = temporaryBeside(this.#pathOf(key));
    await this.#orNothing(temporary, async () => {
      await mkdir(this.#folderOf(key), { recursive: true });
      await this.#writeFile(temporary, bytes);
      await this.#giveName(temporary, key);
    });
    return key;
  }

  async putStream(
    chunks: AsyncIterable<Uint8Array>,
    beforeNamed?: (key: BlobKey, byteLength: number) => Promise<void>,
  ): Promise<BlobKey> {
    const temporary = temporaryBeside(join(this.#folder, 'stream'));
    return this.#orNothing(temporary, async () => {
      await mkdir(this.#folder, { recursive: true });
      const { key, byteLength } = await writeHashed(temporary, chunks, this.#maxBytes);
      await beforeNamed?.(key, byteLength);
      if (await this.#isNamed(key)) {
        await rm(temporary);
        return key;
      }
      await mkdir(this.#folderOf(key), { recursive: true });
      await this.#giveName(temporary, key);
      return key;
    });
  }

  async get(key: BlobKey): Promise<Uint8Array> {
    try {
      const bytes = await readFile(this.#pathOf(key));
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    } catch (error) {
      if (isMissing(error)) throw new BlobMissingError(key, { cause: error });
      throw error;
    }
  }

  async open(key: BlobKey): Promise<OpenedBlob> {
    const file = await open(this.#pathOf(key)).catch((error: unknown) => {
      throw isMissing(error) ? new BlobMissingError(key, { cause: error }) : error;
    });
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
      return { byteLength: size, head: buffer.subarray(0, bytesRead), body: file.createReadStream({ start: 0 }) };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async has(key: BlobKey): Promise<boolean> {
    return (await this.byteLengthOf(key)) !== undefined;
  }

  async byteLengthOf(key: BlobKey): Promise<number | undefined> {
    return (await this.#look(this.#pathOf(key)))?.size;
  }

  async delete(key: BlobKey): Promise<void> {
    try {
      await unlink(this.#pathOf(key));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  async *listed(shelf: string): AsyncGenerator<ListedBlob> {
    const folder = join(this.#folder, shelf);
    const names = await readdir(folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    for (const name of names) {
      const key = BlobKey.safeParse(`sha256-${name}`);
      const found = key.success ? await this.#look(join(folder, name)) : undefined;
      if (key.success && found) yield { key: key.data, byteLength: found.size, storedAt: found.mtime };
    }
  }

  async removeLeftovers(olderThanMs = 3600_000): Promise<number> {
    let removed = 0;
    const names = await readdir(this.#folder, { recursive: true }).catch(() => []);
    for (const name of names) {
      if (!name.endsWith('.tmp')) continue;
      const path = join(this.#folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      if (Date.now() - mtimeMs < olderThanMs) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  }

  async #look(path: string): Promise<Stats | undefined> {
    try {
      const found = await stat(path);
      return found.isFile() ? found : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async #isNamed(key: BlobKey): Promise<boolean> {
    if (!(await this.has(key))) return false;
    // Whoever is storing the same bytes may not have come as far as this.
    await this.#syncName(key);
    return true;
  }

  async #giveName(temporary: string, key: BlobKey): Promise<void> {
    await rename(temporary, this.#pathOf(key));
    await this.#syncName(key);
  }

  /** Leaves nothing half written. */
  async #orNothing<Result>(temporary: string, write: () => Promise<Result>): Promise<Result> {
    try {
      return await write();
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      if (isFull(error)) throw new StorageFullError(this.#folder, { cause: error });
      throw error;
    }
  }

  async #syncName(key: BlobKey): Promise<void> {
    const folder = this.#folderOf(key);
    await syncFolder(folder);
    if (this.#syncedFolders.has(folder)) return;
    await syncFolder(this.#folder);
    await syncFolder(dirname(this.#folder));
    this.#syncedFolders.add(folder);
  }

  #folderOf(key: BlobKey): string {
    return join(this.#folder, shelfOf(key));
  }

  #pathOf(key: BlobKey): string {
    return join(this.#folderOf(key), digestOf(key));
  }
}

/** `flush`: the bytes are on disk when it ends. */
function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  return writeFile(path, bytes, { flag: 'wx', mode: 0o600, flush: true });
}

function temporaryBeside(path: string): string {
  return `${path}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
}

async function writeHashed(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<{ readonly key: BlobKey; readonly byteLength: number }> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx', 0o600);
  let byteLength = 0;
  try {
    for await (const chunk of chunks) {
      byteLength += chunk.byteLength;
      if (byteLength > maxBytes) throw new RangeError(`blob of more than ${maxBytes} bytes`);
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { key: BlobKey.parse(`sha256-${hash.digest('hex')}`), byteLength };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

function isFull(error: unknown): boolean {
  return codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT';
}
