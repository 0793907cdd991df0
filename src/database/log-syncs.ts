import { closeSync, fdatasync, fdatasyncSync } from 'node:fs';
import { promisify } from 'node:util';

/** After it nothing may be promised any more: what the disk holds is unknown, and asking again would hide that. */
export class DiskFailedError extends Error {
  constructor(cause: unknown) {
    super('the disk did not take the database’s log: nothing is promised until the bot starts again', { cause });
    this.name = 'DiskFailedError';
  }
}

/**
 * Syncs of Postgres' write-ahead log, done beside the event loop and for several transactions at once. Postgres asks for one at each
 * commit and would wait in WebAssembly, and with it everybody. Here it goes on at once, and `settle` waits in its place, on two
 * conditions that keep Postgres' own order of things: nobody hears of a commit before `settle`, and nothing else of the
 * database is written, renamed or removed before `barrier`.
 */
export class LogSyncs {
  /** Descriptors of log files that hold what is not on disk yet. */
  readonly #waiting = new Set<number>();
  readonly #inFlight = new Set<number>();
  readonly #closeAfterwards = new Set<number>();
  #running: Promise<void> | undefined;
  #requested = 0;
  #durable = 0;
  readonly #onFailure: (error: DiskFailedError) => void;
  #failure: DiskFailedError | undefined;

  constructor(onFailure: (error: DiskFailedError) => void) {
    this.#onFailure = onFailure;
  }

  /** @throws DiskFailedError after an earlier failure */
  request(descriptor: number): void {
    if (this.#failure) throw this.#failure;
    this.#requested += 1;
    this.#waiting.add(descriptor);
  }

  /** Waits until all that was requested before is on disk. One sync serves all who wait. */
  async settle(): Promise<void> {
    const upTo = this.#requested;
    while (this.#durable < upTo) {
      if (this.#failure) throw this.#failure;
      this.#running ??= this.#run();
      await this.#running;
    }
  }

  /** The same at once, before something that must not reach the disk earlier than the log. */
  barrier(): void {
    if (this.#durable === this.#requested) return;
    try {
      for (const descriptor of new Set([...this.#waiting, ...this.#inFlight])) fdatasyncSync(descriptor);
    } catch (error) {
      throw this.#fail(error);
    }
    this.#waiting.clear();
    this.#durable = this.#requested;
  }

  close(descriptor: number): void {
    if (this.#waiting.has(descriptor)) this.barrier();
    if (this.#inFlight.has(descriptor)) this.#closeAfterwards.add(descriptor);
    else closeSync(descriptor);
  }

  async #run(): Promise<void> {
    const upTo = this.#requested;
    for (const descriptor of this.#waiting) this.#inFlight.add(descriptor);
    this.#waiting.clear();
    try {
      for (const descriptor of this.#inFlight) await promisify(fdatasync)(descriptor);
      this.#durable = Math.max(this.#durable, upTo);
    } catch (error) {
      throw this.#fail(error);
    } finally {
      this.#running = undefined;
      this.#inFlight.clear();
      for (const descriptor of this.#closeAfterwards) closeSync(descriptor);
      this.#closeAfterwards.clear();
    }
  }

  #fail(error: unknown): DiskFailedError {
    if (!this.#failure) {
      this.#failure = new DiskFailedError(error);
      this.#onFailure(this.#failure);
    }
    return this.#failure;
  }
}
