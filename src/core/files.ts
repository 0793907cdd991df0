import type { BlobKey } from './blob-key.js';

/** A photo as the platform hands it over. Reading it may be slow and may fail; its name and size are only claims. */
export interface IncomingImage {
  readonly name: string;
  readonly claimedBytes?: number;
  /** Whoever sent it has covered it: what comes of it is covered, too. */
  readonly isSpoiler?: boolean;
  read(maxBytes: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** A file to keep, not to look at. */
export interface OfferedFile {
  readonly blob: BlobKey;
  readonly name: string;
}

/** What a picture has to fit into. */
export interface PhotoFrame {
  readonly maxSide: number;
  /** How many times the shorter side the longer one may be. */
  readonly maxRatio: number;
}

/**
 * Makes one of our own pictures a photo for a service that takes it as it is only as a file.
 * @param read called when it is this picture's turn
 */
export type FitPhoto = (read: () => Promise<Uint8Array>, frame: PhotoFrame) => Promise<Uint8Array>;
