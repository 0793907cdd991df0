import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { LeftUnsaidError } from '../platform.js';
import type { Conversation } from './conversation.js';
import { type BotAccount, decodeModeratorsChanged, decodeRemoved, decodeUpdate } from './decode-update.js';
import type { GroupMoves } from './group-moves.js';
import type { Inbox } from './inbox.js';
import type { Moderators } from './moderators.js';
import type { SentMessages } from './sent-messages.js';

export interface UpdateDeskOptions {
  readonly inbox: Inbox;
  readonly conversation: Conversation;
  readonly moderators: Pick<Moderators, 'forget'>;
  /** The bot is in a chat no more. */
  readonly onRemoved: (chat: string) => Promise<void>;
  readonly moves: GroupMoves;
  readonly sent: SentMessages;
  readonly log: Logger;
}

const maxRemembered = 5000;

/** Takes each update once: stores it, sends it on its way in the order of one person in one chat, and forgets it when it is done. */
export class UpdateDesk {
  readonly #options: UpdateDeskOptions;
  readonly #remembered = new Set<number>();
  readonly #chats = new Map<string, Promise<void>>();
  readonly #working = new Set<Promise<void>>();
  #account: BotAccount | undefined;
  #isAbandoned = false;

  constructor(options: UpdateDeskOptions) {
    this.#options = options;
  }

  /** Goes on with what an earlier process did not finish. */
  async open(account: BotAccount): Promise<void> {
    if (this.#account) return;
    this.#account = account;
    for (const { updateId, update, receivedAt } of await this.#options.inbox.takeLeftovers()) {
      this.#remember(updateId);
      this.#handle(updateId, update, receivedAt);
    }
  }

  /** Resolves when the update is stored. Anything may come in here; what is no update is dropped. */
  async accept(update: unknown): Promise<void> {
    const updateId = (update as { update_id?: unknown } | null)?.update_id;
    if (typeof updateId !== 'number' || !Number.isSafeInteger(updateId) || updateId < 0) return;
    if (this.#remembered.has(updateId)) return;
    const changed = decodeModeratorsChanged(update);
    if (changed) this.#options.moderators.forget(changed.chat);
    if (changed && !decodeRemoved(update)) return;
    const receivedAt = new Date();
    await this.#options.inbox.add(updateId, update, receivedAt);
    this.#remember(updateId);
    this.#handle(updateId, update, receivedAt);
  }

  /** Waits for what is under way. */
  async finish(graceMs: number): Promise<void> {
    await Promise.race([Promise.all(this.#working), sleep(graceMs, undefined, { ref: false })]);
  }

  /** What still fails now fails because the bot ends, and stays for the next start. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  #handle(updateId: number, update: unknown, receivedAt: Date): void {
    const removed = decodeRemoved(update);
    if (removed) {
      this.#work(updateId, this.#options.onRemoved(removed.chat));
      return;
    }
    const given = this.#account && decodeUpdate(update, this.#account, receivedAt);
    if (!given) {
      this.#work(updateId, Promise.resolve());
      return;
    }
    const { conversation, moves, sent } = this.#options;
    if (given.kind === 'group-moved') {
      this.#work(updateId, moves.note(given.from, given.to));
      return;
    }
    // The message of a press is one of ours, perhaps one that is still looked for.
    if (given.kind === 'message') sent.noteSeen(given.place.channel, given.messageId);
    const decoded = { ...given, place: moves.placeNow(given.place) };
    const { channel } = decoded.place;
    const acknowledged = decoded.kind === 'press' ? conversation.acknowledge(decoded) : undefined;
    const owner = `${channel}/${decoded.person.id}`;
    const before = this.#chats.get(owner) ?? Promise.resolve();
    const routed = Promise.all([before, moves.settled(channel)]).then(async () => {
      if (decoded.kind === 'message') return conversation.route(decoded);
      const answer = await acknowledged;
      return answer ? conversation.press(decoded, given.place, answer) : { work: Promise.resolve() };
    });
    acknowledged?.catch(() => {});
    const passed = routed.then(
      () => {},
      () => {},
    );
    this.#chats.set(owner, passed);
    void passed.then(() => {
      if (this.#chats.get(owner) === passed) this.#chats.delete(owner);
    });
    this.#work(
      updateId,
      routed.then(({ work }) => work),
    );
  }

  #work(updateId: number, work: Promise<void>): void {
    const { inbox, log } = this.#options;
    const finished = work
      .catch((error: unknown) => {
        if (error instanceof LeftUnsaidError) log.debug({ err: error, updateId }, 'an update was not answered');
        else log.error({ err: error, updateId }, 'an update could not be handled');
      })
      .then(() => (this.#isAbandoned ? undefined : inbox.remove(updateId)))
      .catch((error: unknown) => log.warn({ err: error, updateId }, 'an update stays in the inbox'))
      .finally(() => this.#working.delete(finished));
    this.#working.add(finished);
  }

  #remember(updateId: number): void {
    this.#remembered.add(updateId);
    if (this.#remembered.size > maxRemembered) this.#remembered.delete(this.#remembered.values().next().value!);
  }
}
