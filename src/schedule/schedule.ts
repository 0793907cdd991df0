import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '#src/database/database.js';
import { type DueInstant, DueInstantsTable } from './due-instants.js';

/**
 * What is done when an instant has come. `within`: in the transaction that takes the instant away, so that it happens exactly once;
 * it may set further instants; `after` it has ended well, what merely makes haste. `outside`: before the instant is taken away, for
 * what takes long or is not in the database; it has to bear being done again after a crash.
 */
export type DueHandler =
  | { readonly within: (due: DueInstant, transaction: Database) => Promise<void>; readonly after?: () => void }
  | { readonly outside: (due: DueInstant) => Promise<void> };

export interface ScheduleOptions {
  readonly database: Database;
  /** By `what`. An instant of a kind that nobody handles waits for a version that does. */
  readonly handlers: Readonly<Record<string, DueHandler>>;
  /** Each time before what is due is looked up. */
  readonly before?: () => Promise<void>;
  readonly log: Logger;
  readonly now?: () => Date;
}

/** The clock may be set and a machine may sleep: nobody waits for longer without looking. */
const longestSleepMs = 3600_000;
const firstRetryMs = 10_000;
const longestRetryMs = 3600_000;
const stopGraceMs = 2000;

/** Does what is due, the oldest first, also what came due while nothing ran. One process at a time: the bot that leads. */
export class Schedule {
  readonly #options: ScheduleOptions;
  readonly #table: DueInstantsTable;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;
  #isWoken = false;

  constructor(options: ScheduleOptions) {
    this.#options = options;
    this.#table = new DueInstantsTable(options.database);
  }

  get #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  /** Begins, and has to be called again after an instant was set by somebody else's transaction. */
  wake(): void {
    if (this.#isStopped) return;
    this.#isWoken = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      // Since its last look.
      if (this.#isWoken) this.wake();
    });
  }

  /** Resolves once nothing is due any more. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** What takes long is left to be done again. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await Promise.race([this.#running, sleep(stopGraceMs, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    let sleepMs = firstRetryMs;
    try {
      while (this.#isWoken) {
        this.#isWoken = false;
        await this.#options.before?.();
        while (!this.#isStopped) {
          const due = await this.#table.next(this.#now);
          if (!due) break;
          await this.#do(due);
        }
      }
      const nextAt = await this.#table.nextAt();
      const untilNextMs = nextAt ? nextAt.getTime() - this.#now.getTime() : longestSleepMs;
      sleepMs = Math.min(longestSleepMs, Math.max(0, untilNextMs));
    } catch (error) {
      this.#options.log.warn({ err: error }, 'what is due could not be looked up; trying again soon');
    }
    if (!this.#isStopped) this.#timer = setTimeout(() => this.wake(), sleepMs).unref();
  }

  async #do(due: DueInstant): Promise<void> {
    const { handlers, database, log } = this.#options;
    const handler = handlers[due.what];
    try {
      if (!handler) throw new Error(`nobody handles '${due.what}': is this bot older than the one that set it?`);
      if ('outside' in handler) {
        await handler.outside(due);
        await this.#table.take(due);
        return;
      }
      await database.transaction(async (transaction) => {
        if (await new DueInstantsTable(transaction).take(due)) await handler.within(due, transaction);
      });
      handler.after?.();
    } catch (error) {
      const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(due.attempts, 20));
      log.warn(
        { err: error, what: due.what, attempts: due.attempts + 1 },
        'something due was not done; trying again later',
      );
      await this.#table.postpone(due, new Date(this.#now.getTime() + delayMs));
    }
  }
}
