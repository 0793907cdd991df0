import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BlobKey, blobKeyOf } from './blob-key.js';
import { syncFolder } from './durable-files.js';

export { BlobKey, blobKeyOf } from './blob-key.js';

/** Bytes under the hash of their content: the same photo twice is stored once, and a stored blob never changes. */
export interface BlobStore {
  /** The bytes survive a power failure once their key is known. */
  put(bytes: Uint8Array): Promise<BlobKey>;
  /** @throws BlobMissingError */
  get(key: BlobKey): Promise<Uint8Array>;
  has(key: BlobKey): Promise<boolean>;
  delete(key: BlobKey): Promise<void>;
}

export class BlobMissingError extends Error {
  readonly key: BlobKey;

  constructor(key: BlobKey, options?: ErrorOptions) {
    super(`blob ${key} is not in the store`, options);
    this.name = 'BlobMissingError';
    this.key = key;
  }
}

/** The host's disk, not the person's fault: shown to people as one general sentence, to the host as this one. */
export class StorageFullError extends Error {
  constructor(folder: string, options?: ErrorOptions) {
    super(`no space left for ${folder}: free some, or point DATA_DIR at a larger disk`, options);
    this.name = 'StorageFullError';
  }
}

export interface FileBlobStoreOptions {
  readonly folder: string;
  readonly maxBytes: number;
  /** Replaceable so that a test can play a full disk. */
  readonly writeFile?: (path: string, bytes: Uint8Array) => Promise<void>;
}

export class FileBlobStore implements BlobStore {
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

  /** @param key that of the bytes, where it is known already */
  async put(bytes: Uint8Array, key: BlobKey = blobKeyOf(bytes)): Promise<BlobKey> {
    if (bytes.byteLength > this.#maxBytes) {
      throw new RangeError(`blob of ${bytes.byteLength} bytes: expected at most ${this.#maxBytes}`);
    }
    const path = this.#pathOf(key);
    if (await this.has(key)) {
      // It is wanted again, so it is not old any more.
      const now = new Date();
      await utimes(path, now, now).catch(() => {});
      // Whoever is storing the same bytes may not have come as far as this.
      await this.#syncName(key);
      return key;
    }
    const temporary = `${path}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await mkdir(this.#folderOf(key), { recursive: true });
      await this.#writeFile(temporary, bytes);
      await rename(temporary, path);
      await this.#syncName(key);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      if (isFull(error)) throw new StorageFullError(this.#folder, { cause: error });
      throw error;
    }
    return key;
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

  async has(key: BlobKey): Promise<boolean> {
    try {
      return (await stat(this.#pathOf(key))).isFile();
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async delete(key: BlobKey): Promise<void> {
    try {
      await unlink(this.#pathOf(key));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  /** Everything that was stored or stored again before a moment. */
  async *olderThan(moment: Date): AsyncGenerator<BlobKey> {
    for (const name of await readdir(this.#folder, { recursive: true }).catch(() => [])) {
      const key = BlobKey.safeParse(`sha256-${basename(name)}`);
      if (!key.success) continue;
      const found = await stat(join(this.#folder, name)).catch(() => undefined);
      if (found && found.mtimeMs < moment.getTime()) yield key.data;
    }
  }

  /** Removes what processes that were killed while writing left behind. */
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

  async #syncName(key: BlobKey): Promise<void> {
    const folder = this.#folderOf(key);
    await syncFolder(folder);
    if (this.#syncedFolders.has(folder)) return;
    await syncFolder(this.#folder);
    await syncFolder(dirname(this.#folder));
    this.#syncedFolders.add(folder);
  }

  #folderOf(key: BlobKey): string {
    const digest = BlobKey.parse(key).slice('sha256-'.length);
    return join(this.#folder, digest.slice(0, 2));
  }

  #pathOf(key: BlobKey): string {
    return join(this.#folderOf(key), key.slice('sha256-'.length));
  }
}

/** `flush`: the bytes are on disk when it ends. */
function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  return writeFile(path, bytes, { flag: 'wx', mode: 0o600, flush: true });
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
