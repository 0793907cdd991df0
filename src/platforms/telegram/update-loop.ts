import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#src/log.js';
import { TelegramRefusedError } from './errors.js';
import type { TelegramClient } from './telegram-client.js';

export interface UpdateLoopOptions {
  readonly client: TelegramClient;
  /** Resolves when the update is stored: only then is Telegram told to forget it. */
  readonly accept: (update: unknown) => Promise<void>;
  readonly log: Logger;
  readonly pollSeconds?: number | undefined;
  readonly retryDelayMs?: number | undefined;
}

export const wantedUpdates = ['message', 'callback_query'] as const;
const maxDelayMs = 30_000;

/** Long polling: asks for updates again and again, whatever happens, until it is stopped. */
export class UpdateLoop {
  readonly #options: UpdateLoopOptions;
  readonly #stopping = new AbortController();
  #offset = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(options: UpdateLoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    if (this.#offset === 0) return;
    // What was stored need not come again.
    await this.#options.client
      .call('getUpdates', { offset: this.#offset, limit: 1, timeout: 0 }, { timeoutMs: 2000 })
      .catch(() => {});
  }

  async #run(): Promise<void> {
    const { client, accept, log, pollSeconds = 50, retryDelayMs = 1000 } = this.#options;
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const updates = await client.call(
          'getUpdates',
          { offset: this.#offset, timeout: pollSeconds, allowed_updates: [...wantedUpdates] },
          { timeoutMs: (pollSeconds + 15) * 1000, signal },
        );
        for (const update of updates) {
          await accept(update);
          this.#offset = update.update_id + 1;
        }
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        const told = error instanceof TelegramRefusedError ? error.retryAfterSeconds : undefined;
        const delayMs = told === undefined ? Math.min(maxDelayMs, retryDelayMs * 2 ** failures) : told * 1000;
        failures += 1;
        log.warn({ err: error, delayMs }, warningOf(error));
        await sleep(delayMs, undefined, { signal }).catch(() => {});
      }
    }
  }
}

function warningOf(error: unknown): string {
  if (error instanceof TelegramRefusedError && error.code === 409)
    return 'another process takes this bot’s updates; trying again';
  if (error instanceof TelegramRefusedError && error.code === 401)
    return 'Telegram does not know this token any more; trying again';
  return 'updates could not be fetched; trying again';
}
