import { setTimeout as sleep } from 'node:timers/promises';
import type { Place } from '#src/core/place.js';
import { MessageGoneError } from '../platform.js';
import type { ChatQueues, TaskOptions } from './chat-queues.js';
import {
  isGone,
  isMoved,
  isNotModified,
  isPictureForbidden,
  TelegramRefusedError,
  TelegramUnansweredError,
  TopicGoneError,
  translateError,
} from './errors.js';
import type { GroupMoves } from './group-moves.js';
import type { MessageContents } from './message-contents.js';
import { MessageRemoval } from './message-removal.js';
import type { RenderedMessage } from './render-message.js';
import type { SentEntry, SentMessages } from './sent-messages.js';
import type { TelegramClient } from './telegram-client.js';

export interface MessengerOptions {
  readonly client: TelegramClient;
  readonly queues: ChatQueues;
  readonly sent: SentMessages;
  readonly contents: MessageContents;
  readonly moves: Pick<GroupMoves, 'placeNow' | 'hasMoved'>;
  /** Before a request whose answer was lost is looked for or repeated; doubled each time. */
  readonly retryDelayMs?: number | undefined;
  readonly maxAttempts?: number | undefined;
}

type Again = <Result>(request: () => Promise<Result>) => Promise<Result>;

/** A message that is there, and where that is. */
export interface Posted {
  readonly place: Place;
  readonly id: number;
}

/** Ids after the last one known under which a message of ours may be that nobody told us of. */
const searchedIds = 40;

/** Posts messages under keys, and edits them. All that goes to one chat passes its queue. */
export class Messenger {
  readonly #client: TelegramClient;
  readonly #queues: ChatQueues;
  readonly #sent: SentMessages;
  readonly #contents: MessageContents;
  readonly #moves: MessengerOptions['moves'];
  readonly #removal: MessageRemoval;
  readonly #retryDelayMs: number;
  readonly #maxAttempts: number;

  constructor({ client, queues, sent, contents, moves, retryDelayMs = 1000, maxAttempts = 4 }: MessengerOptions) {
    this.#client = client;
    this.#queues = queues;
    this.#sent = sent;
    this.#contents = contents;
    this.#moves = moves;
    this.#removal = new MessageRemoval(client, sent);
    this.#retryDelayMs = retryDelayMs;
    this.#maxAttempts = maxAttempts;
  }

  /**
   * Posts once per key. A message starts as words and gets its pictures by an edit: an edit may be repeated, a post may not.
   * @param options.person whom it is for, so that it is forgotten with them
   * @param options.isTalk nobody needs it when there is something newer for that person
   * @throws ChatForbiddenError, TopicGoneError, or PicturesForbiddenError where only the words could be posted
   */
  async post(
    place: Place,
    key: string,
    message: RenderedMessage,
    { person, isTalk = false }: { readonly person?: string; readonly isTalk?: boolean } = {},
  ): Promise<Posted> {
    const post = async (now: Place, again: Again): Promise<Posted> => {
      const known = this.#find(key, now);
      const id = known?.ids[0] ?? (await this.#postWords(now, { key, person }, message, again));
      if (known || message.pictures.length > 0) {
        await this.#repeatedly(() => this.#contents.apply(now, id, message, again)).catch((error: unknown) => {
          // Whoever deleted the answer does not want it again.
          if (!isGone(error)) throw error;
        });
      }
      return { place: now, id };
    };
    return this.#following(place, post, isTalk ? { rank: 'talk', person } : {}).catch((error: unknown) => {
      // Talk may be heard beside a topic that is gone. What the topic's rules were asked about may not.
      if (!(error instanceof TopicGoneError && isTalk)) throw error;
      const { thread: _, ...beside } = place;
      return this.post(beside, key, message, { ...(person !== undefined && { person }), isTalk });
    });
  }

  addressOf(place: Place): { chat_id: number; message_thread_id?: number } {
    return this.#contents.addressOf(place);
  }

  /** The id of what was posted under a key. */
  idOf(key: string): number | undefined {
    return this.#sent.get(key)?.ids[0];
  }

  /** A question that opens the reply field; Telegram lets nobody edit it. */
  async ask(
    place: Place,
    key: string,
    {
      words,
      placeholder,
      replyTo,
    }: { readonly words: string; readonly placeholder: string; readonly replyTo?: number },
  ): Promise<Posted> {
    return this.#following(place, async (now, again) => {
      const known = this.#find(key, now);
      if (known) return { place: now, id: known.ids[0]! };
      await this.#sent.begin(key, now.channel);
      try {
        const { message_id: id } = await again(() =>
          this.#client.call('sendMessage', {
            ...this.#contents.addressOf(now),
            text: words,
            ...(replyTo !== undefined && {
              reply_parameters: { message_id: replyTo, allow_sending_without_reply: true },
            }),
            reply_markup: { force_reply: true, selective: true, input_field_placeholder: placeholder.slice(0, 64) },
          }),
        );
        this.#sent.finish(key, [id]);
        return { place: now, id };
      } catch (error) {
        if (error instanceof TelegramRefusedError) this.#sent.forget(key);
        throw error;
      }
    });
  }

  /** @throws MessageGoneError, ChatForbiddenError, PicturesForbiddenError */
  async edit(place: Place, id: number, message: RenderedMessage): Promise<void> {
    await this.#queues.run(place.channel, async (again) => {
      await this.#repeatedly(() => this.#contents.apply(this.#standing(place), id, message, again)).catch(
        (error: unknown) => {
          throw translateError(error);
        },
      );
    });
  }

  /** Once, when nothing else is to be sent; `content` is asked for when its turn has come and may have nothing by then. */
  async editPassing(place: Place, id: number, content: () => RenderedMessage | undefined): Promise<void> {
    await this.#queues.run(
      place.channel,
      async (again) => {
        const message = content();
        if (!message) return;
        await this.#contents.apply(this.#standing(place), id, message, again).catch(async (error: unknown) => {
          if (!isPictureForbidden(error)) throw error;
          await this.#contents.apply(place, id, { ...message, pictures: [] }, again);
        });
      },
      { rank: 'passing' },
    );
  }

  /** @param words what is left where Telegram takes nothing away */
  async remove(place: Place, id: number, words: string): Promise<void> {
    if (this.#moves.hasMoved(place.channel)) return;
    await this.#queues.run(place.channel, async (again) => {
      await this.#repeatedly(() => this.#removal.remove(place, id, words, again)).catch((error: unknown) => {
        throw translateError(error);
      });
    });
  }

  /** Where the group turns out to have moved, once more in the supergroup. */
  async #following<Result>(
    place: Place,
    work: (now: Place, again: Again) => Promise<Result>,
    options: TaskOptions = {},
  ): Promise<Result> {
    const attempt = async () => {
      const now = this.#moves.placeNow(place);
      return this.#queues.run(now.channel, (again) => work(now, again), options);
    };
    try {
      return await attempt().catch((error: unknown) => (isMoved(error) ? attempt() : Promise.reject(error)));
    } catch (error) {
      throw translateError(error);
    }
  }

  /** A message stays behind when its group moves. */
  #standing(place: Place): Place {
    if (this.#moves.hasMoved(place.channel)) throw new MessageGoneError('the group has become a supergroup');
    return place;
  }

  /** What was posted under a key where the place is now. */
  #find(key: string, { channel }: Place): SentEntry | undefined {
    const known = this.#sent.get(key);
    return known?.state === 'sent' && known.chat === channel ? known : undefined;
  }

  async #postWords(
    place: Place,
    { key, person }: { readonly key: string; readonly person: string | undefined },
    message: RenderedMessage,
    again: Again,
  ): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      const lost = this.#sent.get(key);
      if (lost?.state === 'sending' && lost.chat === place.channel) {
        const found = await this.#search(lost, message, again);
        if (found !== undefined) {
          this.#sent.finish(key, [found]);
          return found;
        }
      }
      await this.#sent.begin(key, place.channel, { person });
      try {
        const { message_id } = await again(() => this.#sendWords(place, message));
        this.#sent.finish(key, [message_id]);
        return message_id;
      } catch (error) {
        if (error instanceof TelegramRefusedError) {
          this.#sent.forget(key);
          throw error;
        }
        if (!(error instanceof TelegramUnansweredError)) throw error;
        if (!error.mayBeDone) this.#sent.forget(key);
        if (attempt >= this.#maxAttempts) throw error;
        await sleep(this.#retryDelayMs * 2 ** (attempt - 1));
      }
    }
  }

  #sendWords(place: Place, { text, keyboard }: RenderedMessage) {
    const content = { text, reply_markup: keyboard, link_preview_options: { is_disabled: true } };
    return this.#client.call('sendMessage', { ...this.#contents.addressOf(place), ...content });
  }

  /**
   * Looks for a message that may have been posted although nobody answered. Telegram lists no history to a bot, but it lets the bot
   * edit its own messages only: an id that can be given our words is our message.
   */
  async #search(entry: SentEntry, message: RenderedMessage, again: Again): Promise<number | undefined> {
    for (const id of this.#sent.candidates(entry, searchedIds)) {
      try {
        await again(() =>
          this.#client.call('editMessageText', {
            chat_id: Number(entry.chat),
            message_id: id,
            text: message.text,
            reply_markup: message.keyboard,
            link_preview_options: { is_disabled: true },
          }),
        );
        return id;
      } catch (error) {
        if (isNotModified(error)) return id;
        if (!(error instanceof TelegramRefusedError) || error.code !== 400) throw error;
      }
    }
    return undefined;
  }

  /** For edits, which do no harm when they are done twice. */
  async #repeatedly(edit: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await edit();
      } catch (error) {
        if (!(error instanceof TelegramUnansweredError) || attempt >= this.#maxAttempts) throw error;
        await sleep(this.#retryDelayMs * 2 ** (attempt - 1));
      }
    }
  }
}
