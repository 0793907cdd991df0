import { setTimeout as sleep } from 'node:timers/promises';
import { TelegramRefusedError } from './errors.js';

export interface Pace {
  /** So many at once after a pause … */
  readonly burst: number;
  /** … and then one each. */
  readonly intervalMs: number;
}

export interface ChatQueuesOptions {
  readonly privatePace?: Pace;
  readonly groupPace?: Pace;
  readonly totalPace?: Pace;
  /** Told to wait longer than this, the request fails instead. */
  readonly maxFloodWaitMs?: number;
}

interface Task {
  /** Passing content, which anything else goes before. */
  readonly isPassing: boolean;
  run(): Promise<void>;
}

interface Queue {
  readonly tasks: Task[];
  readonly meter: Meter;
  isRunning: boolean;
}

/** Lets `burst` through at once and then one per interval. */
class Meter {
  readonly #pace: Pace;
  #nextAt = 0;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** @returns how long to wait before the next, 0 for now */
  get waitMs(): number {
    return Math.max(0, this.#nextAt - (this.#pace.burst - 1) * this.#pace.intervalMs - Date.now());
  }

  take(): void {
    this.#nextAt = Math.max(this.#nextAt, Date.now()) + this.#pace.intervalMs;
  }
}

/** What goes out to one chat goes one after the other, no faster than Telegram likes, and waits when Telegram says so. */
export class ChatQueues {
  readonly #options: Required<ChatQueuesOptions>;
  readonly #total: Meter;
  readonly #queues = new Map<string, Queue>();
  readonly #stopping = new AbortController();
  #active = 0;
  #onIdle: () => void = () => {};

  constructor({
    privatePace = { burst: 3, intervalMs: 1000 },
    groupPace = { burst: 2, intervalMs: 3300 },
    totalPace = { burst: 25, intervalMs: 40 },
    maxFloodWaitMs = 10 * 60_000,
  }: ChatQueuesOptions = {}) {
    this.#options = { privatePace, groupPace, totalPace, maxFloodWaitMs };
    this.#total = new Meter(totalPace);
  }

  /** Requests inside `work` that have to be repeated after a wait go through `again`. */
  run<Result>(
    chat: string,
    work: (again: <Inner>(request: () => Promise<Inner>) => Promise<Inner>) => Promise<Result>,
    { isPassing = false }: { readonly isPassing?: boolean } = {},
  ): Promise<Result> {
    if (this.#stopping.signal.aborted) return Promise.reject(new Error('the chat is closing'));
    return new Promise<Result>((resolve, reject) => {
      const queue = this.#queueOf(chat);
      queue.tasks.push({ isPassing, run: () => work((request) => this.#patiently(request)).then(resolve, reject) });
      if (!queue.isRunning) void this.#work(chat, queue);
    });
  }

  /** Waits for what is under way, then lets nothing more out. */
  async stop(graceMs: number): Promise<void> {
    if (this.#active > 0) {
      const idle = new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
      await Promise.race([idle, sleep(graceMs, undefined, { ref: false })]);
    }
    this.#stopping.abort();
  }

  #queueOf(chat: string): Queue {
    const known = this.#queues.get(chat);
    if (known) return known;
    const { privatePace, groupPace } = this.#options;
    const created: Queue = {
      tasks: [],
      meter: new Meter(chat.startsWith('-') ? groupPace : privatePace),
      isRunning: false,
    };
    this.#queues.set(chat, created);
    return created;
  }

  async #work(chat: string, queue: Queue): Promise<void> {
    queue.isRunning = true;
    this.#active += 1;
    while (queue.tasks.length > 0) {
      for (let waitMs = this.#waitMs(queue.meter); waitMs > 0; waitMs = this.#waitMs(queue.meter))
        await this.#sleep(waitMs);
      const urgent = queue.tasks.findIndex(({ isPassing }) => !isPassing);
      const [task] = queue.tasks.splice(Math.max(0, urgent), 1);
      queue.meter.take();
      this.#total.take();
      await task!.run();
    }
    queue.isRunning = false;
    // Its meter is not needed once it would let a full burst through again.
    setTimeout(() => {
      if (!queue.isRunning && this.#queues.get(chat) === queue) this.#queues.delete(chat);
    }, 60_000).unref();
    this.#active -= 1;
    if (this.#active === 0) this.#onIdle();
  }

  #waitMs(meter: Meter): number {
    if (this.#stopping.signal.aborted) return 0;
    return Math.max(meter.waitMs, this.#total.waitMs);
  }

  async #patiently<Result>(request: () => Promise<Result>): Promise<Result> {
    for (let count = 0; ; count += 1) {
      this.#stopping.signal.throwIfAborted();
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof TelegramRefusedError) || error.code !== 429 || count >= 20) throw error;
        const waitMs = (error.retryAfterSeconds ?? 1) * 1000;
        if (waitMs > this.#options.maxFloodWaitMs) throw error;
        await this.#sleep(waitMs);
      }
    }
  }

  async #sleep(waitMs: number): Promise<void> {
    await sleep(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}
