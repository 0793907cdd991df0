import type { Logger } from 'pino';
import type { JobRecord } from '#src/jobs/job-record.js';
import type { JobQueue } from '#src/jobs/queue.js';
import type { Turns } from '#src/jobs/turns.js';

export interface SecondTriesOptions {
  readonly queue: Pick<JobQueue, 'forget'>;
  readonly turns: Pick<Turns, 'handBack'>;
  readonly requeue: (record: JobRecord) => Promise<void>;
  readonly log: Logger;
}

/**
 * Jobs that are done once more, because files of their results are gone. A worker, in a process of its own, stores bytes that somebody
 * else may have stored before and give up now: until the result is recorded nothing tells that they are needed. The same seed makes
 * them again.
 */
export class SecondTries {
  readonly #options: SecondTriesOptions;
  readonly #beginning = new Set<string>();
  readonly #begun = new Set<string>();

  constructor(options: SecondTriesOptions) {
    this.#options = options;
  }

  /** @returns false where it was the second try whose files are gone */
  async begin(record: JobRecord): Promise<boolean> {
    const { queue, turns, requeue, log } = this.#options;
    if (this.#beginning.has(record.id)) return true;
    if (this.#begun.has(record.id)) return false;
    log.warn({ jobId: record.id }, 'files of a result are gone; the job is done again');
    this.#beginning.add(record.id);
    try {
      await queue.forget(record.id);
      turns.handBack(record.id, Date.now());
      await requeue(record);
      this.#begun.add(record.id);
    } finally {
      this.#beginning.delete(record.id);
    }
    return true;
  }

  /** It has ended, one way or the other. */
  forget(id: string): void {
    this.#begun.delete(id);
  }
}
