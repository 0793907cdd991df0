import { createHash } from 'node:crypto';
import type { InputMediaDocument, InputMediaPhoto } from 'telegraf/types';
import type { BlobKey, Place } from '#src/command.js';
import type { Logger } from '#src/log.js';
import { sniffFormat } from '#src/photo-format.js';
import { BlobMissingError, type BlobStore } from '#src/storage/blobs.js';
import { isGone, isNotModified, isUnsuitablePhoto, isWrongForm, TelegramRefusedError } from './errors.js';
import type { RenderedMessage } from './render-message.js';
import { albumKeyOf, type SentEntry, type SentMessages } from './sent-messages.js';
import { fileOf, type TelegramClient } from './telegram-client.js';

export interface MessageContentsOptions {
  readonly client: TelegramClient;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly sent: SentMessages;
  readonly log: Logger;
}

type Again = <Result>(request: () => Promise<Result>) => Promise<Result>;
type Media = InputMediaPhoto | InputMediaDocument;
type Picture = RenderedMessage['pictures'][number];

const MiB = 1024 * 1024;
const maxPhotoBytes = 10 * MiB;
const maxFileBytes = 50 * MiB;
const albumSize = 10;
const maxKnownFiles = 2000;
const searchedIds = 40;

/** Gives a message that exists its content: words, or the first picture with words under it, and the other pictures as an album below. */
export class MessageContents {
  readonly #client: TelegramClient;
  readonly #blobs: Pick<BlobStore, 'get'>;
  readonly #sent: SentMessages;
  readonly #log: Logger;
  /** What Telegram has already, so that it need not be uploaded again. */
  readonly #files = new Map<BlobKey, { readonly type: Media['type']; readonly id: string }>();

  constructor({ client, blobs, sent, log }: MessageContentsOptions) {
    this.#client = client;
    this.#blobs = blobs;
    this.#sent = sent;
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
    const pictures = await this.#readable(message.pictures);
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
    const edit = async (asFile: boolean) => {
      const media = await this.#mediaOf(picture, { ...message, asFile });
      const edited = await again(() =>
        this.#client.call('editMessageMedia', {
          chat_id: Number(place.channel),
          message_id: id,
          media,
          reply_markup: message.keyboard,
        }),
      );
      this.#noteFile(picture.blob, edited);
    };
    try {
      await edit(picture.name !== undefined);
    } catch (error) {
      if (isNotModified(error)) return;
      if (!isUnsuitablePhoto(error)) throw error;
      await edit(true).catch(unlessModified);
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
        .update(part.map(({ blob }) => blob).join())
        .digest('hex')
        .slice(0, 16);
      const known = this.#sent.get(key);
      if (known?.content === content && known.state === 'sent') continue;
      if (known?.content === content && (await this.#wasPosted(known, part, again))) continue;
      if (known?.state === 'sent') await this.#remove(place, known, again);
      await this.#sent.begin(key, place.channel, { content });
      try {
        const ids = await this.#postAlbum(place, id, part, isSpoiler, again);
        await this.#sent.finish(key, ids);
      } catch (error) {
        if (error instanceof TelegramRefusedError) await this.#sent.forget(key);
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
    const post = async (asFile: boolean) => {
      const media = await Promise.all(
        pictures.map((picture) => this.#mediaOf(picture, { caption: picture.alt, isSpoiler, asFile })),
      );
      const target = {
        ...this.addressOf(place),
        reply_parameters: { message_id: id, allow_sending_without_reply: true },
      };
      const [only] = media;
      const messages: readonly { readonly message_id: number }[] =
        media.length > 1
          ? await again(() => this.#client.call('sendMediaGroup', { ...target, media: media as InputMediaPhoto[] }))
          : [await again(() => this.#postOne(target, only!))];
      for (const [index, message] of messages.entries()) this.#noteFile(pictures[index]!.blob, message);
      return messages.map(({ message_id }) => message_id);
    };
    try {
      return await post(false);
    } catch (error) {
      if (!isUnsuitablePhoto(error)) throw error;
      return post(true);
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
          await this.#sent.finish(
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
  async #readable(pictures: RenderedMessage['pictures']): Promise<Picture[]> {
    const found: Picture[] = [];
    for (const picture of pictures) {
      const isThere =
        this.#files.has(picture.blob) ||
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

  async #mediaOf(
    { blob, name }: Picture,
    {
      caption,
      isSpoiler,
      asFile,
    }: { readonly caption: string; readonly isSpoiler?: boolean | undefined; readonly asFile: boolean },
  ): Promise<Media> {
    const describe = (type: Media['type'], media: Media['media']): Media =>
      type === 'photo' && isSpoiler ? { type, media, caption, has_spoiler: true } : { type, media, caption };
    const known = this.#files.get(blob);
    if (known && (!asFile || known.type === 'document')) return describe(known.type, known.id);
    const bytes = await this.#blobs.get(blob);
    const type = asFile || bytes.byteLength > maxPhotoBytes ? 'document' : 'photo';
    const format = sniffFormat(bytes) ?? 'dat';
    return describe(type, fileOf(bytes, name ?? `petbooth.${format === 'jpeg' ? 'jpg' : format}`));
  }

  #noteFile(blob: BlobKey, message: unknown): void {
    const { photo, document } = message as { photo?: readonly { file_id: string }[]; document?: { file_id: string } };
    const id = photo?.at(-1)?.file_id ?? document?.file_id;
    if (id === undefined) return;
    this.#files.set(blob, { type: photo ? 'photo' : 'document', id });
    if (this.#files.size > maxKnownFiles) this.#files.delete(this.#files.keys().next().value!);
  }
}

function unlessModified(error: unknown): void {
  if (!isNotModified(error)) throw error;
}
