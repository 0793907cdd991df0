import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { type DataOf, type InputOf, type JobName, jobs, type ResultOf } from './index.js';
import { decodeFailure, type JobFailure } from './outcome.js';

/** One queue for everything that needs the model; each worker takes one job at a time. */
export const queueName = 'gpu';
export const cancelChannel = 'petbooth:cancel';
export const cancelKey = (id: string) => `petbooth:cancel:${id}`;

const daySeconds = 86_400;

export type QueuedState =
  | { readonly kind: 'waiting' | 'active' | 'missing' }
  | { readonly kind: 'completed'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly failure: JobFailure };

export interface AddOptions {
  /** Derived from the platform's event: adding the same id again changes nothing. */
  readonly id: string;
  /** 1 … 2 097 151, smaller goes first. */
  readonly round: number;
}

/** The host's memory or disk, not the person's fault. */
export class RedisFullError extends Error {
  constructor(options?: ErrorOptions) {
    super('Redis takes nothing more: its disk or memory is full', options);
    this.name = 'RedisFullError';
  }
}

/** The only place that puts work into Redis. Calls reject at once while Redis is away. */
export class JobQueue {
  readonly #queue: Queue;
  readonly #redis: Redis;

  /** @param redis connection for commands; the caller closes it after this queue */
  constructor(redis: Redis) {
    this.#redis = redis;
    this.#queue = new Queue(queueName, { connection: redis });
    // The connection's own listener reports; without one here an outage would end the process.
    this.#queue.on('error', () => {});
  }

  /**
   * @throws ZodError where data does not fit the job's contract
   * @throws RedisFullError where Redis has no room for it
   */
  async add<Name extends JobName>(name: Name, data: InputOf<Name>, { id, round }: AddOptions): Promise<void> {
    const parsed = jobs[name].data.parse(data) as DataOf<Name>;
    const adding = this.#queue.add(name, parsed, {
      jobId: id,
      priority: round,
      attempts: jobs[name].attempts,
      backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
      removeOnComplete: { age: 7 * daySeconds, count: 1000 },
      removeOnFail: { age: 7 * daySeconds, count: 1000 },
      sizeLimit: 64 * 1024,
    });
    await adding.catch((error: unknown) => {
      throw isOutOfRoom(error) ? new RedisFullError({ cause: error }) : error;
    });
  }

  async inspect(id: string): Promise<QueuedState> {
    // The state first: a job that ends between the two questions has its result by the second.
    const state = await this.#queue.getJobState(id);
    const job = await this.#queue.getJob(id);
    if (!job) return { kind: 'missing' };
    if (state === 'completed') return { kind: 'completed', result: job.returnvalue };
    if (state === 'failed') return { kind: 'failed', failure: decodeFailure(job.failedReason ?? '') };
    if (state === 'unknown') return { kind: 'missing' };
    return { kind: state === 'active' ? 'active' : 'waiting' };
  }

  /** @returns `removed` where it had not begun; `signalled` where a worker has it and will stop within one step */
  async cancel(id: string): Promise<'removed' | 'signalled' | 'missing'> {
    const job = await this.#queue.getJob(id);
    if (!job) return 'missing';
    // Set before looking, so that a worker that takes the job in between finds it.
    await this.#redis.set(cancelKey(id), '1', 'EX', daySeconds);
    const state = await job.getState();
    if (state === 'completed' || state === 'failed') return 'missing';
    if (state !== 'active') {
      try {
        await job.remove();
        return 'removed';
      } catch {
        // A worker was faster and holds the lock.
      }
    }
    await this.#redis.publish(cancelChannel, id);
    return 'signalled';
  }

  /** Takes a finished or cancelled job out of Redis, with its data. */
  async forget(id: string): Promise<void> {
    const job = await this.#queue.getJob(id);
    // A worker may still hold the lock; Redis drops the job by age then.
    await job?.remove().catch(() => {});
    await this.#redis.del(cancelKey(id));
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}

/** Redis answers so where its disk is full (MISCONF) or its memory (OOM). */
function isOutOfRoom(error: unknown): boolean {
  return error instanceof Error && /\b(MISCONF|OOM)\b/.test(error.message);
}

/** @throws ZodError where a worker of another version answered something else */
export function parseResult<Name extends JobName>(name: Name, result: unknown): ResultOf<Name> {
  return jobs[name].result.parse(result) as ResultOf<Name>;
}
