import { BoundedMap } from '#src/core/bounded-map.js';
import type { MessageReference } from '#src/core/place.js';
import type { OutgoingMessage } from '../platform.js';

interface Line {
  /** The newest status that is not shown yet. */
  waiting?: OutgoingMessage;
  timer?: NodeJS.Timeout;
  /** Edits on their way. */
  busy: number;
  running: Promise<void>;
  lastAt: number;
}

/** A status that never becomes a result leaves its line. */
const maxLines = 10_000;

export interface MessageEditsOptions {
  readonly edit: (reference: MessageReference, message: OutgoingMessage) => Promise<void>;
  /** A passing status that could not be shown; the next one will. */
  readonly onFailure: (error: unknown) => void;
  readonly intervalMs: number;
}

/**
 * Edits of one message come one after the other. A status may wait for its turn, and a newer one takes its place; anything
 * else is written at once, as the last word.
 */
export class MessageEdits {
  readonly #options: MessageEditsOptions;
  readonly #lines = new BoundedMap<string, Line>(maxLines);

  constructor(options: MessageEditsOptions) {
    this.#options = options;
  }

  /** Resolves at once for a status, which may have to wait. */
  async edit(reference: MessageReference, message: OutgoingMessage): Promise<void> {
    const line = this.#lines.get(reference.message) ?? { busy: 0, running: Promise.resolve(), lastAt: 0 };
    this.#lines.set(reference.message, line);
    if (message.kind === 'status') {
      line.waiting = message;
      this.#schedule(reference, line);
      return;
    }
    clearTimeout(line.timer);
    delete line.timer;
    delete line.waiting;
    await this.#run(reference, line, message);
  }

  /** Drops what waits, and lets finish what is on its way. */
  async stop(): Promise<void> {
    const lines = [...this.#lines.values()];
    for (const line of lines) {
      clearTimeout(line.timer);
      delete line.waiting;
    }
    await Promise.all(lines.map(({ running }) => running));
  }

  #schedule(reference: MessageReference, line: Line): void {
    if (line.timer || line.busy > 0 || !line.waiting) return;
    const waitMs = Math.max(0, line.lastAt + this.#options.intervalMs - Date.now());
    line.timer = setTimeout(() => {
      delete line.timer;
      const { waiting } = line;
      delete line.waiting;
      if (waiting) this.#run(reference, line, waiting).catch(this.#options.onFailure);
    }, waitMs);
  }

  async #run(reference: MessageReference, line: Line, message: OutgoingMessage): Promise<void> {
    line.busy += 1;
    const edited = line.running.then(() => this.#options.edit(reference, message));
    line.running = edited.catch(() => {});
    try {
      await edited;
    } finally {
      line.busy -= 1;
      line.lastAt = Date.now();
      if (line.waiting) this.#schedule(reference, line);
      else if (line.busy === 0 && !line.timer && message.kind !== 'status') this.#lines.delete(reference.message);
    }
  }
}
