import type { Redis } from 'ioredis';
import { Means, type Needs, type Shortcoming, shortcomingOf, shortcomings } from './needs.js';
import { queueName, usualCheckpointKey } from './queue-names.js';

/** Names of the workers that have announced themselves. */
const workersKey = 'petbooth:workers';
const workerKey = (id: string) => `petbooth:worker:${id}`;
/** A worker says more often than this that it lives. */
const livesSeconds = 30;
export const announceEveryMs = 10_000;

/** A worker says what it has, for as long as it says so again in time. */
export async function announce(redis: Redis, id: string, means: Means): Promise<void> {
  await redis.multi().set(workerKey(id), JSON.stringify(means), 'EX', livesSeconds).sadd(workersKey, id).exec();
}

export async function withdraw(redis: Redis, id: string): Promise<void> {
  await redis.multi().del(workerKey(id)).srem(workersKey, id).exec();
}

/** The checkpoint that the bot is set up for; undefined where it does not say. */
export async function usualCheckpoint(redis: Redis): Promise<string | undefined> {
  return (await redis.get(usualCheckpointKey)) ?? undefined;
}

async function announced(redis: Redis): Promise<Means[]> {
  const ids = await redis.smembers(workersKey);
  if (ids.length === 0) return [];
  const texts = await redis.mget(ids.map(workerKey));
  const gone = ids.filter((_, index) => texts[index] === null);
  if (gone.length > 0) await redis.srem(workersKey, gone);
  return texts.flatMap((text) => (text === null ? [] : (readMeans(text) ?? [])));
}

/** Of a version that announces otherwise, nothing. */
function readMeans(text: string): Means | undefined {
  try {
    return Means.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export type Unserved = Shortcoming | 'no-worker';

export interface FleetOptions {
  readonly redis: Redis;
  /** Connected workers of the queue of that name, those that announce nothing too; undefined where Redis does not tell. */
  readonly countConnected: (queue: string) => Promise<number | undefined>;
}

/** The workers that live, as the bot knows them. */
export class Fleet {
  readonly #options: FleetOptions;
  #workers: readonly Means[] = [];
  /** Older ones announce nothing, and take whatever is in the first queue. */
  #olderWorkers = 0;
  #isKnown = false;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#workers.length + this.#olderWorkers;
  }

  async refresh(): Promise<void> {
    const { redis, countConnected } = this.#options;
    const connected = await countConnected(queueName);
    const workers = await announced(redis);
    const inFirst = workers.filter(({ queue }) => queue === queueName).length;
    this.#workers = workers;
    this.#olderWorkers = Math.max(0, (connected ?? 0) - inFirst);
    this.#isKnown = connected !== undefined;
  }

  /** What keeps all living workers from a job, the least of it; undefined where one can do it, or nobody can tell. */
  unserved(name: string, needs: Needs): Unserved | undefined {
    if (!this.#isKnown || (this.#olderWorkers > 0 && needs.contract === 1)) return undefined;
    let least = -1;
    for (const means of this.#workers) {
      const shortcoming = shortcomingOf(means, name, needs);
      if (shortcoming === undefined) return undefined;
      least = Math.max(least, shortcomings.indexOf(shortcoming));
    }
    return shortcomings[least] ?? 'no-worker';
  }
}
