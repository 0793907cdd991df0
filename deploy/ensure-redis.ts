import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { findServer, installServer } from './install-redis.js';
import { startManagedRedis } from './redis-process.js';

export interface EnsureRedisOptions {
  /** `redis://…`, `rediss://…`, `unix:///…` or the path of a socket: used as it is, after a check that it answers. */
  readonly redisUrl?: string | undefined;
  /** The managed server keeps its files under `redis/` in here. */
  readonly dataDir: string;
  readonly onMessage: (message: string) => void;
  readonly environment?: NodeJS.ProcessEnv;
}

export interface EnsuredRedis {
  /** What ioredis takes as its first argument; for a managed server the path of its socket. */
  readonly url: string;
  /** Starts a managed server again where it has died. @returns whether it had to */
  readonly revive: () => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

/** The Redis of `REDIS_URL`, or one of our own that listens on a unix socket only. @throws Error that says what to do */
export async function ensureRedis({
  redisUrl,
  dataDir,
  onMessage,
  environment = process.env,
}: EnsureRedisOptions): Promise<EnsuredRedis> {
  if (redisUrl) {
    const url = redisUrl.replace(/^unix:\/\//, '');
    await check(url, onMessage);
    return { url, revive: async () => false, stop: async () => {} };
  }
  const findOrInstall = async () => findServer(environment.PATH) ?? installServer(onMessage, environment);
  const managed = await startManagedRedis(findOrInstall, resolve(dataDir, 'redis'));
  onMessage(`${managed.isNew ? 'started' : 'joined'} Redis on ${managed.socketPath}`);
  return { url: managed.socketPath, revive: managed.revive, stop: managed.stop };
}

async function check(url: string, onMessage: (message: string) => void): Promise<void> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableOfflineQueue: false,
  });
  let cause: unknown;
  redis.on('error', (error: unknown) => {
    cause = error;
  });
  try {
    await redis.connect();
    await redis.ping();
    const policy = await readEvictionPolicy(redis);
    if (policy !== undefined && policy !== 'noeviction') {
      onMessage(`Redis may evict jobs: its maxmemory-policy is ${policy}, set it to noeviction`);
    }
  } catch (error) {
    throw new Error(`REDIS_URL: ${withoutPassword(url)} does not answer (${describe(cause ?? error)})`);
  } finally {
    redis.disconnect();
  }
}

/** Undefined where the server does not tell, as hosted ones often do not. */
async function readEvictionPolicy(redis: Redis): Promise<string | undefined> {
  try {
    const reply = (await redis.config('GET', 'maxmemory-policy')) as string[];
    return reply[1];
  } catch {
    return undefined;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}

function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/)[^@/]*@/, '$1');
}

const usage = `Usage: ensure-redis [--install]

Runs the Redis that Petbooth would use and prints its address; Ctrl-C stops it.
  --install   only make sure that a server is installed

DATA_DIR (default data) and REDIS_URL are read from the environment.
`;

async function runCommandLine(options: readonly string[]): Promise<void> {
  const onMessage = (message: string) => process.stderr.write(`${message}\n`);
  const unknown = options.find((option) => option !== '--install' && option !== '--help');
  if (unknown !== undefined) throw new Error(`unknown option ${unknown}\n\n${usage}`);
  if (options.includes('--help')) {
    process.stdout.write(usage);
  } else if (options.includes('--install')) {
    process.stdout.write(`${findServer(process.env.PATH) ?? (await installServer(onMessage))}\n`);
  } else {
    // Listened for before the address is printed: whoever reads it may end us at once.
    const ended = new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    });
    const dataDir = process.env.DATA_DIR || 'data';
    const { url, stop } = await ensureRedis({ redisUrl: process.env.REDIS_URL, dataDir, onMessage });
    process.stdout.write(`${url}\n`);
    const keepAlive = setInterval(() => {}, 60_000);
    await ended;
    clearInterval(keepAlive);
    await stop();
  }
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  runCommandLine(process.argv.slice(2)).catch(fail);
}
