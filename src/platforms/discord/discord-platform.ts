import { type Client, GatewayDispatchEvents } from 'discord.js';
import { defaultLocale } from '#locales/index.js';
import type { Person, Place } from '#src/command.js';
import type { Logger } from '#src/log.js';
import type { BlobStore } from '#src/storage/blobs.js';
import type { Bot, MessageReference, OutgoingMessage, Platform, SendOptions } from '../platform.js';
import { createClient, logIn } from './connect-client.js';
import { encodeCommands } from './encode-commands.js';
import { encodeMessageMenus } from './encode-message-menus.js';
import { discordFileHosts, fetchAttachment } from './fetch-attachment.js';
import { InteractionRouter } from './interaction-router.js';
import { MessageEdits } from './message-edits.js';
import { Messenger } from './messenger.js';
import { registerCommands } from './register-commands.js';
import { Requests } from './requests.js';
import { SentMessages } from './sent-messages.js';
import { serverPermissionsOf } from './server-permissions.js';
import { discordTexts } from './texts.js';

export interface DiscordPlatformOptions {
  readonly token: string;
  /** For the hash of the registered commands, and for which message belongs to which key. */
  readonly dataFolder: string;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly log: Logger;
  /** How many connections share the servers; `auto` asks Discord. */
  readonly shards?: 'auto' | number;
  readonly allowsUserInstall?: boolean;
  /** False: only speaks, so that another process with the same token goes on answering. */
  readonly listens?: boolean;
  /** For tests: where Discord is, and how patient we are. */
  readonly api?: string;
  readonly fileHosts?: readonly string[];
  readonly requestTimeoutMs?: number;
  readonly requestAttempts?: number;
  readonly backoffMs?: number;
  readonly maxRateLimitMs?: number;
  readonly statusIntervalMs?: number;
  readonly now?: () => number;
}

/** Discord through discord.js: slash commands and buttons in, messages with pictures out. */
export class DiscordPlatform implements Platform {
  readonly name = 'discord';
  readonly #options: DiscordPlatformOptions;
  readonly #now: () => number;
  /** On its way to Discord. */
  readonly #sending = new Set<Promise<unknown>>();
  #client: Client | undefined;
  #router: InteractionRouter | undefined;
  #messenger: Messenger | undefined;
  #edits: MessageEdits | undefined;
  #sent: SentMessages | undefined;

  constructor(options: DiscordPlatformOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  async start(bot: Bot): Promise<void> {
    const {
      token,
      dataFolder,
      log,
      api,
      requestTimeoutMs = 60_000,
      requestAttempts = 4,
      backoffMs = 500,
    } = this.#options;
    const client = createClient({
      api,
      requestTimeoutMs,
      maxRateLimitMs: this.#options.maxRateLimitMs ?? 30_000,
      shards: this.#options.shards ?? 'auto',
      log,
    });
    this.#client = client;
    const requests = new Requests(client.rest, { timeoutMs: requestTimeoutMs, attempts: requestAttempts, backoffMs });
    const sent = new SentMessages(dataFolder, this.#now);
    await sent.open();
    this.#sent = sent;
    const messenger = new Messenger({
      requests,
      sent,
      blobs: this.#options.blobs,
      botId: () => client.user?.id ?? '',
      picturesTooLarge: ({ locale = defaultLocale }) => discordTexts[locale].picturesTooLarge,
      now: this.#now,
      log,
    });
    this.#messenger = messenger;
    this.#edits = new MessageEdits({
      edit: (reference, message) => messenger.edit(reference, message),
      onFailure: (error) => log.debug({ err: error }, 'a status could not be shown'),
      intervalMs: this.#options.statusIntervalMs ?? 2000,
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
    this.#router = router;
    if (this.#options.listens ?? true)
      client.ws.on(GatewayDispatchEvents.InteractionCreate, (payload: unknown) => router.receive(payload));
    const encoding = { allowsUserInstall: this.#options.allowsUserInstall ?? false };
    try {
      await logIn(client, token, requestAttempts, backoffMs);
      await registerCommands({
        requests,
        applicationId: client.application!.id,
        commands: [...encodeCommands(bot, encoding), ...encodeMessageMenus(bot, encoding)],
        dataFolder,
        log,
      });
    } catch (error) {
      await this.stop();
      throw error;
    }
    log.info({ application: client.application!.id }, 'connected to Discord');
  }

  async stop(): Promise<void> {
    // What is being answered may still send.
    await this.#router?.stop();
    const client = this.#client;
    this.#client = undefined;
    await Promise.allSettled(this.#sending);
    await this.#edits?.stop();
    await this.#sent?.close();
    await client?.destroy();
  }

  async send(
    place: Place,
    message: OutgoingMessage,
    { key, person, leavesNoTrace }: SendOptions,
  ): Promise<MessageReference> {
    const answer = this.#router?.currentAnswer;
    if (answer) this.#router!.noteAnswer(answer, message);
    const sending = this.#started(this.#messenger).send({ place, person, key }, message, answer);
    return this.#track(leavesNoTrace ? sending.finally(() => this.forget(person)) : sending);
  }

  async edit(reference: MessageReference, message: OutgoingMessage): Promise<void> {
    await this.#track(this.#started(this.#edits).edit(reference, message));
  }

  /** Takes a message of the bot's away; one that is gone already stays gone. */
  async remove(reference: MessageReference): Promise<void> {
    await this.#track(this.#started(this.#messenger).remove(reference));
  }

  async forget({ id }: Person): Promise<void> {
    await this.#started(this.#sent).forgetPerson(id);
  }

  async everythingOf({ id }: Person): Promise<object> {
    return { sent: this.#started(this.#sent).everythingOf(id) };
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

  #started<Part>(part: Part | undefined): Part {
    if (part === undefined || !this.#client) throw new Error('the Discord platform is not started');
    return part;
  }
}
