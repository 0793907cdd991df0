import { Client, DefaultRestOptions, GatewayIntentBits, Options, SimpleShardingStrategy } from 'discord.js';

export interface ClientOptions {
  /** The API, for tests; unset: Discord. */
  readonly api?: string | undefined;
  readonly requestTimeoutMs: number;
  /** A longer pause asked for by Discord fails the request instead. */
  readonly maxRateLimitMs: number;
  readonly shards: 'auto' | number;
  /** Rejects where another bot may act by now. */
  readonly beforeRequest?: (() => Promise<void>) | undefined;
}

/** The library's own keeper of shards. */
export type ShardManager = ConstructorParameters<typeof SimpleShardingStrategy>[0];

/** A connection of the `ws` package, which the library keeps to itself. */
interface Connection {
  on(event: 'error', listener: () => void): void;
  terminate(): void;
}

/**
 * Ends connections that are still being made, too. The library only stops listening to them (WebSocketShard.destroy), and
 * what then goes wrong with one is an error that nobody hears, which ends the process.
 */
class EndingStrategy extends SimpleShardingStrategy {
  override async destroy(options?: Parameters<SimpleShardingStrategy['destroy']>[0]): Promise<void> {
    // biome-ignore lint/complexity/useLiteralKeys: the library keeps them private.
    const shards: ReadonlyMap<number, { readonly connection: Connection | null }> = this['shards'];
    const connections = [...shards.values()].map(({ connection }) => connection);
    for (const connection of connections) connection?.on('error', () => {});
    await super.destroy(options);
    for (const connection of connections) connection?.terminate();
  }
}

/**
 * The library, as quiet as it can be: no caches, no retries of its own, and only what happens in servers.
 * @param onShards is told what keeps the shards, as soon as there is something
 */
export function createClient(
  { api, requestTimeoutMs, maxRateLimitMs, shards, beforeRequest = async () => {} }: ClientOptions,
  onShards: (manager: ShardManager) => void,
): Client {
  return new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    ...(shards === 'auto' ? { shards } : { shardCount: shards }),
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      GuildMemberManager: { maxSize: 0, keepOverLimit: (member) => member.id === member.client.user.id },
      UserManager: { maxSize: 0, keepOverLimit: (user) => user.id === user.client.user.id },
    }),
    ws: {
      buildStrategy: (manager) => {
        onShards(manager);
        return new EndingStrategy(manager);
      },
    },
    rest: {
      ...(api !== undefined && { api }),
      // A retried POST would post twice; see requests.ts.
      retries: 0,
      timeout: requestTimeoutMs,
      // The last moment: before it a request may have waited for its turn.
      makeRequest: async (url, init) => {
        await beforeRequest();
        return DefaultRestOptions.makeRequest(url, init);
      },
      rejectOnRateLimit: ({ retryAfter, timeToReset }) => Math.max(retryAfter, timeToReset) > maxRateLimitMs,
    },
  });
}
