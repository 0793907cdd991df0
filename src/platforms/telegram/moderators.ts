import type { Logger } from 'pino';
import type { Person, Place, Standing } from '#src/core/place.js';
import { TelegramRefusedError } from './errors.js';
import type { TelegramClient } from './telegram-client.js';

/** Somebody in a chat. */
export interface Speaker {
  readonly person: Person;
  readonly place: Place;
  readonly isPrivate: boolean;
  /** Only administrators can write as their group. */
  readonly isAnonymous?: boolean;
}

export interface ModeratorsOptions {
  readonly client: Pick<TelegramClient, 'call'>;
  readonly log: Logger;
  /** Where the bot is no administrator Telegram tells of no change: then a list counts for so long. */
  readonly maxAgeMs?: number | undefined;
}

interface KnownList {
  readonly ids: Promise<ReadonlySet<string>>;
  readonly askedAt: number;
  /** Of a refusal that asks for a pause: it counts until then. */
  askAgainAt?: number;
}

const nobody: Standing = { isModerator: false, roles: [] };
const usualMaxAgeMs = 60_000;
/** A longer one would leave a group without moderators. */
const maxPauseMs = 10 * 60_000;
const maxLists = 1000;

/**
 * Who may remove others' messages in a group. Telegram answers `getChatMember` about others for certain only to administrators, and
 * `getChatAdministrators` to every bot that is there.
 */
export class Moderators {
  readonly #options: ModeratorsOptions;
  readonly #lists = new Map<string, KnownList>();

  constructor(options: ModeratorsOptions) {
    this.#options = options;
  }

  /** Never rejects: whom Telegram does not vouch for is no moderator. In private there are no others' messages. */
  async standingOf({ person, place, isPrivate, isAnonymous = false }: Speaker): Promise<Standing> {
    if (isPrivate || isAnonymous) return { ...nobody, isModerator: isAnonymous };
    try {
      return { ...nobody, isModerator: (await this.#listOf(place.channel)).has(person.id) };
    } catch (error) {
      this.#options.log.warn({ err: error }, 'Telegram does not say who moderates a group');
      return { ...nobody, isUnknown: true };
    }
  }

  /** Somebody was made an administrator, or is none any more. */
  forget(chat: string): void {
    this.#lists.delete(chat);
  }

  #listOf(chat: string): Promise<ReadonlySet<string>> {
    const { maxAgeMs = usualMaxAgeMs } = this.#options;
    const known = this.#lists.get(chat);
    if (known && Date.now() < (known.askAgainAt ?? known.askedAt + maxAgeMs)) return known.ids;
    const list: KnownList = { ids: this.#ask(chat), askedAt: Date.now() };
    this.#lists.delete(chat);
    this.#lists.set(chat, list);
    if (this.#lists.size > maxLists) this.#lists.delete(this.#lists.keys().next().value!);
    list.ids.catch((error: unknown) => {
      if (this.#lists.get(chat) !== list) return;
      const pauseMs = error instanceof TelegramRefusedError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
      if (pauseMs > 0) list.askAgainAt = Date.now() + Math.min(pauseMs, maxPauseMs);
      else this.#lists.delete(chat);
    });
    return list.ids;
  }

  async #ask(chat: string): Promise<ReadonlySet<string>> {
    const administrators = await this.#options.client.call('getChatAdministrators', { chat_id: Number(chat) });
    const moderators = administrators.filter(
      (member) => member.status === 'creator' || (member.status === 'administrator' && member.can_delete_messages),
    );
    return new Set(moderators.map(({ user }) => String(user.id)));
  }
}
