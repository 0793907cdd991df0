import type { Place } from '#src/core/place.js';
import { isGone, isMoved, isNotModified, isPictureForbidden, isUndeletable, isWrongForm } from './errors.js';
import { albumKeyOf, type SentMessages } from './sent-messages.js';
import { fileOf, type TelegramClient } from './telegram-client.js';

type Again = <Result>(request: () => Promise<Result>) => Promise<Result>;

/** What is put in the place of a picture: one grey square of 64 pixels a side. */
const emptyPicture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQMAAACQp+OdAAAAA1BMVEXIyMiuWu3mAAAAD0lEQVQoz2NgGAWjgHwAAAJAAAGMxat3AAAAAElFTkSuQmCC',
  'base64',
);
const emptyName = 'deleted.png';

/** Takes messages away, the pictures below them too. Those that Telegram keeps, as it does after 48 hours, are emptied. */
export class MessageRemoval {
  readonly #client: TelegramClient;
  readonly #sent: SentMessages;

  constructor(client: TelegramClient, sent: SentMessages) {
    this.#client = client;
    this.#sent = sent;
  }

  /**
   * May be repeated.
   * @param words what an emptied message says
   * @throws TelegramRefusedError where a picture stays, because the chat takes no other in its place
   */
  async remove({ channel }: Place, id: number, words: string, again: Again): Promise<void> {
    const below = this.#sent.below(albumKeyOf(channel, id));
    let forbidden: unknown;
    for (const messageId of [...below.flatMap(({ ids }) => ids), id])
      await this.#removeOne({ chat_id: Number(channel), message_id: messageId }, words, again).catch(
        (error: unknown) => {
          if (!isPictureForbidden(error)) throw error;
          forbidden = error;
        },
      );
    for (const { key } of below) this.#sent.forget(key);
    if (forbidden) throw forbidden;
  }

  async #removeOne(target: { readonly chat_id: number; readonly message_id: number }, words: string, again: Again) {
    try {
      await again(() => this.#client.call('deleteMessage', target)).catch(async (error: unknown) => {
        if (!isUndeletable(error)) throw error;
        await this.#empty(target, words, again);
      });
    } catch (error) {
      if (!isGone(error) && !isMoved(error) && !isNotModified(error)) throw error;
    }
  }

  /** Edits are not limited to 48 hours; the buttons go with them. */
  async #empty(target: { readonly chat_id: number; readonly message_id: number }, words: string, again: Again) {
    const edited = { ...target, reply_markup: { inline_keyboard: [] } };
    const showAs = (type: 'photo' | 'document') =>
      again(() =>
        this.#client.call('editMessageMedia', {
          ...edited,
          media: { type, media: fileOf(emptyPicture, emptyName), caption: words },
        }),
      );
    const withoutWords = () =>
      this.#client.call('editMessageCaption', { ...edited, caption: '' }).catch((error: unknown) => {
        if (!isNotModified(error)) throw error;
      });
    await again(() => this.#client.call('editMessageText', { ...edited, text: words })).catch(
      async (error: unknown) => {
        if (!isWrongForm(error)) throw error;
        try {
          // An album of files takes files only.
          await showAs('photo').catch(() => showAs('document'));
        } catch (refusal) {
          // A chat that takes no pictures takes no grey one either: the old one stays, without words and buttons.
          if (isPictureForbidden(refusal)) await again(withoutWords);
          throw refusal;
        }
      },
    );
  }
}
