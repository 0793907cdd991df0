import type { Logger } from 'pino';
import { defaultLocale } from '#locales/index.js';
import type { BlobStore } from '#src/core/blob-store.js';
import type { FitPhoto } from '#src/core/files.js';
import { NewestEdits } from '#src/core/newest-edits.js';
import type { Notes } from '#src/core/notes.js';
import type { Membership, MessageReference, Person, Place, Server } from '#src/core/place.js';
import {
  type Bot,
  type ConnectionEvents,
  isForSomebody,
  MessageGoneError,
  type OutgoingMessage,
  type Platform,
  PlatformRefusedError,
  PlatformUnreachableError,
  type Replaced,
  type SendOptions,
} from '../platform.js';
import { ChatQueues, type ChatQueuesOptions } from './chat-queues.js';
import { Conversation } from './conversation.js';
import type { BotAccount, FileReference } from './decode-update.js';
import { DraftDesk } from './draft-desk.js';
import { Drafts } from './drafts.js';
import { ChatForbiddenError, PicturesForbiddenError, TelegramRefusedError, TelegramUnansweredError } from './errors.js';
import { GroupMoves, hasMoved } from './group-moves.js';
import { GroupNames } from './group-names.js';
import { HiddenMessages } from './hidden-messages.js';
import { Inbox } from './inbox.js';
import { Members } from './members.js';
import { MessageContents } from './message-contents.js';
import { Messenger } from './messenger.js';
import { Moderators, type Speaker } from './moderators.js';
import { moveOlderFiles } from './older-files.js';
import { Gate, photoSource } from './photo-source.js';
import { registerCommands } from './register-commands.js';
import { renderMessage } from './render-message.js';
import { SentMessages } from './sent-messages.js';
import { createStatusEdits, type StatusEdits } from './status-edits.js';
import { TelegramClient } from './telegram-client.js';
import { say } from './texts.js';
import { UpdateDesk } from './update-desk.js';
import { UpdateLoop, unknownToken, wantedUpdates } from './update-loop.js';
import { type WebhookOptions, WebhookServer } from './webhook-server.js';

export interface TelegramTimings {
  /** How long one request may take; uploads and downloads may take four times that. */
  readonly requestTimeoutMs?: number;
  /** Before the first repetition of a request that failed. */
  readonly retryDelayMs?: number;
  readonly pollSeconds?: number;
  /** How long an album with a command waits for its next photo. */
  readonly albumQuietMs?: number;
  readonly counterIntervalMs?: number;
  readonly privateEditIntervalMs?: number;
  readonly groupEditIntervalMs?: number;
  /** What is under way at the end gets so long to finish. */
  readonly stopGraceMs?: number;
}

export interface TelegramPlatformOptions {
  readonly token: string;
  /** Another Bot API server: a local one, or an emulator. */
  readonly apiRoot?: string;
  /** Unset: updates are fetched by long polling, which needs no address of our own. */
  readonly webhook?: WebhookOptions;
  /** False: only speaks, so that another process with the same token goes on being told. */
  readonly listens?: boolean;
  /** Rejects where another bot may act by now. */
  readonly beforeRequest?: () => Promise<void>;
  /** What was sent under which key, open drafts, and updates that are not finished. */
  readonly notes: Notes;
  /** Where an earlier version kept these in files. */
  readonly olderFolder?: string;
  readonly blobs: Pick<BlobStore, 'get'>;
  /** Absent: what Telegram takes only as a file is left out where it has to be covered. */
  readonly fitPhoto?: FitPhoto;
  readonly log: Logger;
  readonly pace?: ChatQueuesOptions;
  readonly timings?: TelegramTimings;
}

const downloadsAtOnce = 4;
const connectTimeoutMs = 10_000;

/** Telegram by its Bot API: commands, captions, replies, albums and buttons come in; one message per answer goes out and is edited. */
export class TelegramPlatform implements Platform {
  readonly name = 'telegram';
  readonly isRemote = true;
  readonly #options: TelegramPlatformOptions;
  readonly #client: TelegramClient;
  #queues: ChatQueues;
  #running: Running | undefined;
  #stops = 0;

  constructor(options: TelegramPlatformOptions) {
    this.#options = options;
    this.#queues = new ChatQueues(options.pace);
    this.#client = new TelegramClient({
      token: options.token,
      apiRoot: (options.apiRoot ?? 'https://api.telegram.org').replace(/(?<!\/)\/+$/, ''),
      timeoutMs: options.timings?.requestTimeoutMs,
      onMoved: (from, to) => void this.#running?.moves.note(from, to),
      beforeRequest: options.beforeRequest,
    });
  }

  /** Of the webhook, once started. */
  get webhookPort(): number | undefined {
    return this.#running?.webhook?.port;
  }

  async start(bot: Bot, events?: ConnectionEvents): Promise<void> {
    const { notes, olderFolder, blobs, fitPhoto, log, timings = {}, webhook } = this.#options;
    const stops = this.#stops;
    this.#queues = new ChatQueues(this.#options.pace);
    if (olderFolder !== undefined) await moveOlderFiles(olderFolder, notes);
    const client = this.#client;
    const sent = await SentMessages.open(notes);
    const contents = new MessageContents({ client, blobs, sent, fitPhoto, log });
    const moves = await GroupMoves.open({ bot, onMoved: (from, to) => desk.followGroup(from, to), log });
    const messenger = new Messenger({
      client,
      queues: this.#queues,
      sent,
      contents,
      moves,
      retryDelayMs: timings.retryDelayMs,
    });
    const statusEdits = createStatusEdits({
      messenger,
      log,
      privateIntervalMs: timings.privateEditIntervalMs,
      groupIntervalMs: timings.groupEditIntervalMs,
    });
    const source = { client, gate: new Gate(downloadsAtOnce), retryDelayMs: timings.retryDelayMs };
    const moderators = new Moderators({ client, log });
    const members = new Members({ client, log });
    const groupNames = new GroupNames(client, log);
    const speakerStanding = (speaker: Speaker) => moderators.standingOf(speaker);
    const sourceOf = (file: FileReference) => photoSource(source, file);
    const drafts = await Drafts.open(notes);
    const desk: DraftDesk = new DraftDesk({
      bot,
      drafts,
      messenger,
      statusEdits,
      sourceOf,
      standingOf: speakerStanding,
      log,
      counterIntervalMs: timings.counterIntervalMs,
    });
    const hidden = new HiddenMessages({
      client,
      queues: this.#queues,
      messenger,
      username: () => this.#running?.account?.username,
      log,
    });
    const conversation = new Conversation({
      bot,
      client,
      messenger,
      desk,
      hidden,
      log,
      sourceOf,
      standingOf: speakerStanding,
      albumQuietMs: timings.albumQuietMs,
    });
    const inbox = new Inbox(notes);
    const onRemoved = async (chat: string) => {
      if (!(await hasMoved(client, chat))) await bot.removedFrom({ platform: 'telegram', server: chat });
    };
    const updates = new UpdateDesk({ inbox, conversation, moderators, moves, sent, log, onRemoved });
    const accept = (update: unknown) => updates.accept(update);
    const running: Running = {
      bot,
      replacing: new NewestEdits(),
      closing: new AbortController(),
      drafts,
      members,
      groupNames,
      moderators,
      moves,
      sent,
      messenger,
      hidden,
      statusEdits,
      updates,
      ...(webhook
        ? { webhook: new WebhookServer(webhook, accept) }
        : {
            loop: new UpdateLoop({
              client,
              accept,
              log,
              events,
              pollSeconds: timings.pollSeconds,
              retryDelayMs: timings.retryDelayMs,
            }),
          }),
    };
    this.#running = running;
    try {
      await this.#connect(running);
      if (stops !== this.#stops) throw new PlatformUnreachableError('it was stopped while it started');
    } catch (error) {
      await this.#close(running);
      throw explain(error);
    }
  }

  async stop(): Promise<void> {
    this.#stops += 1;
    if (this.#running) await this.#close(this.#running);
  }

  async #close(running: Running): Promise<void> {
    const graceMs = this.#options.timings?.stopGraceMs ?? 10_000;
    running.closing.abort();
    const isListening = running.isListening;
    running.isListening = false;
    await Promise.all([running.loop?.stop(), isListening ? running.webhook?.close() : undefined]);
    void running.statusEdits.stop();
    await running.updates.finish(graceMs);
    await this.#queues.stop(graceMs);
    running.updates.abandon();
    await this.#options.notes.flush();
    if (this.#running === running) this.#running = undefined;
  }

  async send(
    place: Place,
    message: OutgoingMessage,
    { key, person, partOf, leavesNoTrace, replaces }: SendOptions,
  ): Promise<MessageReference> {
    try {
      const options = { key, ...(person && { person }), ...(partOf !== undefined && { partOf }) };
      const replaced = replaces && (await this.#replace(replaces, message));
      return replaced ?? (await this.#send(place, message, options));
    } finally {
      if (leavesNoTrace && person) await this.#started().sent.forgetPerson(person.id);
    }
  }

  /** @returns undefined where the message is gone, or may not show this */
  async #replace({ message: reference, order }: Replaced, message: OutgoingMessage) {
    const { hidden, replacing } = this.#started();
    if (message.ephemeral === true && reference.place.server !== undefined) return undefined;
    hidden.acknowledge();
    const edit = () => this.edit(reference, message).then(() => reference);
    return replacing.make(`${reference.place.channel}/${reference.message}`, order, edit).catch((error: unknown) => {
      if (!(error instanceof MessageGoneError)) throw error;
      return undefined;
    });
  }

  async #send(place: Place, message: OutgoingMessage, options: SendOptions): Promise<MessageReference> {
    const { key, person } = options;
    const noticed = message.isNotice && person && (await this.#started().hidden.notice(place, message, person));
    if (noticed) return noticed;
    const isAmongOthers = place.server !== undefined;
    const isHidden = message.ephemeral && isAmongOthers && isForSomebody(message, options);
    const hidden = isHidden ? await this.#started().hidden.send(place, message, options) : undefined;
    if (hidden) return hidden;
    try {
      return await this.#post(place, key, message, person);
    } catch (error) {
      const posted = this.#started().messenger.idOf(key);
      if (error instanceof PicturesForbiddenError && posted !== undefined) {
        const now = this.#started().moves.placeNow(place);
        await this.#showElsewhere(now, posted, message, person);
        return { place: now, message: String(posted) };
      }
      if (!person || !isClosedGroup(error, place)) throw error;
      // Whoever has never spoken with the bot alone cannot be told: the group may open again.
      const inPrivate: Place = { platform: 'telegram', channel: person.id };
      return await this.#post(inPrivate, `${key}-private`, message, person).catch(() => Promise.reject(error));
    }
  }

  /** A status is passing: it is shown when its turn comes, or not at all, and the promise does not wait for that. */
  async edit(
    reference: MessageReference,
    message: OutgoingMessage,
    { person }: { readonly person?: Person } = {},
  ): Promise<void> {
    const { place, message: id } = reference;
    if (message.ephemeral === true && place.server !== undefined)
      throw new MessageGoneError(`message ${id} is seen by others than this is for`);
    const { messenger, statusEdits } = this.#started();
    const rendered = renderMessage(message);
    if (message.kind === 'status') return statusEdits.show(reference, rendered);
    void statusEdits.drop(reference);
    try {
      await messenger.edit(place, Number(id), rendered);
    } catch (error) {
      if (error instanceof PicturesForbiddenError) return this.#showElsewhere(place, Number(id), message, person);
      if (!isClosedGroup(error, place)) throw error;
      throw new MessageGoneError('the message is in a group that is closed to the bot', { cause: error });
    }
  }

  /** Takes a message of the bot's away; one that is gone already stays gone. */
  async remove({ place, message }: MessageReference, locale: string = defaultLocale): Promise<void> {
    await this.#started().messenger.remove(place, Number(message), say(locale, 'emptied'));
  }

  memberOf(person: Person, { server }: Server): Promise<Membership | 'none' | 'unknown'> {
    const { members, moves } = this.#started();
    return members.find(moves.placeNow({ platform: 'telegram', channel: server }).channel, person.id);
  }

  communityName({ server }: Server): Promise<string | undefined> {
    const { groupNames, moves } = this.#started();
    return groupNames.find(moves.placeNow({ platform: 'telegram', channel: server }).channel);
  }

  async moderates(person: Person, place: Place): Promise<boolean> {
    const { moderators, moves } = this.#started();
    const isPrivate = place.server === undefined;
    return (await moderators.standingOf({ person, place: moves.placeNow(place), isPrivate })).isModerator;
  }

  async forget({ id }: Person): Promise<void> {
    const { drafts, sent } = this.#started();
    await drafts.removeOf(id);
    await sent.forgetPerson(id);
  }

  async everythingOf({ id }: Person): Promise<object> {
    const { drafts, sent } = this.#started();
    return { drafts: drafts.everythingOf(id), sent: sent.everythingOf(id) };
  }

  /** The person gets the pictures alone, and the group is told so; where nobody can be reached alone, that pictures are forbidden. */
  async #showElsewhere(place: Place, id: number, message: OutgoingMessage, person: Person | undefined): Promise<void> {
    const isToldAlone =
      place.server !== undefined &&
      person !== undefined &&
      (await this.#post(
        { platform: 'telegram', channel: person.id },
        `pictures:${place.channel}/${id}`,
        message,
        person,
      ).then(
        () => true,
        (error: unknown) => {
          if (error instanceof ChatForbiddenError || error instanceof PicturesForbiddenError) return false;
          throw error;
        },
      ));
    const sentence = say(message.locale ?? defaultLocale, isToldAlone ? 'picturesInPrivate' : 'picturesForbidden');
    const words = { ...message, text: `${message.text}\n${sentence}`, pictures: [], files: [] };
    await this.#started().messenger.edit(place, id, renderMessage(words));
  }

  async #post(
    place: Place,
    key: string,
    message: OutgoingMessage,
    person: Person | undefined,
  ): Promise<MessageReference> {
    const { messenger, statusEdits } = this.#started();
    // What is for everybody is no small talk with one of them.
    const options = person && { person: person.id, isTalk: isTalk(message) };
    const posted = await messenger.post(place, key, renderMessage(message), options);
    const reference = { place: posted.place, message: String(posted.id) };
    if (message.kind === 'status') statusEdits.notePosted(reference);
    return reference;
  }

  async #connect(running: Running): Promise<void> {
    const { webhook, notes, log, listens = true } = this.#options;
    const { signal } = running.closing;
    const me = await this.#client.call('getMe', {}, { timeoutMs: connectTimeoutMs, signal });
    const account: BotAccount = { id: me.id, username: me.username };
    running.account = account;
    await registerCommands(this.#client, running.bot, me.id, notes).catch((error: unknown) =>
      log.warn({ err: error }, 'the commands could not be registered; the old ones stay until the next start'),
    );
    if (!listens) return;
    await running.updates.open(account);
    if (running.webhook && !running.isListening) {
      await running.webhook.listen();
      running.isListening = true;
    }
    if (webhook) {
      const { publicUrl: url, secret } = webhook;
      await this.#client.call('setWebhook', { url, secret_token: secret, allowed_updates: [...wantedUpdates] });
    } else {
      await this.#client.call('deleteWebhook', {});
      running.loop?.start();
    }
    log.info({ account: account.username, updates: webhook ? 'webhook' : 'polling' }, 'Telegram is connected');
  }

  #started(): Running {
    if (!this.#running) throw new Error('the Telegram platform is not started');
    return this.#running;
  }
}

/** Words that ask nothing, of which the newest is enough. */
function isTalk({ kind, buttons = [], pictures = [], files = [] }: OutgoingMessage): boolean {
  return (kind === 'info' || kind === 'error') && [...buttons, ...pictures, ...files].length === 0;
}

/** Thrown out, or no longer allowed to write: people can still be told in private. */
function isClosedGroup(error: unknown, { server }: Place): boolean {
  return error instanceof ChatForbiddenError && server !== undefined;
}

/** In words that hold neither token nor address. */
function explain(error: unknown): unknown {
  if (error instanceof TelegramUnansweredError) return new PlatformUnreachableError(error.message);
  if (!(error instanceof TelegramRefusedError)) return error;
  if (error.code === 401 || error.code === 404) return new PlatformRefusedError(unknownToken);
  return error.code === 429 || error.code === 409
    ? new PlatformUnreachableError(error.message)
    : new PlatformRefusedError(error.message);
}

interface Running {
  readonly bot: Bot;
  readonly replacing: NewestEdits<MessageReference>;
  readonly closing: AbortController;
  readonly drafts: Drafts;
  readonly members: Members;
  readonly groupNames: GroupNames;
  readonly moderators: Moderators;
  readonly moves: GroupMoves;
  readonly sent: SentMessages;
  readonly messenger: Messenger;
  readonly hidden: HiddenMessages;
  readonly statusEdits: StatusEdits;
  readonly updates: UpdateDesk;
  readonly loop?: UpdateLoop;
  readonly webhook?: WebhookServer;
  isListening?: boolean;
  /** Once connected. */
  account?: BotAccount;
}
