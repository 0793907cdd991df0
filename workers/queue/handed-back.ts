import type { Logger } from 'pino';
import { BoundedMap } from '#src/core/bounded-map.js';

/** Another worker that waits takes it within this; one that is at work, whenever it is done. */
const firstDelayMs = 1000;
const maxDelayMs = 60_000;
const maxRemembered = 10_000;

/** This worker cannot do a job that another one can. */
export class NotHereError extends Error {
  /** @param reason names what is missing, and nobody */
  constructor(reason: string) {
    super(reason);
    this.name = 'NotHereError';
  }
}

/**
 * Jobs that were put back for another worker. Each comes back later every time, so that what this one can do is not held up by what it
 * cannot; and the log hears of each reason once.
 */
export class HandedBack {
  readonly #log: Pick<Logger, 'warn'>;
  readonly #times = new BoundedMap<string, number>(maxRemembered);
  readonly #told = new BoundedMap<string, true>(maxRemembered);

  constructor(log: Pick<Logger, 'warn'>) {
    this.#log = log;
  }

  /** @returns how long nobody is to take it */
  delayMs(id: string, { message }: NotHereError): number {
    const times = this.#times.get(id) ?? 0;
    this.#times.set(id, times + 1);
    if (!this.#told.has(message)) this.#log.warn({ jobId: id }, `jobs are handed back for another worker: ${message}`);
    this.#told.set(message, true);
    return Math.min(maxDelayMs, firstDelayMs * 2 ** times);
  }
}
