import { type BlobKey, hashBlob } from '#src/core/blob-key.js';
import type { BlobHolder, BlobReader, BlobStore, OpenedBlob, StoredBlobs } from '#src/core/blob-store.js';

/** Which files are stored: told before there are bytes, and after they are gone. */
export interface BlobNotes {
  note(files: readonly { readonly key: BlobKey; readonly byteLength: number }[]): Promise<void>;
  remove(keys: readonly BlobKey[]): Promise<void>;
}

export interface HeldBlobsOptions {
  readonly files: Pick<StoredBlobs, 'put' | 'putStream' | 'get' | 'open' | 'has' | 'byteLengthOf' | 'delete'>;
  readonly register: BlobNotes;
  /** Of some files those that no row needs, as of now. */
  readonly findUnused: (keys: readonly BlobKey[]) => Promise<readonly BlobKey[]>;
  /** Rejects where another bot may have begun to use them by now. */
  readonly beforeDelete?: () => Promise<void>;
}

/** Nobody who stores one of them anew waits for long. */
const removedTogether = 50;

/**
 * The store as the bot uses it. Bytes are stored before the row that names them is written, and the same bytes may be given up by
 * somebody else in between. So what a piece of work stores or looks up is held until the work has ended, and `delete` decides and
 * removes in one: it leaves what is held or used, and whoever stores the same bytes meanwhile waits, and stores them anew.
 * Holds end with their process; what was stored for a piece of work that died is in the register, and goes when it is old.
 */
export class HeldBlobs implements BlobStore, BlobReader, BlobHolder {
  readonly #options: HeldBlobsOptions;
  readonly #running = new Set<object>();
  /** The pieces of work that were running when a file was last stored or looked up. */
  readonly #holders = new Map<BlobKey, Set<object>>();
  readonly #removing = new Map<BlobKey, Promise<void>>();
  /** Given up while they were held. */
  readonly #postponed = new Set<BlobKey>();

  constructor(options: HeldBlobsOptions) {
    this.#options = options;
  }

  /** Holds what is stored or looked up while the work runs, by whomever, until it has ended. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    const piece = {};
    this.#running.add(piece);
    try {
      return await work();
    } finally {
      this.#running.delete(piece);
      await this.#release(piece);
    }
  }

  /** The same for files that somebody else stored. */
  duringUseOf<Result>(keys: readonly BlobKey[], work: () => Promise<Result>): Promise<Result> {
    return this.during(async () => {
      for (const key of keys) await this.#hold(key);
      return work();
    });
  }

  async put(bytes: Uint8Array): Promise<BlobKey> {
    const key = await hashBlob(bytes);
    return this.#storing(async (prepare) => {
      await prepare(key, bytes.byteLength);
      return this.#options.files.put(bytes, key);
    });
  }

  putStream(chunks: AsyncIterable<Uint8Array>): Promise<BlobKey> {
    return this.#storing((prepare) => this.#options.files.putStream(chunks, prepare));
  }

  async get(key: BlobKey): Promise<Uint8Array> {
    await this.#hold(key);
    return this.#options.files.get(key);
  }

  async open(key: BlobKey): Promise<OpenedBlob> {
    await this.#hold(key);
    return this.#options.files.open(key);
  }

  async has(key: BlobKey): Promise<boolean> {
    await this.#hold(key);
    return this.#options.files.has(key);
  }

  /** Looks for files that workers have stored, and notes them, as a worker cannot. @returns those that are not there */
  async missingOf(keys: readonly BlobKey[]): Promise<BlobKey[]> {
    const found: { key: BlobKey; byteLength: number }[] = [];
    const missing: BlobKey[] = [];
    for (const key of new Set(keys)) {
      await this.#hold(key);
      const byteLength = await this.#options.files.byteLengthOf(key);
      if (byteLength === undefined) missing.push(key);
      else found.push({ key, byteLength });
    }
    await this.#options.register.note(found);
    return missing;
  }

  /** Removes it unless somebody needs it, or is about to. */
  delete(key: BlobKey): Promise<void> {
    return this.#removeTogether([key]);
  }

  /** The same for many, in fewer questions to the database. */
  async deleteAll(keys: Iterable<BlobKey>): Promise<void> {
    const all = [...new Set(keys)];
    for (let start = 0; start < all.length; start += removedTogether)
      await this.#removeTogether(all.slice(start, start + removedTogether));
  }

  /** Nothing is given up while it is being stored. What could not be stored has no note left. */
  async #storing(
    store: (prepare: (key: BlobKey, byteLength: number) => Promise<void>) => Promise<BlobKey>,
  ): Promise<BlobKey> {
    const piece = {};
    let storing: BlobKey | undefined;
    try {
      return await store(async (key, byteLength) => {
        storing = key;
        await this.#hold(key, piece);
        await this.#options.register.note([{ key, byteLength }]);
      });
    } catch (error) {
      if (storing) this.#postponed.add(storing);
      throw error;
    } finally {
      if (storing) await this.#release(piece, [storing]);
    }
  }

  async #removeTogether(keys: readonly BlobKey[]): Promise<void> {
    for (let busy = this.#removingOf(keys); busy; busy = this.#removingOf(keys)) await busy;
    const removing = this.#remove(keys).finally(() => {
      for (const key of keys) this.#removing.delete(key);
    });
    // Whoever waits for it only waits.
    const ended = removing.catch(() => {});
    for (const key of keys) this.#removing.set(key, ended);
    await removing;
  }

  #removingOf(keys: readonly BlobKey[]): Promise<void> | undefined {
    const busy = keys.find((key) => this.#removing.has(key));
    return busy && this.#removing.get(busy);
  }

  async #remove(keys: readonly BlobKey[]): Promise<void> {
    const free = keys.filter((key) => !this.#holders.has(key));
    for (const key of keys) if (this.#holders.has(key)) this.#postponed.add(key);
    if (free.length === 0) return;
    const unused = await this.#options.findUnused(free);
    for (const key of unused) {
      await this.#options.beforeDelete?.();
      await this.#options.files.delete(key);
    }
    await this.#options.register.remove(unused);
  }

  async #hold(key: BlobKey, ...besides: readonly object[]): Promise<void> {
    const pieces = [...this.#running, ...besides];
    if (pieces.length > 0) {
      const holders = this.#holders.get(key) ?? new Set();
      for (const piece of pieces) holders.add(piece);
      this.#holders.set(key, holders);
    }
    while (this.#removing.has(key)) await this.#removing.get(key);
  }

  async #release(piece: object, keys: Iterable<BlobKey> = this.#holders.keys()): Promise<void> {
    const givenUp: BlobKey[] = [];
    for (const key of keys) {
      const holders = this.#holders.get(key);
      if (!holders?.delete(piece) || holders.size > 0) continue;
      this.#holders.delete(key);
      if (this.#postponed.delete(key)) givenUp.push(key);
    }
    // What cannot be removed now is found by the sweep.
    await this.deleteAll(givenUp).catch(() => {});
  }
}
