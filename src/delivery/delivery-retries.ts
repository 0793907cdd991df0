import { BoundedMap } from '#src/core/bounded-map.js';
import type { PlatformName } from '#src/core/place.js';
import type { JobRecord } from '#src/jobs/job-record.js';

export interface DeliveryRetriesOptions {
  readonly firstDelayMs: number;
  readonly maxDelayMs?: number;
  /** How many deliveries to one platform may be tried again within a minute. */
  readonly maxPerMinute?: number;
  /** For tests. */
  readonly now?: () => number;
  readonly random?: () => number;
}

/** One that is forgotten is spread anew. */
const maxRemembered = 10_000;

type Failed = Pick<JobRecord, 'id' | 'place' | 'deliveryAttempts'>;

/**
 * When a delivery that has failed is tried again: ever later, never all at once, also after a restart, and to no platform many
 * within a minute. What was never tried goes at once.
 */
export class DeliveryRetries {
  readonly #options: Required<DeliveryRetriesOptions>;
  readonly #dueAt = new BoundedMap<string, number>(maxRemembered);
  /** Moments of the last minute. */
  readonly #taken = new Map<PlatformName, number[]>();

  constructor({
    firstDelayMs,
    maxDelayMs = 60 * 60_000,
    maxPerMinute = 20,
    now = Date.now,
    random = Math.random,
  }: DeliveryRetriesOptions) {
    this.#options = { firstDelayMs, maxDelayMs, maxPerMinute, now, random };
  }

  /** Takes one of the platform's tries where it says yes. */
  take(record: Failed): boolean {
    const { now, random, maxPerMinute } = this.#options;
    if (record.deliveryAttempts === 0) return true;
    const known = this.#dueAt.get(record.id);
    if (known === undefined) {
      // A restart forgets the moments: they are spread again over what they would have been.
      this.#dueAt.set(record.id, now() + random() * this.#delayMs(record.deliveryAttempts));
      return false;
    }
    if (now() < known) return false;
    const { platform } = record.place;
    const recent = (this.#taken.get(platform) ?? []).filter((moment) => now() - moment < 60_000);
    this.#taken.set(platform, recent);
    if (recent.length >= maxPerMinute) return false;
    recent.push(now());
    return true;
  }

  /** @param record.deliveryAttempts with the one that has just failed */
  noteFailure(record: Failed): void {
    const { now, random } = this.#options;
    this.#dueAt.set(record.id, now() + (0.5 + random() / 2) * this.#delayMs(record.deliveryAttempts));
  }

  forget(id: string): void {
    this.#dueAt.delete(id);
  }

  #delayMs(attempts: number): number {
    const { firstDelayMs, maxDelayMs } = this.#options;
    return Math.min(maxDelayMs, firstDelayMs * 2 ** (attempts - 1));
  }
}
