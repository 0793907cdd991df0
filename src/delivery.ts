import { localeFor } from '#locales/index.js';
import type { Person, Place, PlatformName, QueuedJob, Text } from './command.js';
import { DeliveryRetries, type DeliveryRetriesOptions } from './delivery-retries.js';
import type { UserError } from './errors.js';
import { PermanentError } from './errors.js';
import { placeInQueue } from './eta.js';
import type { JobListener } from './jobs/events.js';
import { filesOfResult } from './jobs/files.js';
import { isJobName, jobs } from './jobs/index.js';
import type { JobOutcome } from './jobs/outcome.js';
import { type JobQueue, parseResult } from './jobs/queue.js';
import type { Turns } from './jobs/turns.js';
import { text } from './locale.js';
import type { Logger } from './log.js';
import { tales } from './outcomes.js';
import {
  MessageGoneError,
  type MessageReference,
  type OutgoingMessage,
  PlaceClosedError,
  type Platform,
} from './platforms/platform.js';
import { renderMessage, type Telling } from './render.js';
import type { Database } from './storage/database/database.js';
import type { JobDurations } from './storage/database/job-durations.js';
import type { JobRecord, JobRecords } from './storage/database/job-records.js';
import type { HeldBlobs } from './storage/held-blobs.js';
import { isSpoilerJob, settlementOf, stoppedFor, tellAnnouncement, tellOutcome, tellProgress } from './tellings.js';

export interface DeliveryOptions {
  readonly records: JobRecords;
  readonly queue: JobQueue;
  readonly turns: Turns;
  readonly durations: Pick<JobDurations, 'add'>;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  readonly log: Logger;
  readonly blobs: Pick<HeldBlobs, 'has' | 'deleteAll' | 'duringUseOf'>;
  /** What a job counted towards a limit is given back, in the transaction that records that it came to nothing. */
  readonly giveBack: (id: string, database: Database) => Promise<void>;
  /** Whether what was asked for at one place may be shown at another. */
  readonly mayShowAt: (to: Place, from: Place) => Promise<boolean>;
  /** What by now forbids what was permitted when it was asked for. */
  readonly refusalOf: (record: JobRecord) => Promise<UserError | undefined>;
  /** Stops a job that is not permitted any more. */
  readonly recheck: (record: JobRecord) => Promise<void>;
  /** Puts a job back into a Redis that has lost it. */
  readonly requeue: (record: JobRecord) => Promise<void>;
  readonly placeOf: (id: string) => QueuedJob;
  /** Called when a job has begun: time to look whether another has waited too long. */
  readonly age: () => Promise<void>;
  readonly editIntervalMs?: number | undefined;
  readonly reconcileIntervalMs?: number | undefined;
  readonly requeueAfterMs?: number | undefined;
  readonly maxDeliveryAttempts?: number | undefined;
  readonly retries?: Partial<DeliveryRetriesOptions> | undefined;
}

/** A status message being edited: at most one edit at a time, the newest content wins. */
interface StatusLine {
  readonly record: JobRecord;
  next?: OutgoingMessage;
  shown?: string;
  timer?: NodeJS.Timeout;
  editing: Promise<void>;
  lastEditAt: number;
  isStarted: boolean;
  /** Nothing can be shown there any more. */
  isGone?: boolean;
  progress?: { readonly text: Text; readonly fraction: number };
}

/** At the delays below: a platform may be away for about a day. */
const defaultMaxDeliveryAttempts = 32;
/** Whoever was away for long is not flooded: the next command brings the next ones. */
const maxCaughtUp = 5;
const defaultReconcileIntervalMs = 15_000;
/** Beyond these nobody watches their place change every minute. */
const shownPositions = 20;

/**
 * Tells people what becomes of their jobs: edits the one message per job on progress, and turns it into the result.
 * Progress is best effort. Results are durable: recorded in the database first, delivered second, and looked for again after any restart.
 */
export class Delivery implements JobListener {
  readonly #options: DeliveryOptions;
  readonly #lines = new Map<string, StatusLine>();
  readonly #opening = new Map<string, Promise<StatusLine | undefined>>();
  readonly #awaitedMessages = new Map<string, Promise<unknown>>();
  readonly #delivering = new Map<string, Promise<void>>();
  readonly #background = new Set<Promise<void>>();
  readonly #retries: DeliveryRetries;
  /** Jobs that are done once more, because files of their results were gone; and those that have been. */
  readonly #again = { beginning: new Set<string>(), begun: new Set<string>() };
  #reconciling: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#retries = new DeliveryRetries({ firstDelayMs: this.#reconcileIntervalMs, ...options.retries });
  }

  get #reconcileIntervalMs(): number {
    return this.#options.reconcileIntervalMs ?? defaultReconcileIntervalMs;
  }

  /** Delivers what was finished while nobody listened, and keeps looking. */
  async start(): Promise<void> {
    await this.reconcile();
    this.#timer = setInterval(() => this.#run(this.reconcile()), this.#reconcileIntervalMs);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    for (const line of this.#lines.values()) clearTimeout(line.timer);
    await Promise.allSettled([...this.#background, ...this.#delivering.values()]);
  }

  /** While a command's first answer is on its way its result waits, so that both become one message. */
  expectMessage(id: string, sending: Promise<MessageReference>): void {
    const settled = sending
      .then((message) => this.#options.records.setMessage(id, message))
      .catch(() => {})
      .finally(() => this.#awaitedMessages.delete(id));
    this.#awaitedMessages.set(id, settled);
  }

  onStarted(id: string): void {
    this.#options.turns.start(id, Date.now());
    this.#run(this.#options.age());
    this.#run(this.#showStarted(id));
  }

  onHandedBack(id: string): void {
    this.#options.turns.handBack(id, Date.now());
    this.#run(this.#showHandedBack(id));
    this.#run(this.#recheck(id));
  }

  onProgress(id: string, progress: unknown): void {
    this.#run(this.#showProgress(id, progress));
  }

  onEnded(id: string): void {
    this.#run(this.#lookUp(id));
  }

  onReconnected(): void {
    this.#run(this.reconcile());
  }

  /** Records how a job ended and tells its person; calling it again does nothing. */
  async settle(id: string, outcome: JobOutcome): Promise<void> {
    const record = await this.#options.records.get(id);
    if (record) await this.#settle(record, outcome);
  }

  async #settle(record: JobRecord, outcome: JobOutcome, workMs?: number): Promise<void> {
    const isRecorded = await this.#settleRecord(record, outcome, workMs);
    if (!isRecorded) return;
    this.#again.begun.delete(record.id);
    this.#options.turns.end(record.id, Date.now());
    await this.#takeOutOfQueue(record.id);
    await this.#deliver(record.id);
    await this.#refreshPositions();
  }

  /** Compares our records with the queue: ended jobs are settled, lost ones queued again, settled ones delivered. */
  reconcile(): Promise<void> {
    this.#reconciling ??= this.#reconcileOnce().finally(() => {
      this.#reconciling = undefined;
    });
    return this.#reconciling;
  }

  async #reconcileOnce(): Promise<void> {
    const { records, log } = this.#options;
    await this.#compareWithQueue().catch((error: unknown) => {
      log.warn({ err: error }, 'the queue could not be looked through; trying again soon');
    });
    // Those of a platform that is switched off wait without standing in others' way.
    for (const record of await records.inState('settled', 1000, this.#options.platforms.keys())) {
      if (this.#isStopped) return;
      if (!this.#retries.take(record)) continue;
      await this.#deliver(record.id);
    }
  }

  async #compareWithQueue(): Promise<void> {
    const { turns, queue, log } = this.#options;
    await this.#takeOutSettled();
    const { waiting, active } = await queue.unfinished();
    for (const id of turns.ids()) {
      if (this.#isStopped) return;
      if (active.has(id)) turns.start(id, Date.now());
      else if (waiting.has(id)) turns.handBack(id, Date.now());
      else
        await this.#lookUp(id, true).catch((error: unknown) => {
          // One that can never be queued must not hide those behind it.
          log.warn({ err: error, jobId: id }, 'a job could not be compared with the queue; trying again soon');
        });
    }
  }

  /** What ended while Redis or the bot was away, or was still held by its worker when it was settled. */
  async #takeOutSettled(): Promise<void> {
    const { queue, turns, records } = this.#options;
    const unsettled = new Set(turns.ids());
    for (const id of await queue.ended()) {
      if (this.#isStopped) return;
      if (!unsettled.has(id) && (await records.get(id))?.state !== 'queued') await this.#takeOutOfQueue(id);
    }
  }

  /** The result is recorded: Redis need not keep it, with its words. */
  async #takeOutOfQueue(id: string): Promise<void> {
    // Of a Redis that is away it is taken the next time that the queue is compared.
    await this.#options.queue.forget(id).catch(() => {});
  }

  async #lookUp(id: string, mayRequeue = false): Promise<void> {
    const { records, turns } = this.#options;
    const record = await records.get(id);
    const isOld = (since: number) => Date.now() - since >= (this.#options.requeueAfterMs ?? 10_000);
    if (record?.state !== 'queued') {
      // One in the middle of being recorded has no record yet.
      if (record || isOld(turns.get(id)?.waitingSince ?? 0)) turns.end(id, Date.now());
      return;
    }
    const state = await this.#options.queue.inspect(id);
    if (state.kind === 'completed')
      return this.#settle(record, { kind: 'completed', result: state.result }, state.workMs);
    if (state.kind === 'failed') {
      if (state.failure.kind === 'fault')
        this.#options.log.error({ jobId: id, reason: state.failure.message }, 'a job failed for good');
      return this.#settle(record, state.failure);
    }
    // A job in the middle of being queued is not lost yet.
    if (state.kind === 'missing' && mayRequeue && isOld(record.createdAt.getTime())) {
      // Nor is one that was settled, and taken out of the queue, between the two questions.
      if ((await records.get(id))?.state !== 'queued') return;
      if (record.cancelRequested) return this.#settle(record, { kind: 'cancelled' });
      this.#options.log.warn({ jobId: id }, 'the queue has lost a job; queueing it again');
      await this.#options.requeue(record);
    }
  }

  /** @returns false where there is no outcome yet, since the job is done once more */
  async #settleRecord(record: JobRecord, outcome: JobOutcome, workMs: number | undefined): Promise<boolean> {
    const { records, durations, blobs, log } = this.#options;
    const giveBack = (database: Database) => this.#options.giveBack(record.id, database);
    if (outcome.kind !== 'completed') {
      await records.settle(record.id, outcome, giveBack);
      return true;
    }
    let result: ReturnType<typeof parseResult>;
    try {
      result = parseResult(record.name, outcome.result);
    } catch (error) {
      log.error({ err: error, jobId: record.id }, 'a result could not be used');
      const message = error instanceof Error ? error.message : String(error);
      await records.settle(record.id, { kind: 'fault', message }, giveBack);
      return true;
    }
    const refusal = await this.#options.refusalOf(record);
    if (refusal) {
      await records.settle(record.id, stoppedFor(record, refusal), giveBack);
      return true;
    }
    // Where the database fails here, the queue keeps the result and reconciliation settles it later.
    const keys = filesOfResult(result);
    const settled = await blobs.duringUseOf(keys, async () => {
      for (const key of keys) if (!(await blobs.has(key))) return 'filesAreGone';
      return { isFirst: await records.settle(record.id, outcome, settlementOf(record, result)) };
    });
    if (settled === 'filesAreGone') return this.#doAgain(record, giveBack);
    if (settled.isFirst && workMs !== undefined) await durations.add(record.name, workMs);
    return true;
  }

  /**
   * A worker, in a process of its own, stores bytes that somebody else may have stored before and give up now: until the result is
   * recorded nothing tells that they are needed. The same seed makes them again.
   * @returns whether it was recorded as failed, because they were gone the second time
   */
  async #doAgain(record: JobRecord, giveBack: (database: Database) => Promise<void>): Promise<boolean> {
    const { records, queue, turns, log } = this.#options;
    const { beginning, begun } = this.#again;
    if (beginning.has(record.id)) return false;
    if (begun.has(record.id)) {
      await records.settle(record.id, { kind: 'fault', message: 'files of the result are gone' }, giveBack);
      return true;
    }
    log.warn({ jobId: record.id }, 'files of a result are gone; the job is done again');
    beginning.add(record.id);
    try {
      await queue.forget(record.id);
      turns.handBack(record.id, Date.now());
      await this.#options.requeue(record);
      begun.add(record.id);
    } finally {
      beginning.delete(record.id);
    }
    return false;
  }

  /** One delivery of a job at a time. */
  #deliver(id: string): Promise<void> {
    const running = this.#delivering.get(id);
    if (running) return running;
    const delivering = this.#deliverOnce(id).finally(() => this.#delivering.delete(id));
    this.#delivering.set(id, delivering);
    return delivering;
  }

  async #deliverOnce(id: string): Promise<void> {
    const { records, platforms, log } = this.#options;
    await this.#awaitedMessages.get(id);
    const record = await records.get(id);
    if (record?.state !== 'settled' || !record.outcome) return;
    const line = this.#lines.get(id);
    this.#lines.delete(id);
    clearTimeout(line?.timer);
    await line?.editing;
    const platform = platforms.get(record.place.platform);
    // The platform is switched off now and may be back at the next start.
    if (!platform) return;
    try {
      await records.countDeliveryAttempt(id);
      const permitted = await this.#permitted(record);
      await this.#replace(platform, permitted, tellOutcome(permitted, permitted.outcome));
      await this.#announce(platform, permitted);
      await records.finishDelivery(id, 'delivered');
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
        this.#retries.forget(id);
        if (error instanceof PlaceClosedError) await this.#bringBeside(record);
      } else {
        log.error({ err: error, jobId: id, deliveryAttempts }, 'a result could not be delivered; trying again later');
        this.#retries.noteFailure({ ...record, deliveryAttempts });
      }
    }
  }

  async #recheck(id: string): Promise<void> {
    const record = await this.#options.records.get(id);
    if (record) await this.#options.recheck(record);
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
  catchUp(person: Person, place: Place, mayShow: () => Promise<boolean>): void {
    this.#run(this.#catchUpOn(person, place, mayShow));
  }

  async #catchUpOn(person: Person, place: Place, mayShow: () => Promise<boolean>): Promise<void> {
    const missed = await this.#options.records.missedBy(person, maxCaughtUp);
    for (const record of missed) {
      if (record.state === 'settled') await this.#deliver(record.id);
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
    if (!platform || !outcome) return;
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
    if (!record?.outcome || !record.message || !platform) return;
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

  async #showStarted(id: string): Promise<void> {
    const line = await this.#lineOf(id);
    if (!line || line.isStarted) return;
    line.isStarted = true;
    const { record } = line;
    this.#show(
      line,
      status(record, {
        text: text('delivery.started', { title: tales[record.name].title(record.title) }),
        progress: 0,
      }),
    );
    await this.#refreshPositions();
  }

  async #showProgress(id: string, given: unknown): Promise<void> {
    const line = await this.#lineOf(id);
    if (!line) return;
    const { record } = line;
    const parsed = jobs[record.name].progress.safeParse(given);
    if (!parsed.success) return;
    line.isStarted = true;
    line.progress = tellProgress(record, parsed.data);
    const { text: words, fraction } = line.progress;
    const preview = parsed.data.preview;
    this.#show(
      line,
      status(record, {
        text: words,
        progress: fraction,
        ...(preview && { pictures: [{ blob: preview, alt: tales[record.name].title(record.title) }] }),
      }),
    );
  }

  async #showHandedBack(id: string): Promise<void> {
    const line = await this.#lineOf(id);
    if (!line?.progress) return;
    const { text: words, fraction } = line.progress;
    this.#show(
      line,
      status(line.record, { text: text('delivery.givingWay', { progress: words }), progress: fraction }),
    );
  }

  async #refreshPositions(): Promise<void> {
    const { turns, placeOf } = this.#options;
    for (const { id } of turns.next(shownPositions)) {
      const line = await this.#lineOf(id);
      if (!line || line.isStarted) continue;
      const { record } = line;
      const words = { title: tales[record.name].title(record.title), position: placeInQueue(placeOf(id)) };
      this.#show(line, status(record, { text: text('delivery.queued', words) }));
    }
  }

  async #lineOf(id: string): Promise<StatusLine | undefined> {
    const known = this.#lines.get(id);
    if (known) return known;
    const opening = this.#opening.get(id) ?? this.#openLine(id).finally(() => this.#opening.delete(id));
    this.#opening.set(id, opening);
    return opening;
  }

  async #openLine(id: string): Promise<StatusLine | undefined> {
    await this.#awaitedMessages.get(id);
    const record = await this.#options.records.get(id);
    if (this.#isStopped || record?.state !== 'queued' || !record.message || !isJobName(record.name)) return undefined;
    const line: StatusLine = { record, editing: Promise.resolve(), lastEditAt: Date.now(), isStarted: false };
    this.#lines.set(id, line);
    return line;
  }

  #show(line: StatusLine, message: OutgoingMessage): void {
    if (this.#isStopped || line.isGone || this.#lines.get(line.record.id) !== line) return;
    line.next = message;
    if (line.timer) return;
    const waitMs = Math.max(0, line.lastEditAt + (this.#options.editIntervalMs ?? 1000) - Date.now());
    line.timer = setTimeout(() => {
      delete line.timer;
      line.editing = line.editing.then(() => this.#editStatus(line));
    }, waitMs);
  }

  async #editStatus(line: StatusLine): Promise<void> {
    const message = line.next;
    delete line.next;
    const platform = this.#options.platforms.get(line.record.place.platform);
    if (!message || !platform || !line.record.message || this.#lines.get(line.record.id) !== line) return;
    const content = JSON.stringify(message);
    if (content === line.shown) return;
    line.shown = content;
    line.lastEditAt = Date.now();
    try {
      await platform.edit(line.record.message, message);
    } catch (error) {
      line.isGone = error instanceof MessageGoneError || error instanceof PermanentError;
      this.#options.log.debug({ err: error, jobId: line.record.id }, 'a status could not be edited');
    }
  }

  #run(work: Promise<void>): void {
    const caught = work.catch((error: unknown) => {
      this.#options.log.warn({ err: error }, 'delivery was interrupted; it is tried again');
    });
    this.#background.add(caught);
    void caught.finally(() => this.#background.delete(caught));
  }
}

function status(record: JobRecord, telling: Omit<Telling, 'asker' | 'buttons'>): OutgoingMessage {
  return renderMessage('status', localeFor(record.locale), {
    ...telling,
    asker: record.person,
    buttons: [{ for: 'everybody', label: 'cancel', command: 'cancel', options: { job: record.id } }],
    isSpoiler: isSpoilerJob(record),
  });
}
