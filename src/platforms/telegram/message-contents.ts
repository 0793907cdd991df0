import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { InputMediaPhoto } from 'telegraf/types';
import { BlobMissingError, type BlobStore } from '#src/core/blob-store.js';
import type { FitPhoto } from '#src/core/files.js';
import type { Place } from '#src/core/place.js';
import { isGone, isNotModified, isUnsuitablePhoto, isWrongForm, TelegramRefusedError } from './errors.js';
import { type Form, insteadOfPhoto, type Media, PictureUploads, UncoverableError } from './picture-uploads.js';
import { type RenderedMessage, withoutPicture } from './render-message.js';
import { albumKeyOf, type SentEntry, type SentMessages } from './sent-messages.js';
import type { TelegramClient } from './telegram-client.js';

export interface MessageContentsOptions {
  readonly client: TelegramClient;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly sent: SentMessages;
  /** Absent: what Telegram takes only as a file is left out where it has to be covered. */
  readonly fitPhoto?: FitPhoto | undefined;
  readonly log: Logger;
}

type Again = <Result>(request: () => Promise<Result>) => Promise<Result>;
type Picture = RenderedMessage['pictures'][number];

const MiB = 1024 * 1024;
const maxFileBytes = 50 * MiB;
const albumSize = 10;
const searchedIds = 40;

/** Gives a message that exists its content: words, or the first picture with words under it, and the other pictures as an album below. */
export class MessageContents {
  readonly #client: TelegramClient;
  readonly #blobs: Pick<BlobStore, 'get'>;
  readonly #sent: SentMessages;
  readonly #uploads: PictureUploads;
  readonly #log: Logger;

  constructor({ client, blobs, sent, fitPhoto, log }: MessageContentsOptions) {
    this.#client = client;
    this.#blobs = blobs;
    this.#sent = sent;
    this.#uploads = new PictureUploads(blobs, fitPhoto);
    this.#log = log;
  }

  addressOf(place: Place): { chat_id: number; message_thread_id?: number } {
    return {
      chat_id: Number(place.channel),
      ...(place.thread !== undefined && { message_thread_id: Number(place.thread) }),
    };
  }

  /**
   * May be repeated: an edit that changes nothing is done.
   * @throws TelegramRefusedError also where words may be posted but pictures may not
   */
  async apply(place: Place, id: number, message: RenderedMessage, again: Again): Promise<void> {
    try {
      await this.#apply(place, id, message, again);
    } catch (error) {
      if (!(error instanceof UncoverableError)) throw error;
      this.#log.warn({ err: error }, 'a picture could not be covered, and is left out');
      await this.apply(place, id, withoutPicture(message, error.blob), again);
    }
  }

  async #apply(place: Place, id: number, message: RenderedMessage, again: Again): Promise<void> {
    const pictures = await this.#readable(message);
    const [first, ...others] = pictures;
    if (!first) return this.#showWords(place, id, message, again);
    await this.#showPicture(place, id, first, message, again);
    if (others.length > 0) await this.#showOthers(place, id, others, message, again);
  }

  async #showWords(
    place: Place,
    id: number,
    { text, caption, keyboard }: RenderedMessage,
    again: Again,
  ): Promise<void> {
    const target = { chat_id: Number(place.channel), message_id: id, reply_markup: keyboard };
    try {
      await again(() =>
        this.#client.call('editMessageText', { ...target, text, link_preview_options: { is_disabled: true } }),
      );
    } catch (error) {
      if (isNotModified(error)) return;
      if (!isWrongForm(error)) throw error;
      // A message that shows a picture keeps it.
      await again(() => this.#client.call('editMessageCaption', { ...target, caption })).catch(unlessModified);
    }
  }

  async #showPicture(
    place: Place,
    id: number,
    picture: Picture,
    message: RenderedMessage,
    again: Again,
  ): Promise<void> {
    const edit = async (wanted: Form) => {
      const { form, media } = await this.#uploads.uploadOf(picture, { ...message, form: wanted });
      const edited = await again(() =>
        this.#client.call('editMessageMedia', {
          chat_id: Number(place.channel),
          message_id: id,
          media,
          reply_markup: message.keyboard,
        }),
      );
      this.#uploads.note(picture.blob, form, edited);
    };
    try {
      await edit(picture.name === undefined ? 'photo' : 'file');
    } catch (error) {
      if (isNotModified(error)) return;
      if (!isUnsuitablePhoto(error)) throw error;
      await edit(insteadOfPhoto(message.isSpoiler)).catch((second: unknown) => {
        if (isUnsuitablePhoto(second)) throw new UncoverableError(picture.blob, { cause: second });
        unlessModified(second);
      });
    }
  }

  async #showOthers(
    place: Place,
    id: number,
    pictures: readonly Picture[],
    { isSpoiler }: RenderedMessage,
    again: Again,
  ): Promise<void> {
    for (let start = 0; start < pictures.length; start += albumSize) {
      const part = pictures.slice(start, start + albumSize);
      const key = `${albumKeyOf(place.channel, id)}${start}`;
      const content = createHash('sha256')
        .update([...part.map(({ blob }) => blob), ...(isSpoiler ? ['covered'] : [])].join())
        .digest('hex')
        .slice(0, 16);
      const known = this.#sent.get(key);
      if (known?.content === content && known.state === 'sent') continue;
      if (known?.content === content && (await this.#wasPosted(known, part, again))) continue;
      if (known?.state === 'sent') await this.#remove(place, known, again);
      await this.#sent.begin(key, place.channel, { content });
      try {
        const ids = await this.#postAlbum(place, id, part, isSpoiler, again);
        this.#sent.finish(key, ids);
      } catch (error) {
        if (error instanceof TelegramRefusedError) this.#sent.forget(key);
        throw error;
      }
    }
  }

  async #postAlbum(
    place: Place,
    id: number,
    pictures: readonly Picture[],
    isSpoiler: boolean | undefined,
    again: Again,
  ): Promise<number[]> {
    const post = async (wanted: Form): Promise<number[]> => {
      const uploads = await Promise.all(
        pictures.map((picture) => this.#uploads.uploadOf(picture, { caption: picture.alt, isSpoiler, form: wanted })),
      );
      const media = uploads.map((upload) => upload.media);
      // Photos and files do not mix in an album.
      if (new Set(media.map(({ type }) => type)).size > 1) return post('file');
      const target = {
        ...this.addressOf(place),
        reply_parameters: { message_id: id, allow_sending_without_reply: true },
      };
      const [only] = media;
      const messages: readonly { readonly message_id: number }[] =
        media.length > 1
          ? await again(() => this.#client.call('sendMediaGroup', { ...target, media: media as InputMediaPhoto[] }))
          : [await again(() => this.#postOne(target, only!))];
      for (const [index, message] of messages.entries())
        this.#uploads.note(pictures[index]!.blob, uploads[index]!.form, message);
      return messages.map(({ message_id }) => message_id);
    };
    try {
      return await post('photo');
    } catch (error) {
      if (!isUnsuitablePhoto(error)) throw error;
      return post(insteadOfPhoto(isSpoiler)).catch((second: unknown) => {
        throw isUnsuitablePhoto(second) ? new UncoverableError(pictures[0]!.blob, { cause: second }) : second;
      });
    }
  }

  #postOne(target: { readonly chat_id: number }, media: Media): Promise<{ message_id: number }> {
    const { type, media: file, caption } = media;
    if (type === 'document') return this.#client.call('sendDocument', { ...target, document: file, caption });
    const spoiler = media.has_spoiler ? { has_spoiler: true } : {};
    return this.#client.call('sendPhoto', { ...target, photo: file, caption, ...spoiler });
  }

  /** An album whose answer was lost: only ours can be given its own words again. */
  async #wasPosted(entry: SentEntry, pictures: readonly Picture[], again: Again): Promise<boolean> {
    for (const id of this.#sent.candidates(entry, searchedIds)) {
      try {
        const target = { chat_id: Number(entry.chat), message_id: id };
        await again(() => this.#client.call('editMessageCaption', { ...target, caption: pictures[0]!.alt }));
      } catch (error) {
        if (isNotModified(error)) {
          this.#sent.finish(
            entry.key,
            pictures.map((_, index) => id + index),
          );
          return true;
        }
        if (!(error instanceof TelegramRefusedError) || error.code !== 400) throw error;
      }
    }
    return false;
  }

  async #remove(place: Place, entry: SentEntry, again: Again): Promise<void> {
    const target = { chat_id: Number(place.channel), message_ids: [...entry.ids] };
    await again(() => this.#client.call('deleteMessages', target)).catch((error: unknown) => {
      if (!isGone(error)) this.#log.debug({ err: error }, 'an album could not be taken back');
    });
  }

  /** Without those whose files are no longer kept. */
  async #readable({ pictures, isSpoiler }: RenderedMessage): Promise<Picture[]> {
    const found: Picture[] = [];
    for (const picture of pictures) {
      const isThere =
        this.#uploads.known(picture.blob, picture.name === undefined ? 'photo' : 'file', isSpoiler) !== undefined ||
        (await this.#blobs.get(picture.blob).then(
          ({ byteLength }) => byteLength > 0 && byteLength <= maxFileBytes,
          (error: unknown) => {
            if (!(error instanceof BlobMissingError)) throw error;
            return false;
          },
        ));
      if (isThere) found.push(picture);
      else this.#log.warn({ blob: picture.blob }, 'a picture is gone or too large, and is left out');
    }
    return found;
  }
}

function unlessModified(error: unknown): void {
  if (!isNotModified(error)) throw error;
}
