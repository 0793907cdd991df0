import { ApiError } from './api-error.js';
import type { MethodName } from './bot-api-methods.js';

const counted: ReadonlySet<MethodName> = new Set([
  'sendMessage',
  'sendPhoto',
  'sendDocument',
  'sendMediaGroup',
  'editMessageText',
  'editMessageCaption',
  'editMessageMedia',
]);

/** About a message a second in a chat and 20 a minute in a group, with a little patience; Telegram does not say its numbers. */
export class FloodGate {
  readonly #times = new Map<number, number[]>();

  check(method: MethodName, payload: unknown): void {
    if (!counted.has(method)) return;
    const chat = Number((payload as { chat_id: number | string }).chat_id);
    const now = Date.now();
    const times = (this.#times.get(chat) ?? []).filter((time) => now - time < 60_000);
    const lastSeconds = times.filter((time) => now - time < 3000);
    if (lastSeconds.length >= 6 || (chat < 0 && times.length >= 20))
      throw new ApiError(429, 'Too Many Requests: retry after 1', { retry_after: 1 });
    times.push(now);
    this.#times.set(chat, times);
  }
}
