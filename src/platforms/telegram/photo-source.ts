import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingImage } from '#src/core/files.js';
import type { FileReference } from './decode-update.js';
import { TelegramRefusedError, TelegramUnansweredError } from './errors.js';
import type { TelegramClient } from './telegram-client.js';

/** What Telegram lets a bot download. */
const maxDownloadBytes = 20 * 1024 * 1024;
const maxAttempts = 3;

/** Lets a few through at a time. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(width: number) {
    this.#free = width;
  }

  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free -= 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}

export interface PhotoSourceOptions {
  readonly client: TelegramClient;
  /** Photos of everybody that are fetched at once. */
  readonly gate: Gate;
  readonly retryDelayMs?: number | undefined;
}

/** A photo that is fetched when it is read. Its address, which holds the token, is made for the moment and told to nobody. */
export function photoSource(
  { client, gate, retryDelayMs = 1000 }: PhotoSourceOptions,
  file: FileReference,
): IncomingImage {
  return {
    name: file.name,
    ...(file.bytes !== undefined && { claimedBytes: file.bytes }),
    ...(file.isSpoiler && { isSpoiler: true }),
    async read(maxBytes, signal) {
      if ((file.bytes ?? 0) > maxDownloadBytes) throw new RangeError('larger than Telegram lets a bot fetch');
      for (let attempt = 1; ; attempt += 1) {
        try {
          // An address lasts an hour, so each try asks for a new one.
          return await gate.pass(async () => {
            const { file_path: path } = await client.call('getFile', { file_id: file.id }, signal ? { signal } : {});
            if (path === undefined) throw new TelegramUnansweredError('getFile', 'no path', false);
            return client.download(path, maxBytes, signal);
          });
        } catch (error) {
          if (isTooBig(error)) throw new RangeError('larger than Telegram lets a bot fetch');
          if (error instanceof RangeError || signal?.aborted || attempt >= maxAttempts) throw error;
          const retryAfterMs = error instanceof TelegramRefusedError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
          await sleep(Math.max(retryDelayMs * attempt, Math.min(retryAfterMs, 60_000)));
        }
      }
    },
  };
}

function isTooBig(error: unknown): boolean {
  return error instanceof TelegramRefusedError && /file is too big/i.test(error.description);
}
