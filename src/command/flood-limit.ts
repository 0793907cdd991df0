import type { Person } from '#src/core/place.js';

export interface FloodLimitOptions {
  /** Commands and presses of one person within the window. */
  readonly max: number;
  readonly windowMs: number;
  readonly now?: () => number;
}

export type FloodVerdict =
  | { readonly kind: 'passes' }
  /** Said once, however often that event is delivered. */
  | { readonly kind: 'slowDown'; readonly seconds: number }
  | { readonly kind: 'silent' };

interface Window {
  readonly endsAt: number;
  /** Events that passed, so that one that comes again counts once. */
  readonly passed: Set<string>;
  /** The one that was one too many, and was answered. */
  told?: string;
}

/** Beyond these the longest known are forgotten, which costs a flood of one person a new window. */
const maxPeople = 5000;

/** Whoever asks for more than anybody can read is told so once, and not answered until their window ends. Nobody else notices. */
export class FloodLimit {
  readonly #max: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  /** In the order in which their windows end. */
  readonly #windows = new Map<string, Window>();

  constructor({ max, windowMs, now = Date.now }: FloodLimitOptions) {
    this.#max = max;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** @param eventId the same where an event is delivered again */
  judge({ platform, id }: Pick<Person, 'platform' | 'id'>, eventId: string): FloodVerdict {
    const now = this.#now();
    const window = this.#windowOf(`${platform}/${id}`, now);
    if (window.passed.has(eventId)) return { kind: 'passes' };
    if (window.passed.size < this.#max) {
      window.passed.add(eventId);
      return { kind: 'passes' };
    }
    window.told ??= eventId;
    if (window.told !== eventId) return { kind: 'silent' };
    return { kind: 'slowDown', seconds: Math.max(1, Math.ceil((window.endsAt - now) / 1000)) };
  }

  #windowOf(key: string, now: number): Window {
    for (const [known, { endsAt }] of this.#windows) {
      if (endsAt > now && this.#windows.size < maxPeople) break;
      // Known ones keep their window while there is room for it.
      if (endsAt > now && this.#windows.has(key)) break;
      this.#windows.delete(known);
    }
    const open = this.#windows.get(key);
    if (open) return open;
    const window: Window = { endsAt: now + this.#windowMs, passed: new Set() };
    this.#windows.set(key, window);
    return window;
  }
}
