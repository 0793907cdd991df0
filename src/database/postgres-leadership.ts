import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { sessionLocks } from './advisory-locks.js';
import { Moment } from './moment.js';

export interface LeadershipTimes {
  /** How often the leader asks the server something. */
  readonly beatMs: number;
  /** How long it may rely on an answer. Well below `expiresMs`. */
  readonly validMs: number;
  /** After how long without a question the server ends the session, and with it the leadership. */
  readonly expiresMs: number;
}

export interface LeadershipOptions {
  readonly connect: () => Promise<Client>;
  /** Of the sessions by which a leader acts, beside the one by which it leads. */
  readonly actingName: string;
  /** Another bot leads. Called once. */
  readonly onWaiting: () => void;
  /** Ends the wait for it. */
  readonly stopping: AbortSignal | undefined;
  /** Called once. */
  readonly onLost: (error: Error) => void;
  readonly times?: LeadershipTimes | undefined;
}

/** As those of a lease on a folder. */
const usualTimes: LeadershipTimes = { beatMs: 1000, validMs: 3000, expiresMs: 6000 };
/** How often whoever waits tries. */
const tryMs = 500;
const endTimeoutMs = 2000;

/**
 * An advisory lock that goes with its session: at once where the process dies, and by the server's clock where nothing is heard of
 * it, because it was stopped, its machine is gone or the network is cut. It may rely on an answer for less than that.
 */
export class PostgresLeadership {
  readonly #client: Client;
  readonly #times: LeadershipTimes;
  readonly #onLost: (error: Error) => void;
  #confirmed = new Moment();
  #asking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lost: Error | undefined;
  #isReleased = false;

  private constructor(client: Client, times: LeadershipTimes, onLost: (error: Error) => void) {
    this.#client = client;
    this.#times = times;
    this.#onLost = onLost;
  }

  /** Waits until no other bot leads, and ends what that one may still have open. */
  static async acquire(options: LeadershipOptions): Promise<PostgresLeadership> {
    const times = options.times ?? usualTimes;
    const client = await lockedClient(options, times);
    try {
      await client.query(
        'select pg_terminate_backend(pid, $1) from pg_stat_activity where application_name = $2 and datname = current_database() and usename = current_user',
        [endTimeoutMs, options.actingName],
      );
      return new PostgresLeadership(client, times, options.onLost);
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  /** Before it is watched, the session is free for other work. */
  get client(): Client {
    return this.#client;
  }

  async watch(): Promise<void> {
    this.#client.on('error', (error) => this.#lose(error));
    this.#client.on('end', () => this.#lose(new Error('the connection was closed')));
    await this.#ask();
    this.#timer = setInterval(() => this.#beat(), this.#times.beatMs).unref();
  }

  /** Waits for an answer where the last one is no longer fresh. @throws where there is none */
  async assert(): Promise<void> {
    if (this.#lost) throw this.#lost;
    while (this.#confirmed.ageMs > this.#times.validMs) await this.#ask();
  }

  async release(): Promise<void> {
    this.#isReleased = true;
    clearInterval(this.#timer);
    await this.#client.end();
  }

  #beat(): void {
    if (this.#confirmed.ageMs > this.#times.expiresMs) this.#lose(new Error('no answer'));
    else this.#ask().catch(() => {});
  }

  /** One question at a time: whoever asks meanwhile shares the answer. */
  #ask(): Promise<void> {
    this.#asking ??= this.#askNow().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #askNow(): Promise<void> {
    const asked = new Moment();
    try {
      await this.#client.query(within(this.#times.expiresMs, 'select 1'));
    } catch (error) {
      this.#lose(error);
    }
    if (this.#lost) throw this.#lost;
    this.#confirmed = asked;
  }

  #lose(cause: unknown): void {
    if (this.#lost || this.#isReleased) return;
    clearInterval(this.#timer);
    this.#lost = new Error('the connection by which this bot leads was lost', { cause });
    this.#onLost(this.#lost);
  }
}

async function lockedClient(
  { connect, onWaiting, stopping: signal }: LeadershipOptions,
  { expiresMs }: LeadershipTimes,
): Promise<Client> {
  let isWaiting = false;
  for (;;) {
    const client = await connect();
    try {
      // Also within a transaction, as of migrations.
      await client.query(
        `set idle_session_timeout = ${expiresMs}; set idle_in_transaction_session_timeout = ${expiresMs}`,
      );
      while (!(await tryLock(client, expiresMs))) {
        if (!isWaiting) onWaiting();
        isWaiting = true;
        await sleep(tryMs, undefined, { signal });
      }
      return client;
    } catch (error) {
      // Not waited for: the connection may lead nowhere.
      client.end().catch(() => {});
      if (!isWaiting || signal?.aborted) throw error;
      // Whoever waits outlives a server that is started again.
      await sleep(tryMs, undefined, { signal });
    }
  }
}

async function tryLock(client: Client, timeoutMs: number): Promise<boolean> {
  const asking = within(timeoutMs, 'select pg_try_advisory_lock($1) as leads', [sessionLocks.leader]);
  const { rows } = await client.query<{ leads: boolean }>(asking);
  return rows[0]?.leads === true;
}

/** The library's own time limit, which its types know for whole connections only. */
function within(timeoutMs: number, text: string, values: unknown[] = []) {
  return { text, values, query_timeout: timeoutMs };
}
