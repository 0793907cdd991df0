import { createHash } from 'node:crypto';
import type { HeldBlobs } from '#src/blobs/held-blobs.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { BlobMissingError } from '#src/core/blob-store.js';
import { BoundedMap } from '#src/core/bounded-map.js';
import { UserError } from '#src/core/errors.js';
import type { PersonsDecoder } from '#src/photos/decoder/photo-decoder.js';
import { cellSide } from '#src/photos/sheets/numbered-sheet.js';
import type { ContestSheetsTable } from './contest-sheets-table.js';

export interface NumberedPicture {
  readonly number: number;
  readonly picture: BlobKey;
}

export interface WinningPicture extends NumberedPicture {
  readonly rank: number;
}

export interface ContestPicturesOptions {
  readonly sheets: Pick<ContestSheetsTable, 'use' | 'add'>;
  readonly blobs: Pick<HeldBlobs, 'get' | 'put' | 'during' | 'deleteAll'>;
  /** Whoever draws waits in turn under this name, as a person does. */
  readonly decoderOf: (name: string) => PersonsDecoder;
}

/** Of what sheets look like: another one draws them anew. */
const drawing = 1;
/** Each is some 20 kB. */
const maxThumbnails = 1000;
/** At work, and waiting for their turn. */
const maxUnderWay = 100;
/** Longer than it is wide by more than this, a picture gets margins. */
const maxRatio = 16;

/** Contact sheets and winners' cards. What was drawn before is only looked up, until something on it changes. */
export class ContestPictures {
  readonly #options: ContestPicturesOptions;
  readonly #underWay = new Map<string, Promise<BlobKey>>();
  readonly #thumbnails = new BoundedMap<BlobKey, Uint8Array>(maxThumbnails);

  constructor(options: ContestPicturesOptions) {
    this.#options = options;
  }

  /**
   * One page of a ballot. Whoever shows it says which pictures are on it (`Picture.parts`): they are judged one by one.
   * @param entries 1 to 9, in the order in which they are shown
   */
  sheet(contest: string, entries: readonly NumberedPicture[]): Promise<BlobKey> {
    const isFull = entries.length > 2;
    const what = ['sheet', ...entries.map(({ number, picture }) => [number, picture])];
    return this.#drawnOnce(contest, what, async (decode) => {
      const cells = await inTurn(entries, async ({ number, picture }) => ({
        number,
        picture: await (isFull ? this.#thumbnailBy(decode, picture) : this.#read(picture)),
      }));
      return decode('drawNumbered', async () => cells);
    });
  }

  /** @param winners 1 to 9, the best first; those that share a rank look alike */
  winnersCard(contest: string, winners: readonly WinningPicture[]): Promise<BlobKey> {
    const what = ['winners', ...winners.map(({ rank, number, picture }) => [rank, number, picture])];
    return this.#drawnOnce(contest, what, (decode) =>
      decode('drawWinners', () =>
        inTurn(winners, async ({ rank, number, picture }) => ({ rank, number, picture: await this.#read(picture) })),
      ),
    );
  }

  /** A JPEG as large as on a sheet. @returns undefined where the picture is gone */
  thumbnail(picture: BlobKey): Promise<Uint8Array | undefined> {
    return this.#thumbnailBy(this.#options.decoderOf(`thumbnail ${picture}`), picture);
  }

  async #drawnOnce(
    contest: string,
    what: readonly unknown[],
    draw: (decode: PersonsDecoder) => Promise<Uint8Array>,
  ): Promise<BlobKey> {
    const id = createHash('sha256')
      .update(JSON.stringify([drawing, contest, ...what]))
      .digest('hex');
    const { sheets, blobs, decoderOf } = this.#options;
    const underWay = this.#underWay.get(id);
    if (underWay) return underWay;
    if (this.#underWay.size >= maxUnderWay) throw new UserError('queueFull');
    const drawn = blobs
      .during(async () => {
        const known = await sheets.use(id);
        if (known) return { blob: known, surplus: [] };
        const blob = await blobs.put(await draw(decoderOf(`sheet ${id}`)));
        return { blob, surplus: await sheets.add({ id, contest, blob }) };
      })
      .then(async ({ blob, surplus }) => {
        await blobs.deleteAll(surplus);
        return blob;
      })
      .finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, drawn);
    return drawn;
  }

  async #thumbnailBy(decode: PersonsDecoder, picture: BlobKey): Promise<Uint8Array | undefined> {
    const known = this.#thumbnails.get(picture);
    if (known) return known;
    // Read when it is its turn, however many wait.
    const thumbnail = await orMissing(() =>
      decode('fit', async () => ({
        bytes: await this.#options.blobs.get(picture),
        frame: { maxSide: cellSide, maxRatio },
      })),
    );
    if (thumbnail) this.#thumbnails.set(picture, thumbnail);
    return thumbnail;
  }

  #read(picture: BlobKey): Promise<Uint8Array | undefined> {
    return orMissing(() => this.#options.blobs.get(picture));
  }
}

async function orMissing(read: () => Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof BlobMissingError) return undefined;
    throw error;
  }
}

/** One after the other, so that memory holds one whole picture. */
async function inTurn<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
