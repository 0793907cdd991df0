import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { BlobKey } from '#src/core/blob-key.js';
import type { BlobHolder, BlobStore } from '#src/core/blob-store.js';
import type { IncomingImage } from '#src/core/files.js';
import type { Notes } from '#src/core/notes.js';
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
  /** Photos in the store, waiting or being read, from one address and from all. */
  readonly perAddress: Allowance;
  readonly inAll: Allowance;
  readonly maxPerMinutePerAddress: number;
}

/** Who sends a photo, and from where. */
export interface Sender {
  readonly personId: string;
  readonly address: ClientAddress;
}

export interface UploadsOptions {
  readonly notes: Notes;
  readonly blobs: Pick<BlobStore, 'putStream' | 'get' | 'has' | 'delete'> & BlobHolder;
  readonly limits: UploadLimits;
}

interface Upload {
  readonly id: string;
  /** Not known any more to another process. */
  readonly address: ClientAddress;
  readonly name: string;
  readonly startedAt: number;
  bytes: number;
  /** Once it is there as a whole. */
  blob?: BlobKey;
}

type CompleteUpload = Upload & { readonly blob: BlobKey };

const kind = 'upload';
const notedSchema = z.object({ name: z.string(), bytes: z.number() });

/** Photos that were attached but not sent yet. They wait as stored files, under limits, and are gone with the message, or after an hour. */
export class Uploads {
  readonly #notes: Notes;
  readonly #blobs: UploadsOptions['blobs'];
  readonly #limits: UploadLimits;
  readonly #waiting = new Map<string, Map<string, Upload>>();
  readonly #tally: UploadTally;
  readonly #rate: RateMeter;

  private constructor({ notes, blobs, limits }: UploadsOptions) {
    this.#notes = notes;
    this.#blobs = blobs;
    this.#limits = limits;
    this.#tally = new UploadTally(limits.perAddress, limits.inAll);
    this.#rate = new RateMeter(limits.maxPerMinutePerAddress, 60_000);
  }

  /** With those that wait since an earlier process. */
  static async open(options: UploadsOptions): Promise<Uploads> {
    const uploads = new Uploads(options);
    for (const { key: id, person, at: startedAt, value, blob } of await options.notes.read(kind)) {
      const noted = notedSchema.safeParse(value).data;
      if (!noted || person === undefined || blob === undefined) await options.notes.remove(kind, [id]);
      else uploads.#restore(person, { id, address: undefined, ...noted, startedAt, blob });
    }
    await uploads.removeOld();
    return uploads;
  }

  everythingOf(personId: string): object[] {
    const mine = this.#waiting.get(personId)?.values() ?? [];
    return [...mine].map(({ name, startedAt, bytes, blob }) => ({ name, startedAt, bytes, blob }));
  }

  async removeOf(personId: string): Promise<void> {
    for (const id of [...(this.#waiting.get(personId)?.keys() ?? [])]) await this.remove(personId, id);
  }

  /** Stores the stream, and stops reading at the first byte too many. */
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
      startedAt: Date.now(),
      bytes: 0,
    };
    mine.set(id, upload);
    const tally = this.#tally;
    const chunks = async function* () {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        upload.bytes += chunk.byteLength;
        tally.add(address, chunk.byteLength);
        if (upload.bytes > maxPhotoBytes) throw tooLarge();
        if (sum(mine) > maxWaitingBytes)
          throw new RequestError(
            413,
            'photos-size',
            `Waiting photos may have at most ${maxWaitingBytes} bytes together.`,
          );
        yield chunk;
      }
    };
    try {
      upload.blob = await this.#blobs.putStream(chunks());
      if (mine.get(id) !== upload) {
        // Its person has taken it away, or is forgotten.
        await this.#blobs.delete(upload.blob);
        throw photoGone();
      }
      await this.#note(personId, { ...upload, blob: upload.blob });
    } catch (error) {
      await this.remove(personId, id);
      throw error;
    }
    return id;
  }

  /** Not while it streams, which may take minutes: files that others give up would stay for as long. */
  #note(personId: string, { id, name, bytes, startedAt: at, blob }: CompleteUpload): Promise<void> {
    return this.#blobs.during(async () => {
      if (!(await this.#blobs.has(blob))) throw photoGone();
      await this.#notes.put({ kind, key: id, person: personId, at, value: { name, bytes }, blob });
    });
  }

  /** Hands photos over to a message: they wait no longer, and `release` deletes them, to be called once. */
  take(personId: string, ids: readonly string[]): { readonly images: IncomingImage[]; release(): Promise<void> } {
    const mine = this.#waiting.get(personId);
    const taken = [...new Set(ids)].map((id) => mine?.get(id));
    const uploads = taken.flatMap((upload) => (upload && isComplete(upload) ? upload : []));
    if (uploads.length < taken.length) throw photoGone();
    for (const { id } of uploads) mine?.delete(id);
    if (mine?.size === 0) this.#waiting.delete(personId);
    return {
      images: uploads.map((upload) => this.#toIncomingImage(upload)),
      release: async () => {
        await Promise.all(uploads.map((upload) => this.#giveUp(upload)));
      },
    };
  }

  async remove(personId: string, id: string): Promise<boolean> {
    const mine = this.#waiting.get(personId);
    const upload = mine?.get(id);
    if (!mine || !upload) return false;
    mine.delete(id);
    if (mine.size === 0) this.#waiting.delete(personId);
    await this.#giveUp(upload);
    return true;
  }

  async #giveUp({ id, blob, address, bytes }: Upload): Promise<void> {
    try {
      if (!blob) return;
      await this.#notes.remove(kind, [id]);
      await this.#blobs.delete(blob);
    } finally {
      this.#tally.end(address, bytes);
    }
  }

  async removeOld(now = Date.now()): Promise<void> {
    for (const [personId, mine] of this.#waiting) {
      for (const { id, startedAt } of mine.values()) {
        if (now - startedAt > this.#limits.maxAgeMs) await this.remove(personId, id);
      }
    }
  }

  /** As many as there were, whatever the limits are now. */
  #restore(personId: string, upload: Upload): void {
    const mine = this.#waiting.get(personId) ?? new Map<string, Upload>();
    this.#waiting.set(personId, mine);
    mine.set(upload.id, upload);
    this.#tally.countOne(upload.address, upload.bytes);
  }

  #toIncomingImage({ name, bytes, blob }: CompleteUpload): IncomingImage {
    return {
      name,
      claimedBytes: bytes,
      ...(name.startsWith(spoilerPrefix) && { isSpoiler: true }),
      read: async (maxBytes) => {
        if (bytes > maxBytes) throw new RangeError(`${name}: expected at most ${maxBytes} bytes, got ${bytes}`);
        return this.#blobs.get(blob);
      },
    };
  }
}

const photoGone = () => new RequestError(410, 'photo-gone', 'A photo is no longer here. Add it again.');

function isComplete(upload: Upload): upload is CompleteUpload {
  return upload.blob !== undefined;
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
