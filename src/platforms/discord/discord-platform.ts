import { Events, GatewayDispatchEvents } from 'discord.js';
import type { Logger } from 'pino';
import { defaultLocale } from '#locales/index.js';
import type { BlobStore } from '#src/core/blob-store.js';
import { cleanWords } from '#src/core/clean-words.js';
import type { Notes } from '#src/core/notes.js';
import { PacedEdits } from '#src/core/paced-edits.js';
import type { Membership, MessageReference, Person, Place, Server } from '#src/core/place.js';
import {
  type Bot,
  type ConnectionEvents,
  type OutgoingMessage,
  type Platform,
  PlatformUnreachableError,
  type SendOptions,
} from '../platform.js';
import { encodeCommands } from './encode-commands.js';
import { encodeMessageMenus } from './encode-message-menus.js';
import { discordFileHosts, fetchAttachment } from './fetch-attachment.js';
import { GatewayConnection } from './gateway-connection.js';
import { InteractionRouter } from './interaction-router.js';
import { InvalidRequests } from './invalid-requests.js';
import { Messenger } from './messenger.js';
import { moveOlderFiles } from './older-files.js';
import { CommandRegistration } from './register-commands.js';
import { Requests } from './requests.js';
import { SentMessages } from './sent-messages.js';
import { memberNow, moderatesNow, serverPermissionsOf, setRoleOf } from './server-permissions.js';
import { instantOf } from './snowflake.js';
import { say } from './texts.js';

export interface DiscordPlatformOptions {
  readonly token: string;
  /** The hash of the registered commands, and which message belongs to which key. */
  readonly notes: Notes;
  /** Where an earlier version kept these in files. */
  readonly olderFolder?: string;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly log: Logger;
  /** How many connections share the servers; `auto` asks Discord. */
  readonly shards?: 'auto' | number;
  readonly allowsUserInstall?: boolean;
  /** False: only speaks, so that another process with the same token goes on answering. */
  readonly listens?: boolean;
  /** Rejects where another bot may act by now. */
  readonly beforeRequest?: () => Promise<void>;
  /** For tests: where Discord is, and how patient we are. */
  readonly api?: string;
  readonly fileHosts?: readonly string[];
  readonly requestTimeoutMs?: number;
  readonly requestAttempts?: number;
  readonly backoffMs?: number;
  readonly maxRateLimitMs?: number;
  readonly statusIntervalMs?: number;
  readonly readyWithinMs?: number;
  readonly restoredWithinMs?: number;
  readonly now?: () => number;
}

/** Discord through discord.js: slash commands and buttons in, messages with pictures out. */
export class DiscordPlatform implements Platform {
  readonly name = 'discord';
  readonly isRemote = true;
  readonly #options: DiscordPlatformOptions;
  readonly #now: () => number;
  /** On its way to Discord. */
  readonly #sending = new Set<Promise<unknown>>();
  readonly #invalidRequests: InvalidRequests;
  #running: Running | undefined;
  #stops = 0;

  constructor(options: DiscordPlatformOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#invalidRequests = new InvalidRequests(this.#now, options.log);
  }

  async start(bot: Bot, events?: ConnectionEvents): Promise<void> {
    const stops = this.#stops;
    const running = await this.#assemble(bot, events);
    if (stops !== this.#stops) throw new PlatformUnreachableError('it was stopped while it started');
    this.#running = running;
    const { gateway, router, registration } = running;
    const { client } = gateway;
    if (this.#options.listens ?? true)
      client.ws.on(GatewayDispatchEvents.InteractionCreate, (payload: unknown) => router.receive(payload));
    client.on(Events.GuildDelete, ({ id: server }) => {
      bot.removedFrom({ platform: 'discord', server }).catch((error: unknown) => {
        this.#options.log.error({ err: error }, 'what a server took part in could not be ended');
      });
    });
    try {
      await gateway.open(this.#options.token);
      await registration.open(client.application!.id);
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#options.log.info({ application: client.application!.id }, 'connected to Discord');
  }

  async stop(): Promise<void> {
    this.#stops += 1;
    const running = this.#running;
    if (!running) return;
    running.registration.close();
    // What is being answered may still send.
    await running.router.stop();
    if (this.#running === running) this.#running = undefined;
    await Promise.allSettled(this.#sending);
    await running.edits.stop();
    await this.#options.notes.flush();
    await running.gateway.close();
  }

  async send(
    place: Place,
    message: OutgoingMessage,
    { key, person, partOf, leavesNoTrace, replaces }: SendOptions,
  ): Promise<MessageReference> {
    const { router, messenger } = this.#started;
    const current = router.currentAnswer;
    // In the course of one person's command others may be told something, too.
    const answer = person && current?.facts.person.id === person.id ? current : undefined;
    if (answer) router.noteAnswer(answer, message);
    const target = {
      place,
      key,
      ...(person && { person }),
      ...(partOf !== undefined && { partOf }),
      ...(replaces && { replaces }),
    };
    const sending = messenger.send(target, message, answer);
    return this.#track(leavesNoTrace && person ? sending.finally(() => this.forget(person)) : sending);
  }

  /** A status may have to wait, and the promise does not wait for that. */
  async edit(reference: MessageReference, message: OutgoingMessage): Promise<void> {
    const { edits, messenger } = this.#started;
    if (message.kind === 'status') return edits.show(reference, message);
    await this.#track(edits.conclude(reference, () => messenger.edit(reference, message)));
  }

  /** Takes a message of the bot's away; one that is gone already stays gone. */
  async remove(reference: MessageReference): Promise<void> {
    await this.#track(this.#started.messenger.remove(reference));
  }

  memberOf({ id }: Person, { server }: Server): Promise<Membership | 'none' | 'unknown'> {
    return memberNow(this.#started.requests, server, id);
  }

  async communityName({ server }: Server): Promise<string | undefined> {
    const name = this.#started.gateway.client.guilds.cache.get(server)?.name;
    return name === undefined ? undefined : cleanWords(name);
  }

  accountCreatedAt(id: string): Date {
    return instantOf(id);
  }

  async moderates({ id }: Person, { server }: Place): Promise<boolean> {
    const { gateway, requests } = this.#started;
    const guild = server === undefined ? undefined : gateway.client.guilds.cache.get(server);
    return moderatesNow(requests, guild, id);
  }

  setRole({ id }: Pick<Person, 'id'>, { server }: Server, role: string, isOn: boolean): Promise<boolean> {
    const { gateway, requests } = this.#started;
    return setRoleOf(requests, gateway.client.guilds.cache.get(server), { person: id, role, isOn });
  }

  async forget({ id }: Person): Promise<void> {
    await this.#started.sent.forgetPerson(id);
  }

  async everythingOf({ id }: Person): Promise<object> {
    return { sent: this.#started.sent.everythingOf(id) };
  }

  get #fetching() {
    const { fileHosts, requestTimeoutMs = 60_000 } = this.#options;
    return {
      allowedHosts: fileHosts ?? discordFileHosts,
      allowsHttp: fileHosts !== undefined,
      timeoutMs: requestTimeoutMs,
    };
  }

  async #track<Result>(work: Promise<Result>): Promise<Result> {
    this.#sending.add(work);
    return work.finally(() => this.#sending.delete(work));
  }

  get #started(): Running {
    if (!this.#running) throw new Error('the Discord platform is not started');
    return this.#running;
  }

  async #assemble(bot: Bot, events: ConnectionEvents | undefined): Promise<Running> {
    const {
      notes,
      olderFolder,
      log,
      api,
      requestTimeoutMs = 60_000,
      requestAttempts = 4,
      backoffMs = 500,
      maxRateLimitMs = 30_000,
      shards = 'auto',
    } = this.#options;
    if (olderFolder !== undefined) await moveOlderFiles(olderFolder, notes);
    const gateway = new GatewayConnection({
      ...this.#options,
      api,
      requestTimeoutMs,
      maxRateLimitMs,
      shards,
      events,
    });
    const { client } = gateway;
    const requests = new Requests(client.rest, {
      timeoutMs: requestTimeoutMs,
      attempts: requestAttempts,
      backoffMs,
      invalidRequests: this.#invalidRequests,
    });
    const sent = await SentMessages.open(notes, this.#now);
    const messenger = new Messenger({
      requests,
      sent,
      blobs: this.#options.blobs,
      botId: () => client.user?.id ?? '',
      say: (key, { locale = defaultLocale }) => say(locale, key),
      now: this.#now,
      log,
    });
    const edits: StatusEdits = new PacedEdits({
      keyOf: ({ message }) => message,
      intervalMs: () => this.#options.statusIntervalMs ?? 2000,
      edit: async (reference, take) => {
        const status = take();
        if (status) await messenger.edit(reference, status);
      },
      onFailure: (error) => log.debug({ err: error }, 'a status could not be shown'),
    });
    const router = new InteractionRouter({
      bot,
      requests,
      isAgeRestricted: (channelId) => {
        const channel = client.channels.cache.get(channelId);
        return channel !== undefined && 'nsfw' in channel && channel.nsfw;
      },
      serverPermissionsOf: (server, member) => serverPermissionsOf(client.guilds.cache.get(server), member),
      fetchAttachment: (address, maxBytes, signal) => fetchAttachment(address, maxBytes, this.#fetching, signal),
      now: this.#now,
      log,
    });
    const encoding = { allowsUserInstall: this.#options.allowsUserInstall ?? false };
    const registration = new CommandRegistration({
      requests,
      commands: [...encodeCommands(bot, encoding), ...encodeMessageMenus(bot, encoding)],
      notes,
      log,
    });
    return { gateway, requests, sent, messenger, edits, router, registration };
  }
}

type StatusEdits = PacedEdits<MessageReference, OutgoingMessage>;

/** What is there between a start and its end. */
interface Running {
  readonly gateway: GatewayConnection;
  readonly requests: Requests;
  readonly sent: SentMessages;
  readonly messenger: Messenger;
  readonly edits: StatusEdits;
  readonly router: InteractionRouter;
  readonly registration: CommandRegistration;
}
