import { BoundedMap } from '#src/core/bounded-map.js';
import type { ClientAddress } from './client-address.js';

const maxAddresses = 10_000;

/** Lets so many through within a window, from each address. */
export class RateMeter {
  readonly #max: number;
  readonly #windowMs: number;
  readonly #windows = new BoundedMap<string, { readonly startedAt: number; count: number }>(maxAddresses);

  constructor(max: number, windowMs: number) {
    this.#max = max;
    this.#windowMs = windowMs;
  }

  /** @returns whether there was room for one more */
  take(address: ClientAddress, now = Date.now()): boolean {
    if (address === undefined) return true;
    const window = this.#runningOf(address, now) ?? { startedAt: now, count: 0 };
    if (window.count === 0) this.#windows.set(address, window);
    if (window.count >= this.#max) return false;
    window.count += 1;
    return true;
  }

  /** Whether there is room, without taking any. */
  hasRoom(address: ClientAddress, now = Date.now()): boolean {
    return address === undefined || (this.#runningOf(address, now)?.count ?? 0) < this.#max;
  }

  #runningOf(address: string, now: number) {
    const known = this.#windows.get(address);
    return known && now - known.startedAt < this.#windowMs ? known : undefined;
  }
}
