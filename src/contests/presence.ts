import type { Logger } from 'pino';
import type { Downtime } from './downtime.js';
import type { PresenceTable } from './presence-table.js';

export interface PresenceOptions {
  readonly table: Pick<PresenceTable, 'lastSeen' | 'note'>;
  /** Nobody was there, in this process or in one before it. */
  readonly onAbsence: (downtime: Downtime) => Promise<void>;
  readonly log: Logger;
  readonly now?: () => Date;
}

const everyMs = 30_000;
/** A busy machine is late; one that sleeps, or whose clock is set, by much more. */
const longestBeatMs = 5 * 60_000;

/** Notes that somebody is there to take what people send, and finds out when nobody was. */
export class Presence {
  readonly #options: PresenceOptions;
  #seenAt: Date | undefined;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** Makes up for the time since the last process. */
  async start(): Promise<void> {
    const { table, onAbsence } = this.#options;
    const to = this.#now;
    const from = await table.lastSeen();
    if (from && from < to) await onAbsence({ from, to });
    await this.#note(to);
    this.#timer = setInterval(() => void this.#beatOnce(), everyMs).unref();
  }

  /** To be called before anything due is done: the process may have slept over it. */
  async check(): Promise<void> {
    if (this.#seenAt && Math.abs(this.#now.getTime() - this.#seenAt.getTime()) > longestBeatMs) await this.#beatOnce();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#seenAt) await this.#beatOnce();
    this.#seenAt = undefined;
  }

  #beatOnce(): Promise<void> {
    this.#beating ??= this.#beat().finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  async #beat(): Promise<void> {
    const { onAbsence, log } = this.#options;
    const [from, to] = [this.#seenAt, this.#now];
    try {
      const lateMs = from ? to.getTime() - from.getTime() : 0;
      if (Math.abs(lateMs) > longestBeatMs)
        log.error({ minutes: Math.round(lateMs / 60_000) }, 'the machine of this bot slept, or its clock was set');
      if (from && lateMs > longestBeatMs) await onAbsence({ from, to });
      await this.#note(to);
    } catch (error) {
      log.warn({ err: error }, 'a sign of life could not be noted');
    }
  }

  async #note(at: Date): Promise<void> {
    await this.#options.table.note(at);
    this.#seenAt = at;
  }

  get #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}
