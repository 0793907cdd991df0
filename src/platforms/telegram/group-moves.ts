import type { Logger } from 'pino';
import type { Place } from '#src/core/place.js';
import type { Bot } from '../platform.js';
import { isMoved, TelegramRefusedError } from './errors.js';
import type { TelegramClient } from './telegram-client.js';

export interface GroupMovesOptions {
  readonly bot: Pick<Bot, 'moved' | 'movesOf'>;
  /** What this platform keeps of the group itself goes along, too. */
  readonly onMoved: (from: string, to: string) => Promise<void>;
  readonly log: Logger;
}

/**
 * Groups that became supergroups, which have another id. Told by either of two messages, in any order and more than once, or by the
 * refusal of a request. Messages stay behind with the old id: they can be neither edited nor deleted any more.
 */
export class GroupMoves {
  readonly #options: GroupMovesOptions;
  readonly #moves: Map<string, string>;
  /** Moves that are being recorded. */
  readonly #recording = new Map<string, Promise<void>>();

  private constructor(options: GroupMovesOptions, moves: ReadonlyMap<string, string>) {
    this.#options = options;
    this.#moves = new Map(moves);
  }

  static async open(options: GroupMovesOptions): Promise<GroupMoves> {
    return new GroupMoves(options, await options.bot.movesOf('telegram'));
  }

  hasMoved(chat: string): boolean {
    return this.#moves.has(chat);
  }

  /** Where a place is now. */
  placeNow(place: Place): Place {
    const to = this.#moves.get(place.channel);
    return to === undefined ? place : { ...place, channel: to, ...(place.server !== undefined && { server: to }) };
  }

  /** Resolves when everything has gone along. */
  note(from: string, to: string): Promise<void> {
    if (!/^-\d{1,15}$/.test(from) || !/^-100\d{1,15}$/.test(to) || from === to) return Promise.resolve();
    const under = this.#recording.get(from);
    if (under) return under;
    this.#moves.set(from, to);
    const recording = this.#record(from, to).finally(() => this.#recording.delete(from));
    this.#recording.set(from, recording);
    return recording;
  }

  /** What is said in a supergroup is heard when its rules are there; other chats wait for nothing. */
  async settled(supergroup: string): Promise<void> {
    const under = [...this.#recording].filter(([from]) => this.#moves.get(from) === supergroup);
    await Promise.allSettled(under.map(([, recording]) => recording));
  }

  async #record(from: string, to: string): Promise<void> {
    const { bot, onMoved, log } = this.#options;
    try {
      await bot.moved({ platform: 'telegram', from, to });
    } catch (error) {
      // The next message or refusal tells it again.
      this.#moves.delete(from);
      log.error({ err: error }, 'a group became a supergroup, which could not be recorded');
      return;
    }
    await onMoved(from, to).catch((error: unknown) => log.warn({ err: error }, 'a draft of a moved group is lost'));
  }
}

/** Whether a group is another one by now: whoever was in it is told to have left. */
export async function hasMoved(client: Pick<TelegramClient, 'call'>, chat: string): Promise<boolean> {
  try {
    await client.call('getChat', { chat_id: Number(chat) });
    return false;
  } catch (error) {
    if (error instanceof TelegramRefusedError) return isMoved(error);
    throw error;
  }
}
