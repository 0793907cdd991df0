import type { Logger } from 'pino';
import { BoundedMap } from '#src/core/bounded-map.js';
import { cleanWords } from '#src/core/clean-words.js';
import { TelegramRefusedError, TelegramUnansweredError } from './errors.js';
import type { TelegramClient } from './telegram-client.js';

/** Groups are seldom called something else. */
const keptMs = 600_000;
const maxKept = 1000;

/** What groups are called. https://core.telegram.org/bots/api#getchat */
export class GroupNames {
  readonly #client: TelegramClient;
  readonly #log: Logger;
  readonly #known = new BoundedMap<string, { readonly name: Promise<string | undefined>; readonly at: number }>(
    maxKept,
  );

  constructor(client: TelegramClient, log: Logger) {
    this.#client = client;
    this.#log = log;
  }

  find(chat: string): Promise<string | undefined> {
    const now = Date.now();
    const known = this.#known.get(chat);
    if (known && now - known.at < keptMs) return known.name;
    const name = this.#ask(chat);
    this.#known.set(chat, { name, at: now });
    return name;
  }

  async #ask(chat: string): Promise<string | undefined> {
    try {
      const found = await this.#client.call('getChat', { chat_id: Number(chat) });
      return 'title' in found && found.title !== undefined ? cleanWords(found.title) : undefined;
    } catch (error) {
      if (!(error instanceof TelegramRefusedError || error instanceof TelegramUnansweredError)) throw error;
      this.#log.debug({ err: error }, 'Telegram does not say what a group is called');
      return undefined;
    }
  }
}
