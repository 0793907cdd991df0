import { type Job, type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { BlobKey } from '#src/core/blob-key.js';
import { type Attempt, encodeAttempt } from './attempt.js';
import { type JobName, jobs } from './index.js';
import type { Needs } from './needs.js';
import { decodeFailure, type JobFailure } from './outcome.js';

/** One queue for everything that needs the model; each worker takes one job at a time. */
export const queueName = 'gpu';
export const cancelChannel = 'petbooth:cancel';
/** Workers that hear this drop what they keep of files that are gone. */
export const forgetChannel = 'petbooth:forget';
export const cancelKey = (id: string) => `petbooth:cancel:${id}`;

const daySeconds = 86_400;

export type QueuedState =
  | { readonly kind: 'waiting' | 'active' | 'missing' }
  /** `workMs`: at work, in all slices of an attempt that ended well. */
  | { readonly kind: 'completed'; readonly result: unknown; readonly workMs: number }
  | { readonly kind: 'failed'; readonly failure: JobFailure };

/** What a worker writes into the data of a sliced job. */
const written = z.object({ snapshot: BlobKey.optional().catch(undefined), secondsBefore: z.number().catch(0) });

const shown = z.object({ preview: BlobKey.optional() });

/** What a worker has stored of an unfinished job: where to go on from, and the picture that shows how far it is. */
export function leftoversOf({ data, progress }: Pick<Job, 'data' | 'progress'>): BlobKey[] {
  const { snapshot } = written.parse(data);
  const preview = shown.safeParse(progress).data?.preview;
  return [...(snapshot ? [snapshot] : []), ...(preview ? [preview] : [])];
}

export type CancelOutcome =
  | { readonly kind: 'signalled' | 'missing' }
  | { readonly kind: 'removed'; readonly leftovers: readonly BlobKey[] };

export interface AddOptions {
  /** Derived from the platform's event: adding the same id again changes nothing. */
  readonly id: string;
  /** 1 … 2 097 151, smaller goes first. */
  readonly priority: number;
  /** Absent: no more than its contract of old. */
  readonly needs?: Needs;
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
  readonly #beforeWrite: () => Promise<void>;

  /**
   * @param redis connection for commands; the caller closes it after this queue
   * @param beforeWrite rejects where another bot may act by now
   */
  constructor(redis: Redis, beforeWrite: () => Promise<void> = async () => {}) {
    this.#redis = redis;
    this.#beforeWrite = beforeWrite;
    this.#queue = new Queue(queueName, { connection: redis });
    // The connection's own listener reports; without one here an outage would end the process.
    this.#queue.on('error', () => {});
  }

  /** @throws RedisFullError where Redis has no room for it */
  async add<Name extends JobName>(
    name: Name,
    attempt: Attempt<Name>,
    { id, priority, needs }: AddOptions,
  ): Promise<void> {
    await this.#beforeWrite();
    const options: JobsOptions & Pick<AddOptions, 'needs'> = {
      ...(needs && { needs }),
      jobId: id,
      priority,
      attempts: jobs[name].attempts,
      backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
      // The bot takes them out when it has recorded how they ended. No more can be there than may wait for it together.
      removeOnComplete: false,
      removeOnFail: false,
      sizeLimit: 64 * 1024,
    };
    await this.#queue.add(name, encodeAttempt(attempt), options).catch((error: unknown) => {
      throw isOutOfRoom(error) ? new RedisFullError({ cause: error }) : error;
    });
  }

  async inspect(id: string): Promise<QueuedState> {
    // The state first: a job that ends between the two questions has its result by the second.
    const state = await this.#queue.getJobState(id);
    const job = await this.#queue.getJob(id);
    if (!job) return { kind: 'missing' };
    if (state === 'completed') {
      const lastMs = (job.finishedOn ?? 0) - (job.processedOn ?? 0);
      const workMs = lastMs + 1000 * written.parse(job.data).secondsBefore;
      return { kind: 'completed', result: job.returnvalue, workMs };
    }
    if (state === 'failed') return { kind: 'failed', failure: decodeFailure(job.failedReason ?? '') };
    if (state === 'unknown') return { kind: 'missing' };
    return { kind: state === 'active' ? 'active' : 'waiting' };
  }

  /** Ids of those that wait, and of those at work. */
  async unfinished(): Promise<{ readonly waiting: ReadonlySet<string>; readonly active: ReadonlySet<string> }> {
    // What moves meanwhile from one to the other must not be in neither.
    const waiting = await this.#queue.getRanges(['wait', 'prioritized', 'delayed'], 0, -1);
    const active = await this.#queue.getRanges(['active'], 0, -1);
    return { waiting: new Set(waiting), active: new Set(active) };
  }

  /** Ids of those that have ended and are still there, the earliest first. */
  async ended(): Promise<readonly string[]> {
    return this.#queue.getRanges(['completed', 'failed'], 0, -1, true);
  }

  /** Gives a waiting job a place at the end of those of this priority, until it has been at work. */
  async changePriority(id: string, priority: number): Promise<void> {
    const job = await this.#queue.getJob(id);
    await this.#beforeWrite();
    await job?.changePriority({ priority });
  }

  /** Removed where no worker has it; `leftovers` are what a worker stored of it. Signalled where one has it and will stop within one step. */
  async cancel(id: string): Promise<CancelOutcome> {
    const job = await this.#queue.getJob(id);
    if (!job) return { kind: 'missing' };
    await this.#beforeWrite();
    // Set before looking, so that a worker that takes the job in between finds it.
    await this.#redis.set(cancelKey(id), '1', 'EX', daySeconds);
    const state = await job.getState();
    if (state === 'completed' || state === 'failed') return { kind: 'missing' };
    if (state !== 'active') {
      try {
        await job.remove();
        return { kind: 'removed', leftovers: leftoversOf(job) };
      } catch {
        // A worker was faster and holds the lock.
      }
    }
    await this.#redis.publish(cancelChannel, id);
    return { kind: 'signalled' };
  }

  /** Takes a finished or cancelled job out of Redis, with its data. */
  async forget(id: string): Promise<void> {
    const job = await this.#queue.getJob(id);
    await this.#beforeWrite();
    // A worker may still hold the lock; the next reconciliation tries again.
    const isGone =
      job === undefined ||
      (await job.remove().then(
        () => true,
        () => false,
      ));
    if (isGone) await this.#redis.del(cancelKey(id));
  }

  /**
   * After `forget`: no trace is left of what was removed, in workers' caches, in the stream of events, or in Redis' file of commands.
   * All events go, since single ones are only marked as deleted; whoever misses one looks the job up.
   */
  async forgetTraces(): Promise<void> {
    await this.#beforeWrite();
    await this.#redis.publish(forgetChannel, '');
    await this.#redis.xtrim(this.#queue.toKey('events'), 'MAXLEN', 0);
    const info = await this.#redis.info('persistence');
    // A host that forbids it rewrites the file by its own rules.
    if (/aof_enabled:1/.test(info)) await this.#redis.bgrewriteaof().catch(() => {});
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}

/** Redis answers so where its disk is full (MISCONF) or its memory (OOM). */
function isOutOfRoom(error: unknown): boolean {
  return error instanceof Error && /\b(MISCONF|OOM)\b/.test(error.message);
}
