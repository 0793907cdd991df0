import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ConnectionReport, ConnectionState } from '#src/core/health-report.js';
import { type Bot, type Platform, PlatformRefusedError, PlatformUnreachableError } from './platform.js';

export interface RetryDelays {
  readonly firstMs: number;
  readonly maxMs: number;
}

export interface PlatformConnectionOptions {
  readonly platform: Platform;
  readonly bot: Bot;
  readonly log: Logger;
  readonly onWorking: () => void;
  readonly onDown: () => void;
  /** Where the service is away, and where it refuses us: that costs, and cures itself seldom. */
  readonly unreachableDelays?: RetryDelays | undefined;
  readonly refusedDelays?: RetryDelays | undefined;
}

/** A connection that held so long was a good one: what comes after it is no further failure in a row. */
const steadyAfterMs = 10 * 60_000;
const stopGraceMs = 5000;

/** Keeps one platform connected: starts it, and starts it again, ever more slowly, whenever that fails or the connection is gone for good. */
export class PlatformConnection {
  readonly #options: PlatformConnectionOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #report: ConnectionReport = reportOf('starting', 'is connecting');

  constructor(options: PlatformConnectionOptions) {
    this.#options = options;
  }

  get report(): ConnectionReport {
    return this.#report;
  }

  /** Resolves when the first attempt has ended, well or not. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#running = this.#keepConnected(resolve);
    });
  }

  /** Also while it starts: a start that does not end soon is left to itself, and stopped when it does. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#options.platform.stop();
    await Promise.race([this.#running, sleep(stopGraceMs, undefined, { ref: false })]);
    this.#tell('stopped', 'is stopped');
  }

  async #keepConnected(onAttempted: () => void): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; failures += 1) {
      let tellLost: (error: Error) => void = () => {};
      const lost = new Promise<Error>((resolve) => {
        tellLost = resolve;
      });
      const startedAt = Date.now();
      const failure = await this.#connect(tellLost);
      if (signal.aborted) {
        onAttempted();
        return this.#options.platform.stop();
      }
      if (!failure) this.#noteWorking();
      else this.#tellFailure(failure);
      onAttempted();
      const reason = failure ?? (await this.#untilLost(lost));
      if (signal.aborted || !reason) return;
      if (!failure && Date.now() - startedAt > steadyAfterMs) failures = 0;
      await sleep(this.#delayMs(reason, failures), undefined, { signal }).catch(() => {});
    }
  }

  /** @returns what went wrong */
  async #connect(lost: (error: Error) => void): Promise<unknown> {
    const { platform, bot } = this.#options;
    try {
      await platform.start(bot, {
        interrupted: (sentence) => this.#tell('interrupted', sentence),
        restored: () => this.#tell('working', 'is connected'),
        lost,
      });
      return undefined;
    } catch (error) {
      return error ?? new Error('the platform did not start');
    }
  }

  #noteWorking(): void {
    this.#tell('working', 'is connected');
    this.#options.onWorking();
  }

  /** @returns why the connection is gone; undefined where it was stopped */
  async #untilLost(lost: Promise<Error>): Promise<Error | undefined> {
    const { platform, log, onDown } = this.#options;
    const { signal } = this.#stopping;
    const stopped = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const reason = await Promise.race([lost, stopped]);
    onDown();
    if (!reason || signal.aborted) return undefined;
    this.#tellFailure(reason);
    await platform.stop().catch((error: unknown) => log.warn({ err: error }, 'a lost connection did not close'));
    return reason;
  }

  #delayMs(reason: unknown, failures: number): number {
    const { firstMs, maxMs } =
      reason instanceof PlatformRefusedError
        ? (this.#options.refusedDelays ?? { firstMs: 60_000, maxMs: 30 * 60_000 })
        : (this.#options.unreachableDelays ?? { firstMs: 1000, maxMs: 60_000 });
    return Math.min(maxMs, firstMs * 2 ** failures);
  }

  #tellFailure(error: unknown): void {
    if (error instanceof PlatformRefusedError) this.#tell('refused', error.message);
    else if (error instanceof PlatformUnreachableError) this.#tell('unreachable', error.message);
    else this.#tell('failed', 'could not be started; the log says why', error);
  }

  /** Once for each state. */
  #tell(state: ConnectionState, sentence: string, error?: unknown): void {
    if (this.#report.state === state && this.#report.sentence === sentence) return;
    this.#report = reportOf(state, sentence);
    const { platform, log } = this.#options;
    const facts = { platform: platform.name, state, ...(error !== undefined && { err: error }) };
    const words = `${platform.name}: ${sentence}`;
    if (state === 'refused' || state === 'failed') log.error(facts, `${words}; trying again, ever more slowly`);
    else if (state === 'unreachable' || state === 'interrupted') log.warn(facts, `${words}; trying again`);
    else log.info(facts, words);
  }
}

export function reportOf(state: ConnectionState, sentence: string): ConnectionReport {
  return { state, since: new Date().toISOString(), sentence };
}
