/** What the engine keeps of pictures that it has taken apart, so that a second edit of one is faster. */
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '#models/tensors/files/write-atomically.js';
import { fileNameOf, type InversionKey } from './inversion-files.js';

const defaultMaxBytes = 512 * 1024 * 1024;

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
