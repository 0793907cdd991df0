import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { announce, announceEveryMs, usualCheckpoint, withdraw } from '#src/jobs/fleet.js';
import type { Means } from '#src/jobs/needs.js';
import { queueNameOf } from '#src/jobs/queue-names.js';

export interface AnnouncingOptions {
  readonly redis: Redis;
  readonly means: Omit<Means, 'queue'>;
  /** The bot is set up for another checkpoint since: this worker is to take jobs from another queue. */
  readonly onMoved: (queue: string) => Promise<void>;
  readonly log: Pick<Logger, 'debug' | 'info'>;
  readonly intervalMs?: number | undefined;
}

/** A worker's side of the fleet: says that it lives and what it has, and hears which queue is its own. */
export class Announcing {
  readonly #options: AnnouncingOptions;
  readonly #id = randomUUID();
  #queue: string;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  private constructor(options: AnnouncingOptions, queue: string) {
    this.#options = options;
    this.#queue = queue;
  }

  static async open(options: AnnouncingOptions): Promise<Announcing> {
    return new Announcing(options, await ownQueue(options));
  }

  get queue(): string {
    return this.#queue;
  }

  /** Called when jobs are taken from the queue. */
  async start(): Promise<void> {
    await this.#announce();
    this.#timer = setInterval(() => {
      this.#looking = this.#looking
        .then(() => this.#look())
        .catch((error: unknown) => {
          this.#options.log.debug({ err: error }, 'this worker could not be announced');
        });
    }, this.#options.intervalMs ?? announceEveryMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    // A Redis that is away forgets this worker by itself, and is not waited for.
    if (this.#options.redis.status !== 'ready') return;
    await this.#looking;
    await withdraw(this.#options.redis, this.#id).catch(() => {});
  }

  async #announce(): Promise<void> {
    const { redis, means } = this.#options;
    await announce(redis, this.#id, { ...means, queue: this.#queue });
  }

  async #look(): Promise<void> {
    const queue = await ownQueue(this.#options);
    if (queue !== this.#queue) {
      this.#options.log.info({ queue }, 'this worker takes jobs from another queue now');
      await this.#options.onMoved(queue);
      this.#queue = queue;
    }
    await this.#announce();
  }
}

async function ownQueue({ redis, means }: Pick<AnnouncingOptions, 'redis' | 'means'>): Promise<string> {
  return queueNameOf(means.checkpoint, await usualCheckpoint(redis));
}
