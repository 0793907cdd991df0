import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { IncomingImage } from '#src/core/files.js';
import { spoilerPrefix } from '../platform.js';
import type { ClientAddress } from './client-address.js';
import { RateMeter } from './rate-meter.js';
import { RequestError } from './request-guard.js';
import { type Allowance, UploadTally } from './upload-tally.js';

export interface UploadLimits {
  readonly maxPhotoBytes: number;
  /** Waiting photos of one person: how many, and their bytes together. */
  readonly maxPhotos: number;
  readonly maxWaitingBytes: number;
  readonly maxAgeMs: number;
  /** Photos on the disk, waiting or being read, from one address and from all. */
  readonly perAddress: Allowance;
  readonly inAll: Allowance;
  readonly maxPerMinutePerAddress: number;
}

/** Who sends a photo, and from where. */
export interface Sender {
  readonly personId: string;
  readonly address: ClientAddress;
}

interface Upload {
  readonly id: string;
  readonly address: ClientAddress;
  readonly name: string;
  readonly path: string;
  readonly startedAt: number;
  bytes: number;
  isComplete: boolean;
}

/** Photos that were attached but not sent yet. They wait on disk, under limits, and are gone with the message, an hour, or a restart. */
export class Uploads {
  readonly #folder: string;
  readonly #limits: UploadLimits;
  readonly #waiting = new Map<string, Map<string, Upload>>();
  readonly #tally: UploadTally;
  readonly #rate: RateMeter;

  constructor(folder: string, limits: UploadLimits) {
    this.#folder = folder;
    this.#limits = limits;
    this.#tally = new UploadTally(limits.perAddress, limits.inAll);
    this.#rate = new RateMeter(limits.maxPerMinutePerAddress, 60_000);
  }

  async open(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** Writes the stream to disk, and stops reading at the first byte too many. */
  async receive(
    { personId, address }: Sender,
    name: string,
    claimedBytes: number | undefined,
    body: Readable,
  ): Promise<string> {
    await this.removeOld();
    const { maxPhotoBytes, maxPhotos, maxWaitingBytes } = this.#limits;
    const tooLarge = () => new RequestError(413, 'photo-size', `A photo may have at most ${maxPhotoBytes} bytes.`);
    if (claimedBytes !== undefined && claimedBytes > maxPhotoBytes) throw tooLarge();
    const mine = this.#waiting.get(personId) ?? new Map<string, Upload>();
    if (mine.size >= maxPhotos)
      throw new RequestError(429, 'photo-count', `At most ${maxPhotos} photos may wait to be sent.`);
    if (!this.#rate.take(address)) throw new RequestError(429, 'photo-rate', 'Not so many photos at once, please.');
    this.#tally.begin(address);
    this.#waiting.set(personId, mine);
    const id = randomBytes(16).toString('base64url');
    const upload: Upload = {
      id,
      address,
      name: cleanName(name),
      path: join(this.#folder, id),
      startedAt: Date.now(),
      bytes: 0,
      isComplete: false,
    };
    mine.set(id, upload);
    try {
      const file = await open(upload.path, 'wx', 0o600);
      try {
        for await (const chunk of body as AsyncIterable<Buffer>) {
          upload.bytes += chunk.byteLength;
          this.#tally.add(address, chunk.byteLength);
          if (upload.bytes > maxPhotoBytes) throw tooLarge();
          if (sum(mine) > maxWaitingBytes)
            throw new RequestError(
              413,
              'photos-size',
              `Waiting photos may have at most ${maxWaitingBytes} bytes together.`,
            );
          await file.write(chunk);
        }
      } finally {
        await file.close();
      }
    } catch (error) {
      await this.remove(personId, id);
      throw error;
    }
    upload.isComplete = true;
    return id;
  }

  /** Hands photos over to a message: they wait no longer, and `release` deletes them, to be called once. */
  take(personId: string, ids: readonly string[]): { readonly images: IncomingImage[]; release(): Promise<void> } {
    const mine = this.#waiting.get(personId);
    const taken = [...new Set(ids)].map((id) => mine?.get(id));
    if (taken.some((upload) => !upload?.isComplete))
      throw new RequestError(410, 'photo-gone', 'A photo is no longer here. Add it again.');
    const uploads = taken as Upload[];
    for (const { id } of uploads) mine?.delete(id);
    if (mine?.size === 0) this.#waiting.delete(personId);
    return {
      images: uploads.map(toIncomingImage),
      release: async () => {
        await Promise.all(uploads.map((upload) => this.#removeFile(upload)));
      },
    };
  }

  async remove(personId: string, id: string): Promise<boolean> {
    const mine = this.#waiting.get(personId);
    const upload = mine?.get(id);
    if (!mine || !upload) return false;
    mine.delete(id);
    if (mine.size === 0) this.#waiting.delete(personId);
    await this.#removeFile(upload);
    return true;
  }

  async #removeFile({ path, address, bytes }: Upload): Promise<void> {
    await rm(path, { force: true });
    this.#tally.end(address, bytes);
  }

  async removeOld(now = Date.now()): Promise<void> {
    for (const [personId, mine] of this.#waiting) {
      for (const { id, startedAt } of mine.values()) {
        if (now - startedAt > this.#limits.maxAgeMs) await this.remove(personId, id);
      }
    }
  }
}

function toIncomingImage({ name, path, bytes }: Upload): IncomingImage {
  return {
    name,
    claimedBytes: bytes,
    ...(name.startsWith(spoilerPrefix) && { isSpoiler: true }),
    read: async (maxBytes, signal) => {
      if ((await stat(path)).size > maxBytes)
        throw new RangeError(`${name}: expected at most ${maxBytes} bytes, got ${bytes}`);
      return readFile(path, { signal });
    },
  };
}

/** A file's name is shown in answers, never used as a path. */
export function cleanName(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? '';
  return (
    base
      .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
      .trim()
      .slice(0, 80) || 'photo'
  );
}

function sum(uploads: ReadonlyMap<string, Upload>): number {
  let bytes = 0;
  for (const upload of uploads.values()) bytes += upload.bytes;
  return bytes;
}
