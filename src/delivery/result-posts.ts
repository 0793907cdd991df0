import type { Logger } from 'pino';
import { z } from 'zod';
import { localeFor } from '#locales/index.js';
import type { HeldBlobs } from '#src/blobs/held-blobs.js';
import { PermanentError, type UserError } from '#src/core/errors.js';
import type { MessageReference, Person, Place, PlatformName } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { JobName } from '#src/jobs/index.js';
import type { JobRecord } from '#src/jobs/job-record.js';
import { JobRecords } from '#src/jobs/job-records.js';
import type { JobOutcome } from '#src/jobs/outcome.js';
import { MessageGoneError, PlaceClosedError, type Platform } from '#src/platforms/platform.js';
import type { AwaitedMessages } from './awaited-messages.js';
import type { Outbox } from './outbox.js';
import type { OutboxRow, Post, PostOutcome } from './post.js';
import { renderMessage } from './render.js';
import type { StatusLines } from './status-lines.js';
import { type Circumstances, canTell, hasAnnouncement, stoppedFor, tellAnnouncement, tellOutcome } from './tellings.js';
import { WaitingPeople } from './waiting-people.js';

export interface ResultPostsOptions {
  readonly database: Database;
  readonly records: JobRecords;
  readonly outbox: Pick<Outbox, 'register' | 'add' | 'post' | 'catchUp' | 'dropLane'>;
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
  /** Whether a contest is open there now for somebody. Absent: there are no contests. */
  readonly isTakingEntries?: (place: Place, person: Person) => Promise<boolean>;
  readonly onTried?: (job: JobName, outcome: PostOutcome) => void;
  readonly log: Logger;
}

/** Of a result, of the word beside it, and of a result that is brought somewhere else. They live as long as their job. */
export const resultKinds = ['result', 'announcement', 'missed-result'] as const;
const [resultKind, announcementKind, missedKind] = resultKinds;

const Payload = z.object({ job: z.string(), name: z.string().transform((name) => name as JobName) });

/** Word of a pet that is ready comes after its pictures. */
const laneOf = (job: string) => `job-${job}`;
/** Whoever was away for long is not flooded: the next command brings the next ones. */
const maxCaughtUp = 5;

/** Turns the one message of each job into its recorded result, whatever becomes of the message, its place and the rights to it. */
export class ResultPosts {
  readonly #options: ResultPostsOptions;
  /** Who has missed a result. */
  readonly #missing = new WaitingPeople();

  constructor(options: ResultPostsOptions) {
    this.#options = options;
    const { outbox, onTried } = options;
    const noteTry = ({ payload }: OutboxRow, outcome: PostOutcome) => onTried?.(Payload.parse(payload).name, outcome);
    outbox.register(resultKind, {
      what: 'a result',
      otherwise: 'the person gets it when they speak again',
      compose: (row) => this.#composeResult(row),
      onPosted: ({ key }, sent, transaction) => new JobRecords(transaction).finishDelivery(key, 'delivered', sent),
      onGivenUp: ({ key }, transaction) => new JobRecords(transaction).finishDelivery(key, 'undeliverable'),
      onTried: async (row, outcome, error) => {
        noteTry(row, outcome);
        // Once it is recorded: a look for it before that would find nothing.
        if (outcome === 'undeliverable' && row.person) this.#missing.add(row.person);
        if (outcome === 'undeliverable' && error instanceof PlaceClosedError) await this.#bringBeside(row);
      },
    });
    outbox.register(announcementKind, {
      what: 'an announcement',
      otherwise: 'its result is there without it',
      compose: (row) => this.#composeAnnouncement(row),
    });
    outbox.register(missedKind, {
      what: 'a missed result',
      otherwise: 'it is brought when the person speaks again',
      compose: (row) => this.#composeMissed(row),
      onPosted: (row, sent, transaction) => noteMissed(row, sent, transaction),
    });
  }

  async start(): Promise<void> {
    this.#missing.load(await this.#options.records.peopleWithUndeliverable());
  }

  /** What is to be told of a job, in the transaction that records its end. */
  async add(record: JobRecord, transaction: Database): Promise<void> {
    const { outbox } = this.#options;
    const { id, name, place, person } = record;
    const post = { place, person, payload: { job: id, name }, lane: laneOf(id) };
    await outbox.add({ ...post, kind: resultKind, key: id }, transaction);
    if (hasAnnouncement(record))
      await outbox.add({ ...post, kind: announcementKind, key: `${id}-announcement` }, transaction);
  }

  /** Now, where its platform is there. */
  async deliver(id: string): Promise<void> {
    await this.#options.outbox.post(id);
  }

  async #composeResult({ key: id }: OutboxRow): Promise<Post | 'later' | undefined> {
    const { records, messages, lines } = this.#options;
    await messages.arrival(id);
    const record = await records.get(id);
    if (record?.state !== 'settled' || !record.outcome) return undefined;
    if (!canTell(record, record.outcome)) return 'later';
    await lines.close(id);
    const permitted = await this.#permitted(record, record.outcome);
    const message = tellOutcome(permitted, permitted.outcome, await this.#circumstancesAt(record.place, record.person));
    return { message, replaces: permitted.message };
  }

  /** Beside a result that is there: whoever could not be brought that hears nothing. */
  async #composeAnnouncement({ payload }: OutboxRow): Promise<Post | 'later' | undefined> {
    const record = await this.#options.records.get(Payload.parse(payload).job);
    if (record?.state !== 'delivered' || record.outcome?.kind !== 'completed') return undefined;
    if (!canTell(record, record.outcome)) return 'later';
    const words = tellAnnouncement(record);
    return words && { message: renderMessage('info', localeFor(record.locale), { asker: record.person, text: words }) };
  }

  /** Rights may have ended since it was asked for: then nobody gets the result, and its person is told why. */
  async #permitted(record: JobRecord, outcome: JobOutcome): Promise<JobRecord & { readonly outcome: JobOutcome }> {
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
    const { outbox, records } = this.#options;
    const tried = await outbox.catchUp(person, maxCaughtUp);
    if (!this.#missing.take(person)) return;
    try {
      const missed = await records.undeliverableTo(person, maxCaughtUp - tried);
      // Until nothing is found: what is found may have to stay.
      if (missed.length > 0 || tried >= maxCaughtUp) this.#missing.add(person);
      if (missed.length === 0 || !(await mayShow())) return;
      for (const record of missed) await this.#bring(record, place);
    } catch (error) {
      this.#missing.add(person);
      throw error;
    }
  }

  /** A topic that is closed or gone has the rest of its chat beside it, where the rules may be as strict. */
  async #bringBeside({ key }: OutboxRow): Promise<void> {
    const record = await this.#options.records.get(key);
    if (record?.place.thread === undefined) return;
    const { thread: _, ...beside } = record.place;
    await this.#bring(record, beside);
  }

  /** The key is its own, so that two commands at once bring one message. */
  async #bring({ id, name, place: from, person }: JobRecord, place: Place): Promise<void> {
    const { outbox, database, mayShowAt } = this.#options;
    if (!(await mayShowAt(place, from))) return;
    const key = `${id}-missed`;
    await outbox.add({ key, kind: missedKind, place, person, payload: { job: id, name }, lane: laneOf(id) }, database);
    await outbox.post(key);
  }

  async #composeMissed({ place, payload }: OutboxRow): Promise<Post | 'later' | undefined> {
    const { records, mayShowAt } = this.#options;
    const record = await records.get(Payload.parse(payload).job);
    if (record?.state !== 'undeliverable' || !record.outcome) return undefined;
    if (!(await mayShowAt(place, record.place))) return undefined;
    if (!canTell(record, record.outcome)) return 'later';
    const permitted = await this.#permitted(record, record.outcome);
    const message = tellOutcome(permitted, permitted.outcome, await this.#circumstancesAt(place, record.person));
    return { message: isForOneAlone(place, record.place) ? { ...message, ephemeral: true } : message };
  }

  /** What is shown of a delivered result has changed. */
  async showAgain(id: string): Promise<void> {
    const record = await this.#options.records.get(id);
    const platform = record && this.#options.platforms.get(record.place.platform);
    if (!record?.outcome || !record.message || !platform || !canTell(record, record.outcome)) return;
    const message = tellOutcome(record, record.outcome, await this.#circumstancesAt(record.place, record.person));
    await platform.edit(record.message, message, { person: record.person }).catch((error: unknown) => {
      if (!(error instanceof MessageGoneError)) throw error;
    });
  }

  async #circumstancesAt(place: Place, person: Person): Promise<Circumstances> {
    return { isTakingEntries: (await this.#options.isTakingEntries?.(place, person)) ?? false };
  }

  /**
   * Takes a delivered message away. A platform that is switched off keeps it.
   * @returns whether nobody sees it any more, as far as the platform lets the bot see to that
   */
  async takeBack({ id, message, locale }: JobRecord): Promise<boolean> {
    const isGone = message === undefined || (await this.takeAway(message, locale));
    await this.#options.blobs.deleteAll(await this.#options.records.forgetFinished(id));
    await this.#options.outbox.dropLane(laneOf(id));
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

async function noteMissed({ place, payload }: OutboxRow, sent: MessageReference, transaction: Database): Promise<void> {
  const records = new JobRecords(transaction);
  const record = await records.get(Payload.parse(payload).job);
  if (!record) return;
  // The rules of where it was asked for go on to hold where only its person sees it.
  await records.deliverElsewhere(record.id, sent, isForOneAlone(place, record.place) ? record.place : sent.place);
}

/** Another channel may have readers that the first one had not. All of a Telegram group read all of its topics. */
function isForOneAlone(place: Place, from: Place): boolean {
  return place.channel !== from.channel;
}
