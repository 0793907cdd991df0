import { QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { queueName } from './queue.js';

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
 * Hears what workers do. The stream is bounded and begins at the present, so that it is a hint only:
 * what must not be lost is looked up by `JobQueue.inspect`.
 */
export class JobEvents {
  readonly #events: QueueEvents;
  readonly #redis: Redis;

  /** @param redis a blocking connection of its own; closed with this */
  constructor(redis: Redis, listener: JobListener, log: Logger) {
    this.#redis = redis;
    this.#events = new QueueEvents(queueName, { connection: redis });
    this.#events.on('error', (error) => log.debug({ err: error }, 'job events interrupted'));
    this.#events.on('active', ({ jobId }) => listener.onStarted(jobId));
    this.#events.on('waiting', ({ jobId, prev }) => prev === 'active' && listener.onHandedBack(jobId));
    this.#events.on('delayed', ({ jobId }) => listener.onHandedBack(jobId));
    this.#events.on('progress', ({ jobId, data }) => listener.onProgress(jobId, data));
    this.#events.on('completed', ({ jobId }) => listener.onEnded(jobId));
    this.#events.on('failed', ({ jobId }) => listener.onEnded(jobId));
    let wasReady = redis.status === 'ready';
    redis.on('ready', () => {
      if (wasReady) listener.onReconnected();
      wasReady = true;
    });
  }

  async waitUntilReady(): Promise<void> {
    await this.#events.waitUntilReady();
  }

  async close(): Promise<void> {
    await this.#events.close();
    this.#redis.disconnect();
  }
}
