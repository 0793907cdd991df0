import type { Logger } from 'pino';
import { BoundedMap } from '#src/core/bounded-map.js';
import type { Membership } from '#src/core/place.js';
import { personOf } from './decode-update.js';
import { TelegramRefusedError, TelegramUnansweredError } from './errors.js';
import type { TelegramClient } from './telegram-client.js';

export interface MembersOptions {
  readonly client: TelegramClient;
  readonly log: Logger;
  readonly now?: () => number;
}

type Found = Membership | 'none' | 'unknown';

/** Whoever marks a ballot presses a dozen times. */
const keptMs = 60_000;
const maxKept = 5000;

/**
 * Who is in a group. Telegram promises an answer about others only where the bot is an administrator, and tells nobody since when.
 * https://core.telegram.org/bots/api#getchatmember
 */
export class Members {
  readonly #options: MembersOptions;
  readonly #known = new BoundedMap<string, { readonly found: Promise<Found>; readonly at: number }>(maxKept);

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  find(chat: string, person: string): Promise<Found> {
    const now = this.#options.now?.() ?? Date.now();
    const key = `${chat}/${person}`;
    const known = this.#known.get(key);
    if (known && now - known.at < keptMs) return known.found;
    const found = this.#ask(chat, person);
    this.#known.set(key, { found, at: now });
    return found;
  }

  async #ask(chat: string, person: string): Promise<Found> {
    try {
      const { status, user, ...more } = await this.#options.client.call('getChatMember', {
        chat_id: Number(chat),
        user_id: Number(person),
      });
      const isMember =
        status === 'restricted' ? 'is_member' in more && more.is_member : status !== 'left' && status !== 'kicked';
      return isMember ? { roles: [], name: personOf(user).name } : 'none';
    } catch (error) {
      if (!(error instanceof TelegramRefusedError || error instanceof TelegramUnansweredError)) throw error;
      this.#options.log.debug({ err: error }, 'Telegram does not say who is in a group');
      return 'unknown';
    }
  }
}
