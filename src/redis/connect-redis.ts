import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';

export type RedisPurpose = 'commands' | 'blocking';

/**
 * `commands` fail at once while the server is away, so that a person is told; `blocking` ones (workers, event streams) wait for it.
 * Both come back by themselves.
 */
export function connectRedis(address: string, purpose: RedisPurpose, log: Logger): Redis {
  const options: RedisOptions = {
    // BullMQ's scripts are tested with RESP2 replies.
    protocol: 2,
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
