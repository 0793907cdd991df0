import type { Logger } from 'pino';

/** Discord lets nobody answer what is older than three seconds: a longer difference is one of the clocks. */
const tolerableMs = 5000;
const toldAgainMs = 3600_000;

/** Watches our clock, by which deadlines are kept, against the moments that Discord's ids carry. */
export class ClockDifference {
  readonly #now: () => number;
  readonly #log: Logger;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(now: () => number, log: Logger) {
    this.#now = now;
    this.#log = log;
  }

  /** @param at of an event that Discord has just let us answer */
  note(at: Date, receivedAt: number): void {
    const aheadMs = receivedAt - at.getTime();
    const now = this.#now();
    // A clock that is put back does not silence this.
    if (Math.abs(aheadMs) <= tolerableMs || Math.abs(now - this.#toldAt) < toldAgainMs) return;
    this.#toldAt = now;
    this.#log.error(
      { aheadSeconds: Math.round(aheadMs / 1000) },
      'the clock of this machine differs from Discord’s: deadlines are kept by it, so set it right',
    );
  }
}
