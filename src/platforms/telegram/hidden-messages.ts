import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from 'pino';
import { defaultLocale } from '#locales/index.js';
import type { MessageReference, Person, Place } from '#src/core/place.js';
import type { OutgoingMessage, SendOptions } from '../platform.js';
import type { ChatQueues } from './chat-queues.js';
import { ChatForbiddenError, TelegramRefusedError, TelegramUnansweredError } from './errors.js';
import type { Messenger } from './messenger.js';
import type { PressAnswer } from './press-answer.js';
import { type RenderedMessage, renderMessage } from './render-message.js';
import type { TelegramClient } from './telegram-client.js';
import { say } from './texts.js';

/** A button that somebody has pressed in a group. */
export interface Press {
  readonly queryId: string;
  readonly place: Place;
  readonly personId: string;
  readonly answer: PressAnswer;
}

export interface HiddenMessagesOptions {
  readonly client: TelegramClient;
  readonly queues: ChatQueues;
  readonly messenger: Messenger;
  /** The bot's own, for links to it. */
  readonly username: () => string | undefined;
  readonly log: Logger;
}

/** For whom it is has to be known. */
type HiddenOptions = SendOptions & { readonly person: Person };

type Again = <Result>(request: () => Promise<Result>) => Promise<Result>;

/** Of 15 seconds; what is left is for the way. */
const answerableMs = 12_000;
const whileUnsure = '…';

/** What in a group is for one pair of eyes: below the button that was pressed, else in private, else not at all. */
export class HiddenMessages {
  readonly #options: HiddenMessagesOptions;
  readonly #current = new AsyncLocalStorage<Press & { readonly at: number }>();
  /** A Bot API server older than ephemeral messages would post one for all to see. */
  #isKnown: boolean | undefined;

  constructor(options: HiddenMessagesOptions) {
    this.#options = options;
  }

  /** What is sent in the course of `work` may answer the press. */
  during<Result>(press: Press, work: () => Promise<Result>): Promise<Result> {
    return this.#current.run({ ...press, at: Date.now() }, work);
  }

  /** What follows is seen by itself. */
  acknowledge(): void {
    void this.#current.getStore()?.answer.give();
  }

  /** Words that the app shows for a moment. @returns undefined where nobody waits for them any more */
  async notice(place: Place, message: OutgoingMessage, person: Person): Promise<MessageReference | undefined> {
    const press = this.#current.getStore();
    if (press?.personId !== person.id) return undefined;
    const { text } = renderMessage(message);
    if (!(await press.answer.give({ text }))) return undefined;
    return { place, message: `notice-${press.queryId}` };
  }

  /** The app opens the chat with the bot alone, where one tap shows it. @returns undefined where no app waits for that */
  async #lead(place: Place, { start }: OutgoingMessage, person: Person): Promise<MessageReference | undefined> {
    const press = this.#current.getStore();
    const name = this.#options.username();
    if (start === undefined || name === undefined || press?.personId !== person.id) return undefined;
    const isLed = await press.answer.give({ url: `https://t.me/${name}?start=${start}` });
    return isLed ? { place, message: `link-${press.queryId}` } : undefined;
  }

  /** @returns undefined where it could not be hidden and need not be */
  async send(place: Place, message: OutgoingMessage, options: HiddenOptions): Promise<MessageReference | undefined> {
    const { messenger } = this.#options;
    const { key, person } = options;
    const led = await this.#lead(place, message, person);
    if (led) return led;
    const below = await this.#answerPress(place, message, options);
    if (below || message.ephemeral !== true) return below;
    if (!isAccount(person)) return this.#askToWrite(place, message, options);
    const inPrivate: Place = { platform: 'telegram', channel: person.id };
    try {
      const { id } = await messenger.post(inPrivate, `${key}-private`, renderMessage(message), { person: person.id });
      return { place: inPrivate, message: String(id) };
    } catch (error) {
      if (!(error instanceof ChatForbiddenError)) throw error;
      return this.#askToWrite(place, message, options);
    }
  }

  /** Whoever has never spoken with the bot alone has to begin: Telegram lets no bot do that. */
  async #askToWrite(
    place: Place,
    { locale = defaultLocale }: OutgoingMessage,
    { key, person, partOf = key }: HiddenOptions,
  ): Promise<MessageReference> {
    const { messenger, username } = this.#options;
    const sentence = isAccount(person) ? 'writeInPrivate' : 'writeAsYourself';
    const words = renderMessage({ kind: 'info', text: say(locale, sentence, { person: person.name }) });
    const name = username();
    const keyboard: RenderedMessage['keyboard'] =
      name === undefined || !isAccount(person)
        ? words.keyboard
        : { inline_keyboard: [[{ text: say(locale, 'openPrivate'), url: `https://t.me/${name}?start=private` }]] };
    // One sentence for all parts of a message.
    const posted = await messenger.post(
      place,
      `${partOf}-where`,
      { ...words, keyboard },
      {
        person: person.id,
        isTalk: true,
      },
    );
    return { place: posted.place, message: String(posted.id) };
  }

  /** Words alone: files and pictures are to be kept, buttons to be found again, and these messages vanish. */
  async #answerPress(
    place: Place,
    message: OutgoingMessage,
    { person }: HiddenOptions,
  ): Promise<MessageReference | undefined> {
    const press = this.#current.getStore();
    const rendered = renderMessage(message);
    const isWords = rendered.pictures.length === 0 && !message.buttons?.length;
    if (!press || !isWords || press.personId !== person.id || press.place.channel !== place.channel) return undefined;
    const isLate = () => Date.now() - press.at > answerableMs;
    if (this.#isKnown === false || isLate()) return undefined;
    const { queues, log } = this.#options;
    try {
      const id = await queues.run(place.channel, async (again) =>
        isLate() ? undefined : this.#sendEphemeral(place, rendered, press, again),
      );
      return id === undefined ? undefined : { place, message: `ephemeral-${id}` };
    } catch (error) {
      if (!(error instanceof TelegramRefusedError || error instanceof TelegramUnansweredError)) throw error;
      log.debug({ err: error }, 'a press could not be answered for one person alone');
      return undefined;
    }
  }

  /**
   * The words go out at once where the server is known to hide them. Where that is not known yet they follow by a method that
   * an older server has not.
   */
  async #sendEphemeral(
    place: Place,
    { text }: RenderedMessage,
    { queryId, personId }: Press,
    again: Again,
  ): Promise<number | undefined> {
    const { client, messenger } = this.#options;
    const isSure = this.#isKnown === true;
    const address = messenger.addressOf(place);
    const receiver_user_id = Number(personId);
    const content = { text, link_preview_options: { is_disabled: true } };
    const sent = await again(() =>
      client.call('sendMessage', {
        ...address,
        ...(isSure ? content : { text: whileUnsure }),
        ephemeral_message_parameters: { receiver_user_id, callback_query_id: queryId },
      }),
    );
    const { ephemeral_message_id } = sent;
    this.#isKnown = ephemeral_message_id !== undefined;
    if (ephemeral_message_id === undefined) {
      await client.call('deleteMessage', { chat_id: address.chat_id, message_id: sent.message_id });
      return undefined;
    }
    if (!isSure) {
      await client.call('editEphemeralMessageText', {
        chat_id: address.chat_id,
        receiver_user_id,
        ephemeral_message_id,
        ...content,
      });
    }
    return ephemeral_message_id;
  }
}

/** Not an administrator who writes as the group, and has its id. */
function isAccount({ id }: Person): boolean {
  return Number(id) > 0;
}
