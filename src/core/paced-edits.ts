import { BoundedMap } from './bounded-map.js';

export interface PacedEditsOptions<Message, State> {
  readonly keyOf: (message: Message) => string;
  /** From the end of one edit of a message to the next. */
  readonly intervalMs: (message: Message) => number;
  /** @param take gives what is newest by then; nothing where it was dropped, or taken, meanwhile */
  readonly edit: (message: Message, take: () => State | undefined) => Promise<void>;
  /** A passing state could not be shown; the next one will. */
  readonly onFailure: (error: unknown, message: Message) => void;
}

interface Line<State> {
  /** The newest state that is not shown yet. */
  waiting?: State;
  timer?: NodeJS.Timeout;
  intervalMs: number;
  /** Edits on their way. */
  busy: number;
  running: Promise<void>;
  lastAt: number;
  /** Nothing passing is expected any more. */
  isOver: boolean;
}

/** A message whose last word never comes leaves its line. */
const maxLines = 10_000;

/**
 * Passing states of messages, e.g. progress. Edits of one message come one after the other. A state may wait for its turn, and a
 * newer one takes its place; the last word is written at once.
 */
export class PacedEdits<Message, State extends object> {
  readonly #options: PacedEditsOptions<Message, State>;
  readonly #lines = new BoundedMap<string, Line<State>>(maxLines);
  #isStopped = false;

  constructor(options: PacedEditsOptions<Message, State>) {
    this.#options = options;
  }

  /** A message that was just posted is left alone for a moment. */
  notePosted(message: Message): void {
    this.#lineOf(message).lastAt = Date.now();
  }

  /** @param intervalMs where this message deserves another than the usual one */
  show(message: Message, state: State, intervalMs = this.#options.intervalMs(message)): void {
    if (this.#isStopped) return;
    const line = this.#lineOf(message);
    line.isOver = false;
    line.waiting = state;
    line.intervalMs = intervalMs;
    this.#schedule(message, line);
  }

  /** No state is begun after this, and none is on its way once it resolves. */
  async drop(message: Message): Promise<void> {
    const key = this.#options.keyOf(message);
    const line = this.#lines.get(key);
    if (!line) return;
    forgetWaiting(line);
    line.isOver = true;
    if (line.busy === 0) this.#lines.delete(key);
    await line.running;
  }

  /** The last word: it waits for no turn, but for what is on its way. */
  async conclude(message: Message, write: () => Promise<void>): Promise<void> {
    const line = this.#lineOf(message);
    forgetWaiting(line);
    line.isOver = true;
    await this.#run(message, line, write);
  }

  /** Drops what waits, and lets finish what is on its way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const lines = [...this.#lines.values()];
    for (const line of lines) forgetWaiting(line);
    await Promise.all(lines.map(({ running }) => running));
  }

  #schedule(message: Message, line: Line<State>): void {
    if (line.timer || line.busy > 0) return;
    const take = () => {
      const { waiting } = line;
      delete line.waiting;
      return waiting;
    };
    const waitMs = Math.max(0, line.lastAt + line.intervalMs - Date.now());
    line.timer = setTimeout(() => {
      delete line.timer;
      this.#run(message, line, () => this.#options.edit(message, take)).catch((error: unknown) =>
        this.#options.onFailure(error, message),
      );
    }, waitMs);
  }

  async #run(message: Message, line: Line<State>, edit: () => Promise<void>): Promise<void> {
    line.busy += 1;
    const edited = line.running.then(edit);
    line.running = edited.catch(() => {});
    try {
      await edited;
    } finally {
      line.busy -= 1;
      line.lastAt = Date.now();
      if (line.waiting) this.#schedule(message, line);
      else if (line.busy === 0 && line.isOver) this.#lines.delete(this.#options.keyOf(message));
    }
  }

  #lineOf(message: Message): Line<State> {
    const key = this.#options.keyOf(message);
    const line = this.#lines.get(key) ?? {
      intervalMs: 0,
      busy: 0,
      running: Promise.resolve(),
      lastAt: 0,
      isOver: false,
    };
    this.#lines.set(key, line);
    return line;
  }
}

function forgetWaiting(line: Line<object>): void {
  clearTimeout(line.timer);
  delete line.timer;
  delete line.waiting;
}
