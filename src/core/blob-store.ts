import type { Readable } from 'node:stream';
import type { BlobKey } from './blob-key.js';

/** Bytes under the hash of their content: the same photo twice is stored once, and a stored blob never changes. */
export interface BlobStore {
  /** The bytes survive a power failure once their key is known. */
  put(bytes: Uint8Array): Promise<BlobKey>;
  /** The same for what is made while it is stored: never in memory as a whole. */
  putStream(chunks: AsyncIterable<Uint8Array>): Promise<BlobKey>;
  /** @throws BlobMissingError */
  get(key: BlobKey): Promise<Uint8Array>;
  has(key: BlobKey): Promise<boolean>;
  delete(key: BlobKey): Promise<void>;
}

/** Whoever stores something has to name it in a row before somebody else gives the same bytes up. */
export interface BlobHolder {
  /** Nothing goes that is stored or looked up while the work runs. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** For those who hand bytes on, however many they are. */
export interface BlobReader {
  /** @throws BlobMissingError */
  open(key: BlobKey): Promise<OpenedBlob>;
}

/** A store as it is kept, by whoever knows which of it is needed. */
export interface StoredBlobs extends BlobStore, BlobReader {
  /** @param key that of the bytes, where it is known already */
  put(bytes: Uint8Array, key?: BlobKey): Promise<BlobKey>;
  /** @param beforeNamed runs once the key is known, before anything has that key */
  putStream(
    chunks: AsyncIterable<Uint8Array>,
    beforeNamed?: (key: BlobKey, byteLength: number) => Promise<void>,
  ): Promise<BlobKey>;
  /** @returns undefined where it is not stored */
  byteLengthOf(key: BlobKey): Promise<number | undefined>;
  /** What a shelf holds: those whose digests begin with its two digits. For what was stored before anybody kept a register. */
  listed(shelf: string): AsyncGenerator<ListedBlob>;
  /** Removes what processes that were killed while writing left behind. @returns how many */
  removeLeftovers(): Promise<number>;
}

export interface ListedBlob {
  readonly key: BlobKey;
  readonly byteLength: number;
  readonly storedAt: Date;
}

export interface OpenedBlob {
  readonly byteLength: number;
  /** The first bytes, which say what it is. */
  readonly head: Uint8Array;
  /** From the first byte on. To be read to its end or destroyed. */
  readonly body: Readable;
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
