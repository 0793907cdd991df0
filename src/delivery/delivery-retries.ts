import type { PlatformName } from '#src/core/place.js';

export interface DeliveryRetriesOptions {
  readonly firstDelayMs: number;
  readonly maxDelayMs?: number;
  /** How many messages to one platform may be tried again within a minute. */
  readonly maxPerMinute?: number;
  /** For tests. */
  readonly now?: () => number;
  readonly random?: () => number;
}

/** When what could not be posted is tried again: ever later, and to no platform many within a minute. */
export class DeliveryRetries {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  readonly #maxPerMinute: number;
  readonly #now: () => number;
  readonly #random: () => number;
  /** Moments of the last minute. */
  readonly #taken = new Map<PlatformName, readonly number[]>();

  constructor({
    firstDelayMs,
    maxDelayMs = 60 * 60_000,
    maxPerMinute = 20,
    now = Date.now,
    random = Math.random,
  }: DeliveryRetriesOptions) {
    this.firstDelayMs = firstDelayMs;
    this.maxDelayMs = maxDelayMs;
    this.#maxPerMinute = maxPerMinute;
    this.#now = now;
    this.#random = random;
  }

  /** @param attempts with the one that fails */
  nextAt(attempts: number): Date {
    const delayMs = Math.min(this.maxDelayMs, this.firstDelayMs * 2 ** (attempts - 1));
    return new Date(this.#now() + (0.5 + this.#random() / 2) * delayMs);
  }

  mayTake(platform: PlatformName): boolean {
    const recent = (this.#taken.get(platform) ?? []).filter((moment) => this.#now() - moment < 60_000);
    this.#taken.set(platform, recent);
    return recent.length < this.#maxPerMinute;
  }

  /** Takes one of the platform's tries where it says yes. */
  take(platform: PlatformName): boolean {
    if (!this.mayTake(platform)) return false;
    this.#taken.set(platform, [...this.#taken.get(platform)!, this.#now()]);
    return true;
  }
}
