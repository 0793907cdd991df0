import type { InputMediaDocument, InputMediaPhoto } from 'telegraf/types';
import type { BlobKey } from '#src/core/blob-key.js';
import type { BlobStore } from '#src/core/blob-store.js';
import { BoundedMap } from '#src/core/bounded-map.js';
import type { FitPhoto } from '#src/core/files.js';
import { sniffFormat } from '#src/core/photo-format.js';
import type { RenderedMessage } from './render-message.js';
import { fileOf } from './telegram-client.js';

/** What Telegram takes as no photo goes as a file. A file shows what it holds, so where it is covered it is made a photo that fits. */
export type Form = 'photo' | 'file' | 'fitted';
export type Media = InputMediaPhoto | InputMediaDocument;

interface Presentation {
  readonly caption: string;
  readonly isSpoiler?: boolean | undefined;
  readonly form: Form;
}

interface Upload {
  readonly form: Form;
  readonly media: Media;
}

const maxPhotoBytes = 10 * 1024 * 1024;
/** Telegram takes 10 000 pixels for both sides together, and 20 to 1; its apps show no more than this. https://core.telegram.org/bots/api#sendphoto */
const photoFrame = { maxSide: 2560, maxRatio: 20 };
const maxKnownFiles = 2000;

/** Pictures as Telegram takes them, and which of them it has already. */
export class PictureUploads {
  readonly #blobs: Pick<BlobStore, 'get'>;
  readonly #fitPhoto: FitPhoto | undefined;
  /** Telegram's ids, so that nothing need be uploaded again. */
  readonly #known = new BoundedMap<`${Form} ${BlobKey}`, string>(maxKnownFiles);

  constructor(blobs: Pick<BlobStore, 'get'>, fitPhoto: FitPhoto | undefined) {
    this.#blobs = blobs;
    this.#fitPhoto = fitPhoto;
  }

  /** @throws UncoverableError */
  async uploadOf(
    { blob, name }: RenderedMessage['pictures'][number],
    { caption, isSpoiler, form: wanted }: Presentation,
  ): Promise<Upload> {
    const describe = (form: Form, media: Media['media']): Upload => ({
      form,
      media:
        form === 'file'
          ? { type: 'document', media, caption }
          : { type: 'photo', media, caption, ...(isSpoiler && { has_spoiler: true }) },
    });
    const known = this.known(blob, wanted, isSpoiler);
    if (known) return describe(known.form, known.id);
    const bytes = await this.#blobs.get(blob);
    const form = wanted === 'photo' && bytes.byteLength > maxPhotoBytes ? insteadOfPhoto(isSpoiler) : wanted;
    if (form === 'fitted') return describe(form, fileOf(await this.#fitted(blob), 'petbooth.jpg'));
    const format = sniffFormat(bytes) ?? 'dat';
    return describe(form, fileOf(bytes, name ?? `petbooth.${format === 'jpeg' ? 'jpg' : format}`));
  }

  /** What Telegram has of a picture that it need not be sent again. */
  known(
    blob: BlobKey,
    wanted: Form,
    isSpoiler: boolean | undefined,
  ): { readonly form: Form; readonly id: string } | undefined {
    const forms = wanted === 'photo' ? [wanted, insteadOfPhoto(isSpoiler)] : [wanted];
    for (const form of forms) {
      const id = this.#known.get(`${form} ${blob}`);
      if (id !== undefined) return { form, id };
    }
    return undefined;
  }

  /** @param message as Telegram describes what it has taken */
  note(blob: BlobKey, form: Form, message: unknown): void {
    const { photo, document } = message as { photo?: readonly { file_id: string }[]; document?: { file_id: string } };
    const id = photo?.at(-1)?.file_id ?? document?.file_id;
    if (id !== undefined) this.#known.set(`${form} ${blob}`, id);
  }

  async #fitted(blob: BlobKey): Promise<Uint8Array> {
    try {
      if (!this.#fitPhoto) throw new Error('nothing here makes pictures smaller');
      return await this.#fitPhoto(() => this.#blobs.get(blob), photoFrame);
    } catch (error) {
      throw new UncoverableError(blob, { cause: error });
    }
  }
}

/** Telegram takes it as a file alone, and it could not be made a photo. */
export class UncoverableError extends Error {
  readonly blob: BlobKey;

  constructor(blob: BlobKey, options: ErrorOptions) {
    super('a picture that has to be covered is no photo for Telegram', options);
    this.name = 'UncoverableError';
    this.blob = blob;
  }
}

export function insteadOfPhoto(isSpoiler: boolean | undefined): Form {
  return isSpoiler ? 'fitted' : 'file';
}
