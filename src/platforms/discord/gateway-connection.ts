import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, Events, GatewayCloseCodes, Status } from 'discord.js';
import type { Logger } from 'pino';
import { type ConnectionEvents, PlatformRefusedError, PlatformUnreachableError } from '../platform.js';
import { type ClientOptions, createClient, type ShardManager } from './connect-client.js';
import { DiscordRequestError, describeFailure, redact } from './discord-errors.js';

export interface GatewayConnectionOptions extends ClientOptions {
  readonly log: Logger;
  readonly events: ConnectionEvents | undefined;
  /** Without a further shard for so long, the gateway counts as away. */
  readonly readyWithinMs?: number | undefined;
  /** A shard that the library has not brought back for so long is given up, and with it the connection. */
  readonly restoredWithinMs?: number | undefined;
}

/** The library waits 500 ms before it connects a shard again, also one that was destroyed meanwhile. */
const reconnectPauseMs = 1000;

const refusedToken = 'Discord refuses the token: check DISCORD_TOKEN';
const unreachable = 'the gateway of Discord does not answer';

/** One login, with its shards, until it is gone for good. The library brings shards back that Discord lets come back; the others end it. */
export class GatewayConnection {
  readonly client: Client;
  readonly #options: GatewayConnectionOptions;
  /** Shards that are away, with what ends the patience with each. */
  readonly #away = new Map<number, NodeJS.Timeout>();
  #shards: ShardManager | undefined;
  #isOpen = false;
  #isClosed = false;
  #end: (error: PlatformRefusedError | PlatformUnreachableError) => void = () => {};

  constructor(options: GatewayConnectionOptions) {
    this.#options = options;
    this.client = createClient(options, (shards) => {
      this.#shards = shards;
    });
    this.#watch();
  }

  /** @throws PlatformRefusedError, PlatformUnreachableError */
  async open(token: string): Promise<void> {
    const { readyWithinMs = 60_000 } = this.#options;
    const ended = new Promise<never>((_, reject) => {
      this.#end = reject;
    });
    const patience = setTimeout(() => this.#end(new PlatformUnreachableError(unreachable)), readyWithinMs);
    // Each of many shards may take a while: Discord lets them identify one after the other.
    this.client.on(Events.ShardReady, () => patience.refresh());
    try {
      await Promise.race([this.client.login(token).catch((error) => Promise.reject(explain(error))), ended]);
    } finally {
      clearTimeout(patience);
    }
    this.#isOpen = true;
    this.#end = (error) => this.#options.events?.lost(error);
  }

  /** Ends a login under way, too. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#end(new PlatformUnreachableError('the connection was closed'));
    this.#end = () => {};
    for (const timer of this.#away.values()) clearTimeout(timer);
    const isWhole = this.#isOpen && this.client.ws.shards.every(({ status }) => status === Status.Ready);
    await this.client.destroy();
    if (isWhole) return;
    // One that was between two attempts would go on for ever.
    await sleep(reconnectPauseMs);
    await this.#shards?.destroy();
  }

  #watch(): void {
    const { client } = this;
    const { log, restoredWithinMs = 5 * 60_000 } = this.#options;
    const debug = (what: string) => (error: unknown) =>
      log.debug({ reason: redact(error instanceof Error ? error.message : String(error)) }, what);
    client.on(Events.Error, debug('the Discord client has a problem'));
    client.on(Events.ShardError, debug('a connection to Discord has a problem'));
    client.on(Events.Warn, debug('the Discord client warns'));
    client.on(Events.ShardDisconnect, ({ code }, shard) => {
      log.warn({ code, shard }, 'Discord has closed a connection for good');
      this.#end(this.#refusalOf(code));
    });
    client.on(Events.ShardReconnecting, (shard) => {
      if (!this.#isOpen || this.#isClosed || this.#away.has(shard)) return;
      const giveUp = setTimeout(() => this.#end(new PlatformUnreachableError(unreachable)), restoredWithinMs).unref();
      this.#away.set(shard, giveUp);
      this.#options.events?.interrupted('the connection to Discord is interrupted');
    });
    const restored = (shard: number) => {
      if (!this.#away.has(shard)) return;
      clearTimeout(this.#away.get(shard));
      this.#away.delete(shard);
      if (this.#away.size === 0 && !this.#isClosed) this.#options.events?.restored();
    };
    client.on(Events.ShardReady, restored);
    client.on(Events.ShardResume, restored);
  }

  /** https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes */
  #refusalOf(code: number): PlatformRefusedError | PlatformUnreachableError {
    switch (code) {
      case GatewayCloseCodes.AuthenticationFailed:
        return new PlatformRefusedError(refusedToken);
      case GatewayCloseCodes.InvalidIntents:
      case GatewayCloseCodes.DisallowedIntents:
        return new PlatformRefusedError(
          `Discord refuses the intents of the bot (code ${code}): see the developer portal`,
        );
      case GatewayCloseCodes.InvalidShard:
      case GatewayCloseCodes.ShardingRequired:
        // With `auto` the next login asks for their number again.
        return this.#options.shards === 'auto'
          ? new PlatformUnreachableError('Discord asks for another number of connections')
          : new PlatformRefusedError('Discord asks for more connections: set DISCORD_SHARDS=auto');
      default:
        return new PlatformRefusedError(`Discord has closed the connection for good (code ${code})`);
    }
  }
}

/** In words that hold neither token nor address. */
function explain(error: unknown): PlatformRefusedError | PlatformUnreachableError {
  if (error instanceof PlatformRefusedError || error instanceof PlatformUnreachableError) return error;
  if (error instanceof Error && 'code' in error && error.code === 'TokenInvalid')
    return new PlatformRefusedError(refusedToken);
  const failure = error instanceof DiscordRequestError ? error : describeFailure(error, 'logging in to Discord');
  return failure.isUncertain || failure.isRateLimit
    ? new PlatformUnreachableError(`Discord cannot be reached (${failure.message})`)
    : new PlatformRefusedError(failure.message);
}
