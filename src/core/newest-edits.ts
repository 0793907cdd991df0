import { BoundedMap } from './bounded-map.js';

interface Edit<Outcome> {
  order: number;
  make: () => Promise<Outcome>;
  readonly outcome: Promise<Outcome>;
}

/** Messages whose newest edit is remembered. */
const maxRemembered = 5000;

/**
 * What a message shows, where it changes faster than its service takes changes: of one message one edit is on its way at a time,
 * and of those that wait only the newest is made. Whoever wanted an older one has what became of the newer.
 */
export class NewestEdits<Outcome> {
  /** By message, what was begun last. */
  readonly #begun = new BoundedMap<string, Edit<Outcome>>(maxRemembered);
  readonly #waiting = new Map<string, Edit<Outcome>>();

  /** @param order of two edits the higher one is newer, whichever comes first */
  make(message: string, order: number, make: () => Promise<Outcome>): Promise<Outcome> {
    const begun = this.#begun.get(message);
    if (begun && begun.order > order) return begun.outcome;
    const waiting = this.#waiting.get(message);
    if (waiting) {
      if (order >= waiting.order) Object.assign(waiting, { order, make });
      return waiting.outcome;
    }
    const before = begun?.outcome.catch(() => {}) ?? Promise.resolve();
    const edit: Edit<Outcome> = {
      order,
      make,
      outcome: before.then(() => {
        this.#waiting.delete(message);
        this.#begun.set(message, edit);
        return edit.make();
      }),
    };
    this.#waiting.set(message, edit);
    return edit.outcome;
  }
}
