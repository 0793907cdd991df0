import { AsyncResource } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { PermanentError } from '#src/core/errors.js';
import { isSamePerson, type MessageReference, type Person, type PlatformName } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { MessageGoneError, type Platform } from '#src/platforms/platform.js';
import { DeliveryRetries, type DeliveryRetriesOptions } from './delivery-retries.js';
import { OutboxTable } from './outbox-table.js';
import type { NewPost, OutboxRow, Post, Posted, PostKind } from './post.js';
import { WaitingPeople } from './waiting-people.js';

export interface OutboxOptions {
  readonly database: Database;
  /** Those that are there now: what is for the others waits. */
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  readonly intervalMs?: number | undefined;
  readonly maxAttempts?: number | undefined;
  readonly retries?: Partial<DeliveryRetriesOptions> | undefined;
  readonly log: Logger;
  readonly now?: () => Date;
}

interface Posting {
  row?: OutboxRow;
  readonly done: Promise<Posted>;
}

const defaultIntervalMs = 15_000;
/** At the delays between them a platform may be away for about a day. */
const defaultMaxAttempts = 32;
/** To one platform, which has a pace of its own below that. */
const maxPostsAtOnce = 20;
/** Whoever wants to be forgotten does not wait for a chat that takes nothing. */
const forgetsWithinMs = 10_000;

/**
 * Posts what is no answer, each row once: it is added in the transaction of its cause, and goes in the one that notes that it was
 * posted. After a crash between, the platform finds the message again by its key.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #table: OutboxTable;
  readonly #kinds = new Map<string, PostKind>();
  readonly #retries: DeliveryRetries;
  readonly #posting = new Map<string, Posting>();
  /** For whom a try has failed. */
  readonly #waiting = new WaitingPeople();
  /** Platforms for which more was due than could go at once. */
  readonly #crowded = new Set<PlatformName>();
  /** Whoever wakes it may be answering somebody, which is no business of what is posted then. */
  readonly #outside = new AsyncResource('Outbox');
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Platforms to which something may be due. */
  readonly #woken = new Set<PlatformName>();
  #isClosed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#table = new OutboxTable(options.database);
    this.#retries = new DeliveryRetries({ firstDelayMs: this.#intervalMs, ...options.retries });
  }

  get #intervalMs(): number {
    return this.#options.intervalMs ?? defaultIntervalMs;
  }

  /** Rows of a kind that nobody has registered wait. */
  register(name: string, kind: PostKind): void {
    this.#kinds.set(name, kind);
  }

  /** To be posted when the transaction has ended; `post`, or `wake`, does so at once. */
  async add(post: NewPost, transaction: Database): Promise<void> {
    await new OutboxTable(transaction).add(post, this.#now);
  }

  /** Posts what waited while nobody was there, and keeps looking. */
  async start(): Promise<void> {
    // What has failed before does not come all at once now.
    const { firstDelayMs: firstMs, maxDelayMs: maxMs } = this.#retries;
    await this.#table.spreadOverdue(this.#now, { firstMs, maxMs });
    this.#waiting.load(await this.#table.peopleTried());
    this.#timer = setInterval(() => this.wake(), this.#intervalMs);
    this.wake();
  }

  /** Begins nothing any more. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  /** Waits for what is being posted. */
  async stop(): Promise<void> {
    this.close();
    await this.settled();
  }

  /** Resolves once nothing is due any more, and nothing under way. */
  async settled(): Promise<void> {
    while (this.#looking || this.#posting.size > 0) {
      await this.#looking;
      await Promise.all([...this.#posting.values()].map(({ done }) => done));
    }
  }

  /** Something may be due. @param platforms to which; all that are there */
  wake(platforms: Iterable<PlatformName> = this.#options.platforms.keys()): void {
    if (this.#isClosed) return;
    for (const platform of platforms) this.#woken.add(platform);
    this.#looking ??= this.#outside
      .runInAsyncScope(() => this.#look())
      .finally(() => {
        this.#looking = undefined;
        // Since its last look.
        if (this.#woken.size > 0) this.wake([]);
      });
  }

  /** Tries one now, whether its time has come or not; one try at a time. Never rejects. */
  post(key: string): Promise<Posted> {
    return this.#posting.get(key)?.done ?? this.#begin(key);
  }

  /** Tries again what somebody should have had by now. @returns how many there were */
  async catchUp(person: Person, limit: number): Promise<number> {
    if (!this.#waiting.take(person)) return 0;
    try {
      const rows = await this.#table.triedFor(person, limit);
      // There may be more of them.
      if (rows.length === limit) this.#waiting.add(person);
      for (const { key } of rows) await this.post(key);
      return rows.length;
    } catch (error) {
      this.#waiting.add(person);
      throw error;
    }
  }

  /** Nothing of a lane is to be posted any more. */
  async dropLane(lane: string): Promise<void> {
    await this.#table.removeLane(lane);
  }

  /** Resolves once nothing of theirs is on its way, either. */
  async forget(person: Person): Promise<void> {
    await this.#table.forget(person);
    const theirs = [...this.#posting.values()].filter(({ row }) => row?.person && isSamePerson(row.person, person));
    const ended = Promise.allSettled(theirs.map(({ done }) => done));
    await Promise.race([ended, sleep(forgetsWithinMs, undefined, { ref: false })]);
  }

  async #look(): Promise<void> {
    try {
      for (const platform of this.#woken) {
        this.#woken.delete(platform);
        if (this.#isClosed) return;
        if (this.#options.platforms.has(platform)) await this.#postDue(platform);
      }
    } catch (error) {
      this.#woken.clear();
      this.#options.log.warn({ err: error }, 'what is to be posted could not be looked up; trying again soon');
    }
  }

  async #postDue(platform: PlatformName): Promise<void> {
    const isUnderWay = ({ row }: Posting) => row?.place.platform === platform;
    const underWay = [...this.#posting.values()].filter(isUnderWay).length;
    const free = maxPostsAtOnce - underWay;
    // One that takes long may be due again meanwhile.
    const limit = maxPostsAtOnce + underWay;
    const rows = await this.#table.due({
      platform,
      kinds: [...this.#kinds.keys()],
      now: this.#now,
      withRetries: this.#retries.mayTake(platform),
      limit,
    });
    const waiting = rows.filter(({ key }) => !this.#posting.has(key));
    if (rows.length === limit || waiting.length > free) this.#crowded.add(platform);
    else this.#crowded.delete(platform);
    for (const row of waiting.slice(0, Math.max(0, free))) {
      if (row.attempts > 0 && !this.#retries.take(platform)) return;
      void this.#begin(row.key, row);
    }
  }

  #begin(key: string, row?: OutboxRow): Promise<Posted> {
    const posting: Posting = {
      ...(row && { row }),
      done: Promise.resolve()
        .then(() => this.#try(key, posting))
        .then(
          (posted) => this.#goOn(key, posting, posted),
          (error: unknown): Posted => {
            this.#posting.delete(key);
            this.#noteWaiting(posting.row);
            // Nothing is begun after it: whoever cannot note this one could not note that one, either.
            this.#options.log.warn({ err: error }, 'what became of a message could not be noted; it is tried again');
            return { kind: 'waits' };
          },
        ),
    };
    this.#posting.set(key, posting);
    return posting.done;
  }

  /** There is room for another one, and the next of its lane may go. */
  #goOn(key: string, { row }: Posting, posted: Posted): Posted {
    this.#posting.delete(key);
    if (row && (row.lane !== key || this.#crowded.has(row.place.platform))) this.wake([row.place.platform]);
    return posted;
  }

  async #try(key: string, posting: Posting): Promise<Posted> {
    if (this.#isClosed) return { kind: 'waits' };
    const row = await this.#claim(key, posting);
    if (!row) return { kind: posting.row ? 'waits' : 'gone' };
    posting.row = row;
    const platform = this.#options.platforms.get(row.place.platform);
    const kind = this.#kinds.get(row.kind);
    if (!platform || !kind) {
      await this.#table.putBack(row, this.#now);
      return { kind: 'waits' };
    }
    let message: MessageReference;
    try {
      const post = await kind.compose(row);
      if (post === 'later') {
        await this.#table.putBack(row);
        return { kind: 'waits' };
      }
      if (!post) {
        await this.#table.remove(row);
        return { kind: 'gone' };
      }
      message = await bring(platform, row, post);
      await this.#end(row, async (transaction) => kind.onPosted?.(row, message, transaction));
    } catch (error) {
      return this.#fail(row, kind, error);
    }
    await kind.onTried?.(row, 'delivered');
    return { kind: 'posted', message };
  }

  async #claim(key: string, posting: Posting): Promise<OutboxRow | undefined> {
    const claim = (row: Pick<OutboxRow, 'key' | 'attempts'>) =>
      this.#table.claim(row, this.#retries.nextAt(row.attempts + 1));
    if (posting.row) return claim(posting.row);
    // Most often it was added a moment ago, and need not be looked up.
    const added = await claim({ key, attempts: 0 });
    if (added) return added;
    posting.row = await this.#table.get(key);
    return posting.row && claim(posting.row);
  }

  async #fail(row: OutboxRow, kind: PostKind, error: unknown): Promise<Posted> {
    const { log, maxAttempts = defaultMaxAttempts } = this.#options;
    const { payload, attempts } = row;
    // Nobody can be reached there: the next try would be refused as well, and refusals are counted.
    if (error instanceof PermanentError || attempts >= maxAttempts) {
      log.warn({ err: error, about: payload }, `${kind.what} could not be delivered; ${kind.otherwise}`);
      await this.#end(row, async (transaction) => kind.onGivenUp?.(row, transaction));
      await kind.onTried?.(row, 'undeliverable', error);
      return { kind: 'gone' };
    }
    log.error({ err: error, about: payload, attempts }, `${kind.what} could not be delivered; trying again later`);
    this.#noteWaiting(row);
    await kind.onTried?.(row, 'delayed', error);
    return { kind: 'waits' };
  }

  #noteWaiting(row: OutboxRow | undefined): void {
    if (row?.person) this.#waiting.add(row.person);
  }

  async #end(row: OutboxRow, alongside: (transaction: Database) => Promise<void>): Promise<void> {
    await this.#options.database.transaction(async (transaction) => {
      await new OutboxTable(transaction).remove(row);
      await alongside(transaction);
    });
  }

  get #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

/** Edits the message that is there; where there is none (any more), posts one under the row's own key, which cannot post twice. */
async function bring(
  platform: Platform,
  { key, place, person }: OutboxRow,
  { message, replaces }: Post,
): Promise<MessageReference> {
  const who = person && { person };
  if (!replaces) return platform.send(place, message, { key, ...who });
  try {
    await platform.edit(replaces, message, who);
    return replaces;
  } catch (error) {
    if (!(error instanceof MessageGoneError)) throw error;
    return platform.send(place, message, { key: `${key}-again`, ...who });
  }
}
