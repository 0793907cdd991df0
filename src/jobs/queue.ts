import { type Job, type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { BlobKey } from '#src/core/blob-key.js';
import { type Attempt, encodeAttempt } from './attempt.js';
import { type JobName, jobs } from './index.js';
import { type Needs, needsIn } from './needs.js';
import { decodeFailure, type JobFailure } from './outcome.js';
import { queueName, queueNameOf, usualCheckpointKey } from './queue-names.js';

export const cancelChannel = 'petbooth:cancel';
/** Workers that hear this drop what they keep of files that are gone. */
export const forgetChannel = 'petbooth:forget';
export const cancelKey = (id: string) => `petbooth:cancel:${id}`;

const daySeconds = 86_400;

export type QueuedState =
  | { readonly kind: 'waiting' | 'active' | 'missing' }
  /** `workMs`: at work, in all slices of an attempt that ended well; `checkpoint`: it was done with. */
  | {
      readonly kind: 'completed';
      readonly result: unknown;
      readonly workMs: number;
      readonly checkpoint: string | undefined;
    }
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

/** Names of the queues there have been, beside the first. */
const queuesKey = 'petbooth:queues';

export interface JobQueueOptions {
  /** That the bot is set up for; absent: it cannot tell. */
  readonly checkpoint?: string | undefined;
  /** Called before a queue is used for the first time. */
  readonly onOpened?: (name: string) => Promise<void>;
  /** Rejects where another bot may act by now. */
  readonly beforeWrite?: () => Promise<void>;
}

/** The only place that puts work into Redis, into a queue for each checkpoint. Calls reject at once while Redis is away. */
export class JobQueue {
  readonly #queues = new Map<string, Queue>();
  readonly #redis: Redis;
  readonly #options: JobQueueOptions;

  /** @param redis connection for commands; the caller closes it after this queue */
  constructor(redis: Redis, options: JobQueueOptions = {}) {
    this.#redis = redis;
    this.#options = options;
    this.#create(queueName);
  }

  /**
   * Finds the queues that there were before, and tells workers which of them is the first.
   * @returns whether the bot was set up for another checkpoint before
   */
  async open(): Promise<boolean> {
    const { checkpoint } = this.#options;
    const former = await this.#redis.get(usualCheckpointKey);
    await this.#beforeWrite();
    if (checkpoint === undefined) await this.#redis.del(usualCheckpointKey);
    else await this.#redis.set(usualCheckpointKey, checkpoint);
    await this.#options.onOpened?.(queueName);
    for (const name of await this.#redis.smembers(queuesKey)) await this.#opened(name);
    return former !== null && former !== checkpoint;
  }

  async #beforeWrite(): Promise<void> {
    await this.#options.beforeWrite?.();
  }

  #create(name: string): Queue {
    const queue = new Queue(name, { connection: this.#redis });
    // The connection's own listener reports; without one here an outage would end the process.
    queue.on('error', () => {});
    this.#queues.set(name, queue);
    return queue;
  }

  async #opened(name: string): Promise<Queue> {
    const known = this.#queues.get(name);
    if (known) return known;
    await this.#options.onOpened?.(name);
    await this.#redis.sadd(queuesKey, name);
    return this.#queues.get(name) ?? this.#create(name);
  }

  /** Where a job is; where it is nowhere, the first. */
  async #queueOf(id: string): Promise<Queue> {
    const [first, ...others] = [...this.#queues.values()] as [Queue, ...Queue[]];
    for (const queue of others) if ((await this.#redis.exists(queue.toKey(id))) === 1) return queue;
    return first;
  }

  async #job(id: string): Promise<Job | undefined> {
    return (await this.#queueOf(id)).getJob(id);
  }

  /** With the checkpoint that it takes where it needs none of its own. */
  #allOf({ checkpoint = this.#options.checkpoint, ...needs }: Needs): Needs {
    return { ...needs, ...(checkpoint !== undefined && { checkpoint }) };
  }

  /** @throws RedisFullError where Redis has no room for it */
  async add<Name extends JobName>(
    name: Name,
    attempt: Attempt<Name>,
    { id, priority, needs }: AddOptions,
  ): Promise<void> {
    await this.#beforeWrite();
    const all = this.#allOf(needs ?? { contract: 1 });
    const queue = await this.#opened(queueNameOf(all.checkpoint, this.#options.checkpoint));
    const options: JobsOptions & Pick<AddOptions, 'needs'> = {
      needs: all,
      jobId: id,
      priority,
      attempts: jobs[name].attempts,
      backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
      // The bot takes them out when it has recorded how they ended. No more can be there than may wait for it together.
      removeOnComplete: false,
      removeOnFail: false,
      sizeLimit: 64 * 1024,
    };
    await queue.add(name, encodeAttempt(attempt), options).catch((error: unknown) => {
      throw isOutOfRoom(error) ? new RedisFullError({ cause: error }) : error;
    });
  }

  async inspect(id: string): Promise<QueuedState> {
    const queue = await this.#queueOf(id);
    // The state first: a job that ends between the two questions has its result by the second.
    const state = await queue.getJobState(id);
    const job = await queue.getJob(id);
    if (!job) return { kind: 'missing' };
    if (state === 'completed') {
      const lastMs = (job.finishedOn ?? 0) - (job.processedOn ?? 0);
      const workMs = lastMs + 1000 * written.parse(job.data).secondsBefore;
      return { kind: 'completed', result: job.returnvalue, workMs, checkpoint: needsIn(job.opts).checkpoint };
    }
    if (state === 'failed') return { kind: 'failed', failure: decodeFailure(job.failedReason ?? '') };
    if (state === 'unknown') return { kind: 'missing' };
    return { kind: state === 'active' ? 'active' : 'waiting' };
  }

  /** Ids of those that wait, and of those at work. */
  async unfinished(): Promise<{ readonly waiting: ReadonlySet<string>; readonly active: ReadonlySet<string> }> {
    const [waiting, active] = [new Set<string>(), new Set<string>()];
    for (const queue of this.#queues.values()) {
      // What moves meanwhile from one to the other must not be in neither.
      for (const id of await queue.getRanges(['wait', 'prioritized', 'delayed'], 0, -1)) waiting.add(id);
      for (const id of await queue.getRanges(['active'], 0, -1)) active.add(id);
    }
    return { waiting, active };
  }

  /** Ids of those that have ended and are still there, of each queue the earliest first. */
  async ended(): Promise<readonly string[]> {
    const ended: string[] = [];
    for (const queue of this.#queues.values())
      ended.push(...(await queue.getRanges(['completed', 'failed'], 0, -1, true)));
    return ended;
  }

  /** Gives a waiting job a place at the end of those of this priority, until it has been at work. */
  async changePriority(id: string, priority: number): Promise<void> {
    const job = await this.#job(id);
    await this.#beforeWrite();
    await job?.changePriority({ priority });
  }

  /** Removed where no worker has it; `leftovers` are what a worker stored of it. Signalled where one has it and will stop within one step. */
  async cancel(id: string): Promise<CancelOutcome> {
    const job = await this.#job(id);
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

  /**
   * Puts a waiting job where it belongs by now, with all that was written into it: the bot may have been set up for another checkpoint
   * since. Whatever goes wrong between, it is recorded and is queued again.
   */
  async readdress(id: string, needs: Needs): Promise<void> {
    const job = await this.#job(id);
    const all = this.#allOf(needs);
    const target = queueNameOf(all.checkpoint, this.#options.checkpoint);
    if (!job || (job.queueName === target && needsIn(job.opts).checkpoint === all.checkpoint)) return;
    const isWaiting = ['waiting', 'prioritized', 'delayed'].includes(await job.getState());
    if (!isWaiting) return;
    const queue = await this.#opened(target);
    await this.#beforeWrite();
    const { name, data, opts, priority } = job;
    const options: JobsOptions & Pick<AddOptions, 'needs'> = { ...opts, priority, needs: all };
    await job.remove();
    await queue.add(name, data, options);
  }

  /** Workers that are connected to a queue, whatever their version; undefined where this Redis does not tell. */
  async countConnected(name: string): Promise<number | undefined> {
    return this.#queues
      .get(name)
      ?.getWorkersCount()
      .catch(() => undefined);
  }

  /** Takes a finished or cancelled job out of Redis, with its data. */
  async forget(id: string): Promise<void> {
    const job = await this.#job(id);
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
    for (const queue of this.#queues.values()) await this.#redis.xtrim(queue.toKey('events'), 'MAXLEN', 0);
    const info = await this.#redis.info('persistence');
    // A host that forbids it rewrites the file by its own rules.
    if (/aof_enabled:1/.test(info)) await this.#redis.bgrewriteaof().catch(() => {});
  }

  async close(): Promise<void> {
    for (const queue of this.#queues.values()) await queue.close();
  }
}

/** Redis answers so where its disk is full (MISCONF) or its memory (OOM). */
function isOutOfRoom(error: unknown): boolean {
  return error instanceof Error && /\b(MISCONF|OOM)\b/.test(error.message);
}
