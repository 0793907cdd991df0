import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';

export type RedisPurpose = 'commands' | 'blocking';

/** The system then asks an idle connection whether the other end is still there. */
const keepAliveMs = 10_000;
/** For an answer that is due; after it the connection is taken for dead. Blocking commands wait for ten seconds at most (BullMQ's limit). */
const usualSilenceMs: Readonly<Record<RedisPurpose, number>> = { commands: 10_000, blocking: 20_000 };

/**
 * `commands` fail at once while the server is away, so that a person is told; `blocking` ones (workers, event streams) wait for it.
 * Both come back by themselves, also where nothing says that the connection broke: a machine lost its power, or a cable was pulled.
 */
export function connectRedis(
  address: string,
  purpose: RedisPurpose,
  log: Logger,
  silenceMs: number = usualSilenceMs[purpose],
): Redis {
  const options: RedisOptions = {
    // BullMQ's scripts are tested with RESP2 replies.
    protocol: 2,
    keepAlive: keepAliveMs,
    socketTimeout: silenceMs,
    retryStrategy: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 6), 2000),
    ...(purpose === 'blocking'
      ? { maxRetriesPerRequest: null }
      : { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 5000 }),
  };
  const path = socketPath(address);
  const redis = path === undefined ? new Redis(address, options) : new Redis({ ...options, path });
  let isAway = false;
  redis.on('error', (error) => {
    if (!isAway) log.error({ err: error }, 'Redis does not answer; trying again until it does');
    isAway = true;
  });
  redis.on('ready', () => {
    if (isAway) log.info('Redis answers again');
    isAway = false;
  });
  return redis;
}

/** @throws Error that says what to check, when the server does not answer in time */
export async function waitForRedis(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      redis.off('ready', onReady);
      reject(new Error(`Redis did not answer within ${timeoutMs} ms: check REDIS_URL and that the server runs`));
    }, timeoutMs);
    const onReady = () => {
      clearTimeout(timer);
      resolve();
    };
    redis.once('ready', onReady);
  });
}

/** `unix:///run/redis.sock` and `/run/redis.sock` are sockets. */
function socketPath(address: string): string | undefined {
  if (address.startsWith('/')) return address;
  if (address.startsWith('unix://')) return address.slice('unix://'.length);
  return undefined;
}
