/** What the engine keeps of pictures that it has taken apart, so that a second edit of one is faster. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '#models/tensors/files/write-atomically.js';
import type { BlobKey } from '#src/core/blob-key.js';

export interface InversionKey {
  /** Of the picture's bytes as stored. */
  readonly picture: BlobKey;
  /** Everything else that the inversion depends on: checkpoint, caption, steps, kind. */
  readonly parts: readonly (string | number)[];
}

const defaultMaxBytes = 512 * 1024 * 1024;
const namePattern = /^([0-9a-f]{64})-[0-9a-f]{32}\.safetensors$/;

/** Files named by content, the least recently used ones removed first. A lost file costs time and nothing else. */
export class InversionCache {
  readonly #folder: string;
  readonly #maxBytes: number;

  constructor(folder: string, maxBytes = defaultMaxBytes) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  async get(key: InversionKey): Promise<Uint8Array | undefined> {
    const path = join(this.#folder, fileNameOf(key));
    const bytes = await readFile(path).catch(() => undefined);
    if (!bytes) return undefined;
    const now = new Date();
    await utimes(path, now, now).catch(() => {});
    return bytes;
  }

  async put(key: InversionKey, bytes: Uint8Array): Promise<void> {
    if (bytes.byteLength > this.#maxBytes) return;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeAtomically(join(this.#folder, fileNameOf(key)), bytes, 0o600);
    await this.#shrink();
  }

  /** Removes what is left of pictures that are not kept any more. @returns how many files */
  async forget(isKept: (picture: BlobKey) => Promise<boolean>): Promise<number> {
    let removed = 0;
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const digest = namePattern.exec(name)?.[1];
      if (digest === undefined || (await isKept(`sha256-${digest}` as BlobKey))) continue;
      await rm(join(this.#folder, name), { force: true });
      removed += 1;
    }
    return removed;
  }

  async #shrink(): Promise<void> {
    const files = [];
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found) files.push({ path, bytes: found.size, usedAt: found.mtimeMs });
    }
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { path, bytes } of files.toSorted((one, other) => one.usedAt - other.usedAt)) {
      if (total <= this.#maxBytes) return;
      await rm(path, { force: true });
      total -= bytes;
    }
  }
}

/** Beside what else the engine keeps between starts. */
export function inversionsFolder(cacheFolder: string): string {
  return join(cacheFolder, 'inversions');
}

function fileNameOf({ picture, parts }: InversionKey): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
  return `${picture.slice('sha256-'.length)}-${digest}.safetensors`;
}
