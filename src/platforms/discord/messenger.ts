import { createHash } from 'node:crypto';
import { Routes } from 'discord.js';
import type { Logger } from 'pino';
import type { BlobStore } from '#src/core/blob-store.js';
import { BoundedMap } from '#src/core/bounded-map.js';
import { NewestEdits } from '#src/core/newest-edits.js';
import type { MessageReference, Person, Place } from '#src/core/place.js';
import {
  isForSomebody,
  MessageGoneError,
  type OutgoingMessage,
  PlaceClosedError,
  type Replaced,
  type SendOptions,
} from '../platform.js';
import { ClosedPlaces, editsIn, postsIn, privateOf } from './closed-places.js';
import { DiscordRequestError } from './discord-errors.js';
import type { ApiMessage, InteractionAnswer } from './interaction-answer.js';
import { type RenderedMessage, renderMessage, type ShownPictures } from './render-message.js';
import type { Requests } from './requests.js';
import { digestOf, type SentMessage, type SentMessages } from './sent-messages.js';
import { firstIdAt, instantOf } from './snowflake.js';
import type { DiscordTextKey } from './texts.js';

export interface MessengerOptions {
  readonly requests: Requests;
  readonly sent: SentMessages;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly botId: () => string;
  readonly say: (key: DiscordTextKey, message: OutgoingMessage) => string;
  readonly now: () => number;
  readonly log: Logger;
}

interface Target extends Pick<SendOptions, 'key' | 'person' | 'partOf' | 'replaces'> {
  readonly place: Place;
}

const maxRemembered = 1000;
/** Discord's clock and ours need not agree. */
const clockToleranceMs = 60_000;
/** Edits of messages older than an hour are capped. */
const oldAfterMs = 55 * 60_000;

/** Brings messages to Discord: each key one message, found again where an answer was lost, by the next possible way where one is closed. */
export class Messenger {
  readonly #options: MessengerOptions;
  readonly #sending = new Map<string, Promise<unknown>>();
  readonly #shown = new BoundedMap<string, ShownPictures>(maxRemembered);
  /** Which answer wrote a message, while the answer lives. */
  readonly #answers = new BoundedMap<string, InteractionAnswer>(maxRemembered);
  readonly #closed: ClosedPlaces;
  /** Messages that say only that their content may not be shown there. */
  readonly #silenced = new BoundedMap<string, true>(maxRemembered);
  /** Messages that one person sees, in a place where others are. */
  readonly #hidden = new BoundedMap<string, true>(maxRemembered);
  readonly #replacing = new NewestEdits<MessageReference | undefined>();

  constructor(options: MessengerOptions) {
    this.#options = options;
    this.#closed = new ClosedPlaces(options.now);
  }

  /** One at a time for each key: the later one finds what the earlier one sent. */
  async send(
    target: Target,
    message: OutgoingMessage,
    answer: InteractionAnswer | undefined,
  ): Promise<MessageReference> {
    if (answer) this.#closed.open(target.place.channel, answer.facts.person);
    const replaced = target.replaces && (await this.#replace(target.replaces, message, answer));
    if (replaced) return replaced;
    const earlier = this.#sending.get(target.key) ?? Promise.resolve();
    const sending = earlier.catch(() => {}).then(() => this.#sendNow(target, message, answer));
    this.#sending.set(target.key, sending);
    try {
      return await sending;
    } finally {
      if (this.#sending.get(target.key) === sending) this.#sending.delete(target.key);
    }
  }

  /** @returns undefined where the message is gone, or may not show this */
  async #replace(
    { message: reference, order }: Replaced,
    message: OutgoingMessage,
    answer: InteractionAnswer | undefined,
  ): Promise<MessageReference | undefined> {
    const pressed = answer?.isAlive && answer.pressed?.id === reference.message ? answer.pressed : undefined;
    if (pressed && message.ephemeral === true && reference.place.server !== undefined && !pressed.isHidden)
      return undefined;
    return this.#replacing.make(reference.message, order, async () => {
      try {
        if (answer && pressed) await this.#fillPressed(reference, message, answer, pressed);
        else await this.edit(reference, message);
        return reference;
      } catch (error) {
        const isLost = error instanceof DiscordRequestError && !error.isUncertain;
        if (!isLost && !(error instanceof MessageGoneError)) throw error;
        this.#options.log.info({ err: error }, 'a message could not be replaced; the answer is posted anew');
        return undefined;
      }
    });
  }

  /** Only the press reaches what one person sees. */
  async #fillPressed(
    reference: MessageReference,
    message: OutgoingMessage,
    answer: InteractionAnswer,
    { isHidden }: NonNullable<InteractionAnswer['pressed']>,
  ): Promise<void> {
    const rendered = await this.#render(message, reference.place, answer, this.#shown.get(reference.message));
    const edited = await answer.editMessage('@original', rendered);
    if (isHidden) this.#hidden.set(edited.id, true);
    this.#remember(edited, rendered, answer);
  }

  /** @throws MessageGoneError also where the message is there but nobody can reach it any more */
  async edit(reference: MessageReference, message: OutgoingMessage): Promise<void> {
    if (message.ephemeral === true && reference.place.server !== undefined && !this.#hidden.has(reference.message))
      throw new MessageGoneError(`message ${reference.message} is seen by others than this is for`);
    if (this.#silenced.has(reference.message)) {
      if (message.kind === 'status') return;
      throw new MessageGoneError(`message ${reference.message} may not show this`);
    }
    const remembered = this.#answers.get(reference.message);
    const answer = remembered?.isAlive ? remembered : undefined;
    const rendered = await this.#render(message, reference.place, answer, this.#shown.get(reference.message));
    try {
      if (!answer?.isChannelClosed) {
        try {
          return await this.#editInChannel(reference, rendered, answer);
        } catch (error) {
          if (!answer || !isOutOfSight(error)) throw error;
        }
      }
      // Only the interaction's token reaches what one person sees, and places where the bot is no member.
      const edited = await answer.editMessage(reference.message, rendered);
      answer.isChannelClosed = true;
      this.#remember(edited, rendered, answer);
    } catch (error) {
      if (!(error instanceof DiscordRequestError)) throw error;
      const instead = insteadOf(error, rendered);
      if (instead) {
        await this.#sayInstead(reference, message, instead, answer);
        if (message.kind === 'status') return;
        throw new MessageGoneError(`message ${reference.message} may not show this (${error.message})`);
      }
      const isWornOut = (error.is('oldMessageEdits') || error.isRateLimit) && this.#isOld(reference.message);
      if (isWornOut && message.kind === 'status') return;
      if (!isOutOfSight(error) && !isWornOut) throw error;
      throw new MessageGoneError(`message ${reference.message} cannot be edited any more (${error.message})`);
    }
  }

  /** @throws PlaceClosedError where the message is there but the bot cannot reach it any more */
  async remove({ place, message }: MessageReference): Promise<void> {
    const answer = this.#answers.get(message);
    try {
      await this.#options.requests
        .send('DELETE', Routes.channelMessage(place.channel, message))
        .catch((error: unknown) => {
          if (!answer?.isAlive || !isOutOfSight(error)) throw error;
          return answer.deleteMessage(message);
        });
    } catch (error) {
      if (!(error instanceof DiscordRequestError) || !isOutOfSight(error)) throw error;
      if (error.is('unknownMessage', 'unknownChannel')) return;
      throw new PlaceClosedError(`message ${message} cannot be taken away any more: ${error.message}`);
    }
  }

  /** What stood there is over, and nobody is to wait for it: the content goes another way. */
  async #sayInstead(
    reference: MessageReference,
    { locale }: OutgoingMessage,
    key: DiscordTextKey,
    answer: InteractionAnswer | undefined,
  ): Promise<void> {
    this.#silenced.set(reference.message, true);
    const sentence: OutgoingMessage = {
      kind: 'info',
      text: this.#options.say(key, { kind: 'info', text: '', ...(locale && { locale }) }),
    };
    const rendered = await this.#render(sentence, reference.place, answer, this.#shown.get(reference.message));
    await this.#editInChannel(reference, rendered, answer).catch((error: unknown) =>
      this.#options.log.debug({ err: error }, 'what may not be shown could not be replaced'),
    );
  }

  async #editInChannel(
    { place, message }: MessageReference,
    rendered: RenderedMessage,
    answer: InteractionAnswer | undefined,
  ): Promise<void> {
    const { body, files } = rendered;
    const route = Routes.channelMessage(place.channel, message);
    const edited = await this.#unlessClosed(editsIn(place.channel), rendered, () =>
      this.#options.requests.send<ApiMessage>('PATCH', route, { body, files }),
    );
    this.#remember(edited, rendered, answer);
  }

  async #sendNow(
    target: Target,
    message: OutgoingMessage,
    answer: InteractionAnswer | undefined,
  ): Promise<MessageReference> {
    const known = this.#options.sent.find(target.key);
    const existing = known && (await this.#existing(known));
    if (known && existing !== undefined) {
      const reference = referenceTo(target.place, known.channel, existing);
      this.#options.sent.noteMessage(target, known.channel, existing);
      try {
        await this.edit(reference, message);
        return reference;
      } catch (error) {
        if (!(error instanceof MessageGoneError)) throw error;
        this.#options.sent.forget(target.key);
      }
    }
    const answered = answer?.isAlive ? await this.#answer(target, message, answer) : undefined;
    if (answered) return answered;
    // Their chat has an id of its own, which only Discord tells.
    if (isPrivateOf(target)) return this.#postPrivately(target, message);
    const isHidden = message.ephemeral && isForSomebody(message, target);
    return isHidden ? this.#postHidden(target, message, answer) : this.#post(target, message);
  }

  /** The id of the message behind a note, looked for in the channel where an answer was lost. */
  async #existing(known: SentMessage): Promise<string | undefined> {
    if (known.message !== undefined) return known.message;
    const { requests, sent, botId, log } = this.#options;
    const after = firstIdAt(known.at - clockToleranceMs);
    try {
      const query = new URLSearchParams({ after, limit: '100' });
      const messages = await requests.send<readonly ApiMessage[]>('GET', Routes.channelMessages(known.channel), {
        query,
      });
      const lost = messages
        .filter(
          ({ id, author, content }) => author.id === botId() && !sent.has(id) && digestOf(content) === known.content,
        )
        .at(-1);
      if (lost) log.info({ key: known.key }, 'a message was found whose answer had been lost');
      return lost?.id;
    } catch (error) {
      if (error instanceof DiscordRequestError && error.status !== undefined && error.status < 500) return undefined;
      throw error;
    }
  }

  /** @returns undefined where the interaction can no longer be answered, or was answered with something else that others see too */
  async #answer(
    target: Target,
    message: OutgoingMessage,
    answer: InteractionAnswer,
  ): Promise<MessageReference | undefined> {
    const isEphemeral = Boolean(message.ephemeral);
    const isFirst = answer.take();
    if (!isFirst && !isEphemeral) return undefined;
    const rendered = await this.#render(message, target.place, answer);
    try {
      // So that a bot that dies before the answer finds this message afterwards; what one person sees cannot be found.
      if (!isEphemeral) await this.#options.sent.noteAttempt(target, answer.facts.place.channel, rendered.body.content);
      const fits = isFirst && !answer.pressed && isEphemeral === answer.isEphemeral;
      const sent = fits ? await answer.fill(rendered) : await answer.post(rendered, isEphemeral);
      if (isEphemeral) this.#hidden.set(sent.id, true);
      return await this.#note(target, sent, rendered, answer);
    } catch (error) {
      if (!(error instanceof DiscordRequestError)) throw error;
      this.#options.log.warn({ err: error }, 'an interaction could not be answered; the message goes another way');
      if (isBlocked(error) && isFirst && !isEphemeral) {
        const sentence: OutgoingMessage = { kind: 'info', text: this.#options.say('blockedHere', message) };
        await answer.fill(await this.#render(sentence, target.place, answer));
        return this.#postPrivately(target, message, error);
      }
      if (!isEphemeral || !error.isUncertain) return undefined;
      throw error;
    }
  }

  async #post(target: Target, message: OutgoingMessage): Promise<MessageReference> {
    try {
      return await this.#postTo(target.place.channel, target, message);
    } catch (error) {
      if (!isClosed(error) && !isBlocked(error)) throw error;
      return await this.#postPrivately(target, message, error as DiscordRequestError);
    }
  }

  /** What nobody else may see goes to the person in private; where they cannot be reached, its place asks them to write there. */
  async #postHidden(
    target: Target,
    message: OutgoingMessage,
    answer: InteractionAnswer | undefined,
  ): Promise<MessageReference> {
    const sentence = (key: DiscordTextKey): OutgoingMessage => ({
      kind: 'info',
      text: this.#options.say(key, message),
    });
    // One sentence for all parts of a message.
    const about = { ...target, key: `${target.partOf ?? target.key}-where` };
    const tellHidden = async (key: DiscordTextKey) =>
      answer?.isAlive ? this.#answer(about, { ...sentence(key), ephemeral: true }, answer) : undefined;
    try {
      const sent = await this.#postPrivately(target, message);
      if (answer?.isSettled === false) await tellHidden('sentInPrivate');
      return sent;
    } catch (error) {
      if (!(error instanceof PlaceClosedError)) throw error;
      return (await tellHidden('writeInPrivate')) ?? this.#sendNow(about, sentence('writeInPrivate'), undefined);
    }
  }

  /**
   * The person is told in private what cannot be said in its place.
   * @param reason why it was refused there, where it was
   */
  async #postPrivately(
    target: Target,
    message: OutgoingMessage,
    reason?: DiscordRequestError,
  ): Promise<MessageReference> {
    const closed = (error: DiscordRequestError) =>
      new PlaceClosedError(`nobody can be reached there: ${error.message}`);
    const { person } = target;
    if (!person) throw new PlaceClosedError(`nobody can be reached there: ${reason?.message ?? 'it names nobody'}`);
    try {
      const id = await this.#unlessClosed(privateOf(person), undefined, () => this.#openPrivate(person));
      if (reason && id === target.place.channel) throw closed(reason);
      return await this.#unlessClosed(privateOf(person), undefined, () => this.#postTo(id, target, message));
    } catch (error) {
      if (
        error instanceof DiscordRequestError &&
        error.status !== undefined &&
        error.status < 500 &&
        !error.isRateLimit
      )
        throw closed(error);
      throw error;
    }
  }

  async #openPrivate({ id: recipient_id }: Person): Promise<string> {
    const { id } = await this.#options.requests.send<{ readonly id: string }>('POST', Routes.userChannels(), {
      body: { recipient_id },
      isRepeatable: true,
    });
    return id;
  }

  /** Asks nothing of a place that has just refused the bot. */
  async #unlessClosed<Result>(
    way: string,
    rendered: RenderedMessage | undefined,
    request: () => Promise<Result>,
  ): Promise<Result> {
    const earlier = this.#closed.refusalOf(way);
    if (earlier) throw earlier;
    try {
      return await request();
    } catch (error) {
      // Where files are not allowed, words may be.
      if (isClosed(error) && !(rendered && insteadOf(error, rendered))) this.#closed.add(way, error);
      throw error;
    }
  }

  async #postTo(channel: string, target: Target, message: OutgoingMessage): Promise<MessageReference> {
    const { requests, sent } = this.#options;
    const open = sent.find(target.key);
    if (open && open.message === undefined && open.channel === channel) {
      const existing = await this.#existing(open);
      if (existing !== undefined) {
        sent.noteMessage(target, channel, existing);
        const reference = referenceTo(target.place, channel, existing);
        await this.edit(reference, message);
        return reference;
      }
    }
    const rendered = await this.#render(
      message,
      channel === target.place.channel ? target.place : undefined,
      undefined,
    );
    await sent.noteAttempt(target, channel, rendered.body.content);
    const posted = await this.#unlessClosed(postsIn(channel), rendered, () =>
      requests.send<ApiMessage>('POST', Routes.channelMessages(channel), {
        body: { ...rendered.body, nonce: nonceOf(target.key), enforce_nonce: true },
        files: rendered.files,
        isRepeatable: true,
      }),
    );
    return this.#note(target, posted, rendered, undefined);
  }

  async #note(
    target: Target,
    message: ApiMessage,
    rendered: RenderedMessage,
    answer: InteractionAnswer | undefined,
  ): Promise<MessageReference> {
    this.#remember(message, rendered, answer);
    this.#options.sent.noteMessage(target, message.channel_id, message.id);
    return referenceTo(target.place, message.channel_id, message.id);
  }

  #remember(message: ApiMessage, { blobs, isSpoiler }: RenderedMessage, answer: InteractionAnswer | undefined): void {
    this.#shown.set(message.id, { blobs, isSpoiler, attachmentIds: message.attachments.map(({ id }) => id) });
    if (answer?.isAlive) this.#answers.set(message.id, answer);
    else this.#answers.delete(message.id);
  }

  #render(
    message: OutgoingMessage,
    place: Place | undefined,
    answer: InteractionAnswer | undefined,
    shown?: ShownPictures,
  ): Promise<RenderedMessage> {
    const { blobs, say } = this.#options;
    return renderMessage(message, {
      blobs,
      shown,
      isInServer: place?.server !== undefined,
      attachmentLimit: answer?.facts.attachmentLimit,
      picturesTooLarge: say('picturesTooLarge', message),
    });
  }

  #isOld(id: string): boolean {
    return this.#options.now() - instantOf(id).getTime() > oldAfterMs;
  }
}

/** The same key gives the same; Discord takes 25 characters. */
export function nonceOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 24);
}

/** As `privatePlaceOf` says it. */
function isPrivateOf({ place, person }: Target): boolean {
  return place.server === undefined && place.channel === person?.id;
}

/** Where it was meant to be, or in private. */
function referenceTo(place: Place, channel: string, message: string): MessageReference {
  return { place: channel === place.channel ? place : { platform: 'discord', channel }, message };
}

/** Deleted, or no longer to be seen by whoever asked. */
function isOutOfSight(error: unknown): boolean {
  return (
    error instanceof DiscordRequestError &&
    error.is(
      'unknownMessage',
      'unknownChannel',
      'missingAccess',
      'missingPermissions',
      'archivedThread',
      'threadLocked',
      'unknownWebhook',
      'invalidWebhookToken',
    )
  );
}

function isClosed(error: unknown): error is DiscordRequestError {
  return (
    error instanceof DiscordRequestError &&
    error.is('unknownChannel', 'missingAccess', 'missingPermissions', 'threadLocked', 'cannotMessageUser')
  );
}

/** By the server's automatic moderation, for what it says. */
function isBlocked(error: unknown): boolean {
  return error instanceof DiscordRequestError && error.is('blockedByAutoMod', 'titleBlockedByAutoMod');
}

/** What a message may say where its content is refused, and its place is not. */
function insteadOf(error: DiscordRequestError, { files }: RenderedMessage): DiscordTextKey | undefined {
  if (isBlocked(error)) return 'blockedHere';
  return error.is('missingPermissions') && files.length > 0 ? 'filesForbidden' : undefined;
}
