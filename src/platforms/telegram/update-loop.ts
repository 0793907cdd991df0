import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type ConnectionEvents, PlatformRefusedError } from '../platform.js';
import { TelegramRefusedError } from './errors.js';
import type { TelegramClient } from './telegram-client.js';

export interface UpdateLoopOptions {
  readonly client: TelegramClient;
  /** Resolves when the update is stored: only then is Telegram told to forget it. */
  readonly accept: (update: unknown) => Promise<void>;
  readonly log: Logger;
  readonly events?: ConnectionEvents | undefined;
  readonly pollSeconds?: number | undefined;
  readonly retryDelayMs?: number | undefined;
}

export const wantedUpdates = ['message', 'callback_query', 'chat_member', 'my_chat_member'] as const;
export const unknownToken = 'Telegram does not know this token: copy it again from @BotFather';
const maxDelayMs = 30_000;
/** One failure is nothing: connections break. */
const failuresToTell = 3;

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
    const { client, accept, log, events, pollSeconds = 50, retryDelayMs = 1000 } = this.#options;
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const updates = await client.call(
          'getUpdates',
          { offset: this.#offset, timeout: pollSeconds, allowed_updates: [...wantedUpdates] },
          { timeoutMs: (pollSeconds + 15) * 1000, signal },
        );
        // At once, so that they are stored together; each keeps its turn.
        await Promise.all(updates.map(accept));
        this.#offset = Math.max(this.#offset, ...updates.map(({ update_id }) => update_id + 1));
        if (failures >= failuresToTell) events?.restored();
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof TelegramRefusedError && error.code === 401 && events) {
          events.lost(new PlatformRefusedError(unknownToken));
          return;
        }
        const told = error instanceof TelegramRefusedError ? error.retryAfterSeconds : undefined;
        const delayMs = told === undefined ? Math.min(maxDelayMs, retryDelayMs * 2 ** failures) : told * 1000;
        failures += 1;
        if (failures <= failuresToTell) log.warn({ err: error, delayMs }, `${warningOf(error)}; trying again`);
        if (failures === failuresToTell) events?.interrupted(warningOf(error));
        await sleep(delayMs, undefined, { signal }).catch(() => {});
      }
    }
  }
}

function warningOf(error: unknown): string {
  return error instanceof TelegramRefusedError && error.code === 409
    ? 'another process takes this bot’s updates'
    : 'updates could not be fetched';
}
