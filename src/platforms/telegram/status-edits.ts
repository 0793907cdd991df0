import type { Logger } from 'pino';
import type { Place } from '#src/core/place.js';
import type { Messenger } from './messenger.js';
import type { RenderedMessage } from './render-message.js';

export interface StatusEditsOptions {
  readonly messenger: Messenger;
  readonly log: Logger;
  /** Between two edits of one message that are only passing. */
  readonly privateIntervalMs?: number | undefined;
  readonly groupIntervalMs?: number | undefined;
}

interface Pending {
  next: RenderedMessage | undefined;
  timer: NodeJS.Timeout | undefined;
  lastAt: number;
  editing: Promise<void>;
}

const maxMessages = 10_000;

/** Passing contents of messages, e.g. progress: shown now and then, the newest wins, and a final content beats them all. */
export class StatusEdits {
  readonly #options: StatusEditsOptions;
  readonly #messages = new Map<string, Pending>();
  #isStopped = false;

  constructor(options: StatusEditsOptions) {
    this.#options = options;
  }

  /** A message that was just posted is left alone for a moment. */
  notePosted(place: Place, id: number): void {
    this.#pendingOf(place, id).lastAt = Date.now();
  }

  /** @param intervalMs where this message deserves another than the usual one */
  show(place: Place, id: number, message: RenderedMessage, intervalMs = this.#intervalMs(place)): void {
    if (this.#isStopped) return;
    const pending = this.#pendingOf(place, id);
    pending.next = message;
    if (pending.timer) return;
    pending.timer = setTimeout(
      () => {
        pending.timer = undefined;
        // What waits in the chat's queue is one edit, with what is newest by then.
        pending.editing = pending.editing.then(() => this.#edit(place, id, pending));
      },
      Math.max(0, pending.lastAt + intervalMs - Date.now()),
    );
  }

  /** Nothing passing is shown after this resolves. */
  finish(place: Place, id: number): void {
    const key = keyOf(place, id);
    const pending = this.#messages.get(key);
    if (!pending) return;
    clearTimeout(pending.timer);
    pending.timer = undefined;
    pending.next = undefined;
    this.#messages.delete(key);
  }

  stop(): void {
    this.#isStopped = true;
    for (const pending of this.#messages.values()) {
      clearTimeout(pending.timer);
      pending.next = undefined;
    }
  }

  #intervalMs(place: Place): number {
    const { privateIntervalMs = 3000, groupIntervalMs = 12_000 } = this.#options;
    return place.channel.startsWith('-') ? groupIntervalMs : privateIntervalMs;
  }

  async #edit(place: Place, id: number, pending: Pending): Promise<void> {
    if (!pending.next) return;
    try {
      await this.#options.messenger.editPassing(place, id, () => {
        const { next } = pending;
        pending.next = undefined;
        return next;
      });
    } catch (error) {
      this.#options.log.debug({ err: error }, 'a passing content could not be shown');
    }
    pending.lastAt = Date.now();
  }

  #pendingOf(place: Place, id: number): Pending {
    const key = keyOf(place, id);
    const known = this.#messages.get(key);
    if (known) return known;
    const created: Pending = { next: undefined, timer: undefined, lastAt: 0, editing: Promise.resolve() };
    this.#messages.set(key, created);
    if (this.#messages.size > maxMessages) this.#messages.delete(this.#messages.keys().next().value!);
    return created;
  }
}

function keyOf(place: Place, id: number): string {
  return `${place.channel}/${id}`;
}
