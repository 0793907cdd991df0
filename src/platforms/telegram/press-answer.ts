import type { Logger } from 'pino';
import type { TelegramClient } from './telegram-client.js';

/** Telegram's apps show no more of it. https://core.telegram.org/bots/api#answercallbackquery */
const maxLength = 200;
/** Whoever presses sees a clock on the button for so long at most. */
const heldMs = 5000;

/** What the app of whoever pressed a button waits for: one answer, which may hold words for them alone, or a link to the bot. */
export class PressAnswer {
  readonly #client: TelegramClient;
  readonly #queryId: string;
  readonly #log: Logger;
  #isGiven = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: TelegramClient, queryId: string, log: Logger) {
    this.#client = client;
    this.#queryId = queryId;
    this.#log = log;
  }

  /** There may be something to say in a moment. */
  hold(): void {
    this.#timer = setTimeout(() => void this.give(), heldMs).unref();
  }

  /** @returns whether this was the answer, and has arrived */
  async give({ text, url }: { readonly text?: string | undefined; readonly url?: string } = {}): Promise<boolean> {
    if (this.#isGiven) return false;
    this.#isGiven = true;
    clearTimeout(this.#timer);
    try {
      await this.#client.call('answerCallbackQuery', {
        callback_query_id: this.#queryId,
        ...(text !== undefined && { text: shorten(text) }),
        ...(url !== undefined && { url }),
      });
      return true;
    } catch (error) {
      this.#log.debug({ err: error }, 'a press could not be acknowledged, e.g. because it is old');
      return false;
    }
  }
}

function shorten(words: string): string {
  return words.length <= maxLength ? words : `${words.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
