import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Events, GatewayIntentBits, Options } from 'discord.js';
import type { Logger } from '#src/log.js';
import { DiscordRequestError, describeFailure, redact } from './discord-errors.js';

export interface ClientOptions {
  /** The API, for tests; unset: Discord. */
  readonly api?: string | undefined;
  readonly requestTimeoutMs: number;
  /** A longer pause asked for by Discord fails the request instead. */
  readonly maxRateLimitMs: number;
  readonly shards: 'auto' | number;
  readonly log: Logger;
}

/** The library, as quiet as it can be: no caches, no retries of its own, and only what happens in servers. */
export function createClient({ api, requestTimeoutMs, maxRateLimitMs, shards, log }: ClientOptions): Client {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    ...(shards === 'auto' ? { shards } : { shardCount: shards }),
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      GuildMemberManager: { maxSize: 0, keepOverLimit: (member) => member.id === member.client.user.id },
      UserManager: { maxSize: 0, keepOverLimit: (user) => user.id === user.client.user.id },
    }),
    rest: {
      ...(api !== undefined && { api }),
      // A retried POST would post twice; see requests.ts.
      retries: 0,
      timeout: requestTimeoutMs,
      rejectOnRateLimit: ({ retryAfter, timeToReset }) => Math.max(retryAfter, timeToReset) > maxRateLimitMs,
    },
  });
  const warn = (what: string) => (error: unknown) =>
    log.warn({ reason: redact(error instanceof Error ? error.message : String(error)) }, what);
  client.on(Events.Error, warn('the Discord client has a problem'));
  client.on(Events.ShardError, warn('a connection to Discord has a problem'));
  client.on(Events.Warn, warn('the Discord client warns'));
  client.on(Events.ShardDisconnect, ({ code }, shard) =>
    log.error({ code, shard }, 'Discord has closed a connection for good: check the token and the intents of the bot'),
  );
  client.on(Events.ShardReconnecting, (shard) => log.info({ shard }, 'connecting to Discord again'));
  return client;
}

/** Tries again while Discord cannot be reached: each refused identification counts, each crash loop costs. */
export async function logIn(client: Client, token: string, attempts: number, backoffMs: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.login(token);
      return;
    } catch (error) {
      const failure = describeFailure(error, 'logging in to Discord');
      const isRefused = error instanceof Error && 'code' in error && error.code === 'TokenInvalid';
      if (isRefused) throw new DiscordRequestError('Discord refuses the token: check DISCORD_TOKEN', { status: 401 });
      if (!failure.isUncertain || attempt >= attempts) throw failure;
      await sleep(backoffMs * 2 ** (attempt - 1));
    }
  }
}
