import { QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { queueName } from './queue-names.js';

export interface JobListener {
  onStarted(id: string): void;
  /** A worker has handed it back, to go on later. */
  onHandedBack(id: string): void;
  /** As the worker sent it: parse before use. */
  onProgress(id: string, progress: unknown): void;
  /** Completed or failed for good. */
  onEnded(id: string): void;
  /** The stream is read again after an outage: something may have been missed. */
  onReconnected(): void;
}

/**
 * Hears what workers do. The streams are bounded and begin at the present, so that they are a hint only:
 * what must not be lost is looked up by `JobQueue.inspect`.
 */
export class JobEvents {
  readonly #redis: Redis;
  readonly #listener: JobListener;
  readonly #log: Logger;
  readonly #streams: { readonly events: QueueEvents; readonly redis: Redis }[] = [];

  /** @param redis a blocking connection of its own; closed with this */
  constructor(redis: Redis, listener: JobListener, log: Logger) {
    this.#redis = redis;
    this.#listener = listener;
    this.#log = log;
    let wasReady = redis.status === 'ready';
    redis.on('ready', () => {
      if (wasReady) listener.onReconnected();
      wasReady = true;
    });
  }

  /** Resolves when nothing of that queue is missed any more. */
  async listenTo(name: string = queueName): Promise<void> {
    // A stream is waited for on a connection of its own.
    const redis = this.#streams.length === 0 ? this.#redis : this.#redis.duplicate();
    const listener = this.#listener;
    const events = new QueueEvents(name, { connection: redis });
    this.#streams.push({ events, redis });
    events.on('error', (error) => this.#log.debug({ err: error }, 'job events interrupted'));
    events.on('active', ({ jobId }) => listener.onStarted(jobId));
    events.on('waiting', ({ jobId, prev }) => prev === 'active' && listener.onHandedBack(jobId));
    events.on('delayed', ({ jobId }) => listener.onHandedBack(jobId));
    events.on('progress', ({ jobId, data }) => listener.onProgress(jobId, data));
    events.on('completed', ({ jobId }) => listener.onEnded(jobId));
    events.on('failed', ({ jobId }) => listener.onEnded(jobId));
    await events.waitUntilReady();
  }

  async close(): Promise<void> {
    for (const { events, redis } of this.#streams) {
      await events.close();
      redis.disconnect();
    }
    this.#redis.disconnect();
  }
}
