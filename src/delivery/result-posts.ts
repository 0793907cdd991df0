import type { Logger } from 'pino';
import { localeFor } from '#locales/index.js';
import type { HeldBlobs } from '#src/blobs/held-blobs.js';
import { PermanentError, type UserError } from '#src/core/errors.js';
import type { MessageReference, Person, Place, PlatformName } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { JobRecord } from '#src/jobs/job-record.js';
import type { JobRecords } from '#src/jobs/job-records.js';
import type { JobOutcome } from '#src/jobs/outcome.js';
import { MessageGoneError, type OutgoingMessage, PlaceClosedError, type Platform } from '#src/platforms/platform.js';
import type { AwaitedMessages } from './awaited-messages.js';
import { DeliveryRetries, type DeliveryRetriesOptions } from './delivery-retries.js';
import { renderMessage } from './render.js';
import type { StatusLines } from './status-lines.js';
import { canTell, stoppedFor, tellAnnouncement, tellOutcome } from './tellings.js';

export interface ResultPostsOptions {
  readonly records: JobRecords;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  readonly messages: Pick<AwaitedMessages, 'arrival'>;
  readonly lines: Pick<StatusLines, 'close'>;
  readonly blobs: Pick<HeldBlobs, 'deleteAll'>;
  /** What a job counted towards a limit is given back, in the transaction that records that it came to nothing. */
  readonly giveBack: (id: string, database: Database) => Promise<void>;
  /** Whether what was asked for at one place may be shown at another. */
  readonly mayShowAt: (to: Place, from: Place) => Promise<boolean>;
  /** What by now forbids what was permitted when it was asked for. */
  readonly refusalOf: (record: JobRecord) => Promise<UserError | undefined>;
  readonly onTried?: (record: JobRecord, outcome: PostOutcome) => void;
  readonly maxDeliveryAttempts?: number | undefined;
  readonly retries: DeliveryRetriesOptions;
  readonly log: Logger;
}

/** What became of one try to bring somebody a result. */
export type PostOutcome = 'delivered' | 'delayed' | 'undeliverable';

/** At the delays between them a platform may be away for about a day. */
const defaultMaxDeliveryAttempts = 32;
/** Whoever was away for long is not flooded: the next command brings the next ones. */
const maxCaughtUp = 5;

/** Turns the one message of each job into its recorded result, whatever becomes of the message, its place and the rights to it. */
export class ResultPosts {
  readonly #options: ResultPostsOptions;
  readonly #delivering = new Map<string, Promise<void>>();
  readonly #retries: DeliveryRetries;

  constructor(options: ResultPostsOptions) {
    this.#options = options;
    this.#retries = new DeliveryRetries(options.retries);
  }

  /** Waits for what is being delivered. */
  async finish(): Promise<void> {
    await Promise.allSettled(this.#delivering.values());
  }

  /** One whose delivery has failed waits for its next turn. */
  async deliverIfDue(record: JobRecord): Promise<void> {
    if (this.#retries.take(record)) await this.deliver(record.id);
  }

  /** One delivery of a job at a time. */
  deliver(id: string): Promise<void> {
    const running = this.#delivering.get(id);
    if (running) return running;
    const delivering = this.#deliverOnce(id).finally(() => this.#delivering.delete(id));
    this.#delivering.set(id, delivering);
    return delivering;
  }

  async #deliverOnce(id: string): Promise<void> {
    const { records, platforms, messages, lines, log } = this.#options;
    await messages.arrival(id);
    const record = await records.get(id);
    if (record?.state !== 'settled' || !record.outcome || !canTell(record, record.outcome)) return;
    await lines.close(id);
    const platform = platforms.get(record.place.platform);
    // The platform is switched off now and may be back at the next start.
    if (!platform) return;
    try {
      await records.countDeliveryAttempt(id);
      const permitted = await this.#permitted(record);
      await this.#replace(platform, permitted, tellOutcome(permitted, permitted.outcome));
      await this.#announce(platform, permitted);
      await records.finishDelivery(id, 'delivered');
      this.#options.onTried?.(record, 'delivered');
      this.#retries.forget(id);
    } catch (error) {
      const deliveryAttempts = record.deliveryAttempts + 1;
      // Nobody can be reached there: the next try would be refused as well, and refusals are counted.
      const isHopeless =
        error instanceof PermanentError ||
        deliveryAttempts >= (this.#options.maxDeliveryAttempts ?? defaultMaxDeliveryAttempts);
      if (isHopeless) {
        log.warn(
          { err: error, jobId: id },
          'a result could not be delivered; the person gets it when they speak again',
        );
        await records.finishDelivery(id, 'undeliverable');
        this.#options.onTried?.(record, 'undeliverable');
        this.#retries.forget(id);
        if (error instanceof PlaceClosedError) await this.#bringBeside(record);
      } else {
        log.error({ err: error, jobId: id, deliveryAttempts }, 'a result could not be delivered; trying again later');
        this.#options.onTried?.(record, 'delayed');
        this.#retries.noteFailure({ ...record, deliveryAttempts });
      }
    }
  }

  /** Rights may have ended since it was asked for: then nobody gets the result, and its person is told why. */
  async #permitted(record: JobRecord): Promise<JobRecord & { readonly outcome: JobOutcome }> {
    const outcome = record.outcome!;
    const isTold = outcome.kind === 'completed' || outcome.kind === 'cancelled';
    const refusal = isTold ? await this.#options.refusalOf(record) : undefined;
    if (!refusal) return { ...record, outcome };
    const told = stoppedFor(record, refusal);
    await this.#options.records.withdraw(record.id, told, (database) => this.#options.giveBack(record.id, database));
    return { ...record, outcome: told };
  }

  /**
   * Somebody speaks: what could not be brought to them is tried again, and what was given up is brought to where they are.
   * @param mayShow asked only where there is something to bring
   */
  async catchUp(person: Person, place: Place, mayShow: () => Promise<boolean>): Promise<void> {
    const missed = await this.#options.records.missedBy(person, maxCaughtUp);
    for (const record of missed) {
      if (record.state === 'settled') await this.deliver(record.id);
    }
    const others = missed.filter(({ state }) => state === 'undeliverable');
    if (others.length === 0 || !(await mayShow())) return;
    for (const record of others) {
      if (await this.#options.mayShowAt(place, record.place)) await this.#bring(record, place);
    }
  }

  /** A topic that is closed or gone has the rest of its chat beside it, where the rules may be as strict. */
  async #bringBeside(record: JobRecord): Promise<void> {
    const { thread, ...beside } = record.place;
    if (thread === undefined || !(await this.#options.mayShowAt(beside, record.place))) return;
    await this.#bring(record, beside).catch((error: unknown) => {
      this.#options.log.debug({ err: error, jobId: record.id }, 'a result could not be brought beside its topic');
    });
  }

  /** The key is its own, so that two commands at once bring one message. */
  async #bring(record: JobRecord, place: Place): Promise<void> {
    const { id, person, outcome } = record;
    const platform = this.#options.platforms.get(place.platform);
    if (!platform || !outcome || !canTell(record, outcome)) return;
    const permitted = await this.#permitted(record);
    const message = tellOutcome(permitted, permitted.outcome);
    // Another channel may have readers that the first one had not. All of a Telegram group read all of its topics.
    const isForOneAlone = place.channel !== record.place.channel;
    const shown = isForOneAlone ? { ...message, ephemeral: true as const } : message;
    const sent = await platform.send(place, shown, { key: `${id}-missed`, person });
    await this.#options.records.deliverElsewhere(id, sent, isForOneAlone ? record.place : sent.place);
  }

  /** Edits the message; where there is none (any more), posts one under the job's own key, which cannot post twice. */
  async #replace(platform: Platform, record: JobRecord, message: OutgoingMessage): Promise<void> {
    if (record.message) {
      try {
        await platform.edit(record.message, message, { person: record.person });
        return;
      } catch (error) {
        if (!(error instanceof MessageGoneError)) throw error;
      }
    }
    const key = record.message ? `${record.id}-again` : record.id;
    const sent = await platform.send(record.place, message, { key, person: record.person });
    await this.#options.records.setMessage(record.id, sent);
  }

  /** Posted once, since its key is its own. */
  async #announce(platform: Platform, record: JobRecord): Promise<void> {
    if (record.outcome?.kind !== 'completed') return;
    const words = tellAnnouncement(record);
    if (!words) return;
    const message = renderMessage('info', localeFor(record.locale), { asker: record.person, text: words });
    await platform.send(record.place, message, { key: `${record.id}-announcement`, person: record.person });
  }

  /** What is shown of a delivered result has changed. */
  async showAgain(id: string): Promise<void> {
    const record = await this.#options.records.get(id);
    const platform = record && this.#options.platforms.get(record.place.platform);
    if (!record?.outcome || !record.message || !platform || !canTell(record, record.outcome)) return;
    await platform
      .edit(record.message, tellOutcome(record, record.outcome), { person: record.person })
      .catch((error: unknown) => {
        if (!(error instanceof MessageGoneError)) throw error;
      });
  }

  /**
   * Takes a delivered message away. A platform that is switched off keeps it.
   * @returns whether nobody sees it any more, as far as the platform lets the bot see to that
   */
  async takeBack({ id, message, locale }: JobRecord): Promise<boolean> {
    const isGone = message === undefined || (await this.takeAway(message, locale));
    await this.#options.blobs.deleteAll(await this.#options.records.forgetFinished(id));
    return isGone;
  }

  /** The same for a message of which nothing is recorded. */
  async takeAway(message: MessageReference, locale: string): Promise<boolean> {
    try {
      await this.#options.platforms.get(message.place.platform)?.remove(message, localeFor(locale));
      return true;
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      this.#options.log.info({ err: error }, 'a message stays, as the bot may not reach it any more');
      return false;
    }
  }
}
