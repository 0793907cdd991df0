import { setTimeout as sleep } from 'node:timers/promises';
import { LeftUnsaidError } from '../platform.js';
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

/** Results, and all that people wait for; what shows how far something is; answers that nobody needs when there is a newer one. */
type Rank = 'result' | 'passing' | 'talk';

export interface TaskOptions {
  readonly rank?: Rank;
  /** Whom small talk is for: of each person a chat keeps the newest that is not sent. */
  readonly person?: string | undefined;
}

interface Task {
  readonly rank: Rank;
  readonly person: string | undefined;
  run(): Promise<void>;
  /** It is not run: another one's outcome is its own. */
  follow(outcome: Promise<unknown>): void;
}

interface Queue {
  readonly tasks: Task[];
  readonly meter: Meter;
  passedInARow: number;
  isRunning: boolean;
}

const maxTalk = 20;
const maxTasks = 500;
/** So much progress is shown before small talk has a turn. */
const maxPassedInARow = 2;

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

  /**
   * Requests inside `work` that have to be repeated after a wait go through `again`.
   * @throws LeftUnsaidError where it is small talk in a chat that has more of it than it can take
   */
  run<Result>(
    chat: string,
    work: (again: <Inner>(request: () => Promise<Inner>) => Promise<Inner>) => Promise<Result>,
    { rank = 'result', person }: TaskOptions = {},
  ): Promise<Result> {
    if (this.#stopping.signal.aborted) return Promise.reject(new Error('the chat is closing'));
    const queue = this.#queueOf(chat);
    if (rank !== 'talk' && queue.tasks.length >= maxTasks) return Promise.reject(new Error('the chat is too busy'));
    const { promise, resolve, reject } = deferred<Result>();
    const task: Task = {
      rank,
      person,
      run: () => work((request) => this.#patiently(request)).then(resolve, reject),
      // What replaces a post is a post.
      follow: (outcome) => void (outcome as Promise<Result>).then(resolve, reject),
    };
    if (rank === 'talk') addTalk(queue.tasks, task, promise);
    else queue.tasks.push(task);
    if (!queue.isRunning) void this.#work(chat, queue);
    return promise;
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
      passedInARow: 0,
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
      const task = takeNext(queue);
      queue.meter.take();
      this.#total.take();
      await task.run();
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

/** In the place of an older one of the same person, so that whoever goes on talking keeps their turn. */
function addTalk(tasks: Task[], task: Task, outcome: Promise<unknown>): void {
  const isTalk = ({ rank }: Task) => rank === 'talk';
  const older = task.person === undefined ? -1 : tasks.findIndex((one) => isTalk(one) && one.person === task.person);
  if (older >= 0) {
    const [replaced] = tasks.splice(older, 1, task);
    replaced!.follow(outcome);
    return;
  }
  tasks.push(task);
  if (tasks.filter(isTalk).length <= maxTalk) return;
  const [oldest] = tasks.splice(tasks.findIndex(isTalk), 1);
  oldest!.follow(Promise.reject(new LeftUnsaidError('a chat has more small talk than Telegram lets through')));
}

/** There is one. */
function takeNext(queue: Queue): Task {
  const { tasks } = queue;
  const order: readonly Rank[] =
    queue.passedInARow < maxPassedInARow ? ['result', 'passing', 'talk'] : ['result', 'talk', 'passing'];
  const at = order.map((rank) => tasks.findIndex((task) => task.rank === rank)).find((index) => index >= 0)!;
  const [task] = tasks.splice(at, 1);
  if (task!.rank !== 'result') queue.passedInARow = task!.rank === 'passing' ? queue.passedInARow + 1 : 0;
  return task!;
}

function deferred<Value>() {
  let resolve!: (value: Value) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<Value>((onResolved, onRejected) => {
    resolve = onResolved;
    reject = onRejected;
  });
  return { promise, resolve, reject };
}
