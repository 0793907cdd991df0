import type { HeldBlobs } from '#src/blobs/held-blobs.js';
import { BoundedMap } from '#src/core/bounded-map.js';
import type { NewPet } from '#src/core/job-pet.js';
import type { MessageReference, Person, Place } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { JobListener } from '#src/jobs/events.js';
import { filesOfResult } from '#src/jobs/files.js';
import type { JobDurations } from '#src/jobs/job-durations.js';
import type { JobRecord } from '#src/jobs/job-record.js';
import type { JobRecords } from '#src/jobs/job-records.js';
import { isKnown } from '#src/jobs/needs.js';
import type { JobOutcome } from '#src/jobs/outcome.js';
import type { JobQueue } from '#src/jobs/queue.js';
import { NewerResultError, parseResult } from '#src/jobs/result.js';
import type { TurnsOfQueues } from '#src/jobs/turns-of-queues.js';
import { AwaitedMessages } from './awaited-messages.js';
import type { Outbox } from './outbox.js';
import { ResultPosts, type ResultPostsOptions } from './result-posts.js';
import { SecondTries } from './second-tries.js';
import { StatusLines, type StatusLinesOptions } from './status-lines.js';
import { petOf, stoppedFor } from './tellings.js';

export interface DeliveryOptions
  extends Omit<ResultPostsOptions, 'messages' | 'lines' | 'outbox'>,
    Omit<StatusLinesOptions, 'messages'> {
  readonly records: JobRecords;
  readonly outbox: ResultPostsOptions['outbox'] & Pick<Outbox, 'wake'>;
  readonly queue: JobQueue;
  readonly turns: TurnsOfQueues;
  readonly durations: Pick<JobDurations, 'add'>;
  readonly blobs: Pick<HeldBlobs, 'missingOf' | 'deleteAll' | 'duringUseOf'>;
  /** A pet that a job brings is there with its end, in the same transaction. */
  readonly keepPet: (owner: Person, pet: NewPet, database: Database) => Promise<void>;
  /** Stops a job that is not permitted any more. */
  readonly recheck: (record: JobRecord) => Promise<void>;
  /** Puts a job back into a Redis that has lost it. */
  readonly requeue: (record: JobRecord) => Promise<void>;
  /** Called when a job has begun: time to look whether another has waited too long. */
  readonly age: () => Promise<void>;
  readonly reconcileIntervalMs?: number | undefined;
  readonly requeueAfterMs?: number | undefined;
}

/** What the queue tells of a job that ended well. */
interface Done {
  readonly workMs?: number;
  readonly checkpoint?: string | undefined;
}

const defaultReconcileIntervalMs = 15_000;

/**
 * Tells people what becomes of their jobs: edits the one message per job on progress, and turns it into the result.
 * Progress is best effort. Results are durable: recorded in the database first, delivered second, and looked for again after any restart.
 */
export class Delivery implements JobListener {
  readonly #options: DeliveryOptions;
  readonly #messages = new AwaitedMessages();
  readonly #lines: StatusLines;
  readonly #posts: ResultPosts;
  readonly #background = new Set<Promise<void>>();
  /** Results that wait for a newer bot, as far as the log was told of them. */
  readonly #ofNewerVersion = new BoundedMap<string, true>(10_000);
  readonly #secondTries: SecondTries;
  #reconciling: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#secondTries = new SecondTries(options);
    this.#lines = new StatusLines({ ...options, messages: this.#messages });
    this.#posts = new ResultPosts({ ...options, messages: this.#messages, lines: this.#lines });
  }

  /** Delivers what was finished while nobody listened, and keeps looking. */
  async start(): Promise<void> {
    const { outbox, reconcileIntervalMs = defaultReconcileIntervalMs } = this.#options;
    outbox.wake();
    await this.#posts.start();
    await this.reconcile();
    this.#timer = setInterval(() => this.#run(this.reconcile()), reconcileIntervalMs);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#lines.stop();
    await Promise.allSettled(this.#background);
  }

  /** While a command's first answer is on its way its result waits, so that both become one message. */
  expectMessage(id: string, sending: Promise<MessageReference>): void {
    this.#messages.expect(
      id,
      sending.then((message) => this.#options.records.setMessage(id, message)),
    );
    // What was found out before there was a message to say it in.
    this.#run(this.#messages.arrival(id).then(() => this.#lines.showUnserved(id)));
  }

  onStarted(id: string): void {
    this.#options.turns.start(id, Date.now());
    this.#run(this.#options.age());
    this.#run(this.#lines.showStarted(id));
  }

  onHandedBack(id: string): void {
    this.#options.turns.handBack(id, Date.now());
    this.#run(this.#lines.showHandedBack(id));
    this.#run(this.#recheck(id));
  }

  /** Whether a worker can do these jobs has changed. */
  showServed(ids: readonly string[]): void {
    this.#run(this.#lines.showServed(ids));
  }

  onProgress(id: string, progress: unknown): void {
    this.#run(this.#lines.showProgress(id, progress));
  }

  onEnded(id: string): void {
    this.#run(this.#lookUp(id));
  }

  onReconnected(): void {
    this.#options.outbox.wake();
    this.#run(this.reconcile());
  }

  /** Records how a job ended and tells its person; calling it again does nothing. */
  async settle(id: string, outcome: JobOutcome): Promise<void> {
    const record = await this.#options.records.get(id);
    if (record) await this.#settle(record, outcome);
  }

  async #settle(record: JobRecord, outcome: JobOutcome, done: Done = {}): Promise<void> {
    const isRecorded = await this.#settleRecord(record, outcome, done);
    if (!isRecorded) return;
    this.#secondTries.forget(record.id);
    this.#options.turns.end(record.id, Date.now());
    await this.#takeOutOfQueue(record.id);
    await this.#posts.deliver(record.id);
    await this.#lines.refreshPositions();
  }

  /** Compares our records with the queue: ended jobs are settled, and lost ones queued again. */
  reconcile(): Promise<void> {
    this.#reconciling ??= this.#compareWithQueue()
      .catch((error: unknown) => {
        this.#options.log.warn({ err: error }, 'the queue could not be looked through; trying again soon');
      })
      .finally(() => {
        this.#reconciling = undefined;
      });
    return this.#reconciling;
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
    if (state.kind === 'completed') return this.#settle(record, { kind: 'completed', result: state.result }, state);
    if (state.kind === 'failed') {
      if (state.failure.kind === 'fault')
        this.#options.log.error({ jobId: id, reason: state.failure.message }, 'a job failed for good');
      return this.#settle(record, state.failure);
    }
    // A job in the middle of being queued is not lost yet. One that a newer bot has asked for is that one's to queue.
    const isOurs = isKnown(record.name, record.needs);
    if (state.kind === 'missing' && mayRequeue && isOurs && isOld(record.createdAt.getTime())) {
      // Nor is one that was settled, and taken out of the queue, between the two questions.
      if ((await records.get(id))?.state !== 'queued') return;
      if (record.cancelRequested) return this.#settle(record, { kind: 'cancelled' });
      this.#options.log.warn({ jobId: id }, 'the queue has lost a job; queueing it again');
      await this.#options.requeue(record);
    }
  }

  /** @returns false where there is no outcome yet, since the job is done once more */
  async #settleRecord(record: JobRecord, outcome: JobOutcome, { workMs, checkpoint }: Done): Promise<boolean> {
    const { durations, blobs, keepPet, log } = this.#options;
    const giveBack = (database: Database) => this.#options.giveBack(record.id, database);
    if (outcome.kind !== 'completed') {
      await this.#recordEnd(record.id, outcome, giveBack);
      return true;
    }
    let result: ReturnType<typeof parseResult>;
    try {
      result = parseResult(record.name, outcome.result);
    } catch (error) {
      if (error instanceof NewerResultError) return this.#leaveToNewer(record, error);
      log.error({ err: error, jobId: record.id }, 'a result could not be used');
      const message = error instanceof Error ? error.message : String(error);
      await this.#recordEnd(record.id, { kind: 'fault', message }, giveBack);
      return true;
    }
    const refusal = await this.#options.refusalOf(record);
    if (refusal) {
      await this.#recordEnd(record.id, stoppedFor(record, refusal), giveBack);
      return true;
    }
    const pet = petOf(record, result);
    const keepIt = pet && ((database: Database) => keepPet(record.person, { ...pet, checkpoint }, database));
    // Where the database fails here, the queue keeps the result and reconciliation settles it later.
    const keys = filesOfResult(result);
    const settled = await blobs.duringUseOf(keys, async () => {
      if ((await blobs.missingOf(keys)).length > 0) return 'filesAreGone';
      return { isFirst: await this.#recordEnd(record.id, outcome, keepIt) };
    });
    if (settled === 'filesAreGone') {
      if (await this.#secondTries.begin(record)) return false;
      await this.#recordEnd(record.id, { kind: 'fault', message: 'files of the result are gone' }, giveBack);
      return true;
    }
    if (settled.isFirst && workMs !== undefined) await durations.add(record.name, workMs);
    return true;
  }

  /** The queue keeps the result for a bot that can read it. @returns false: there is no outcome yet */
  #leaveToNewer({ id }: JobRecord, error: NewerResultError): false {
    if (!this.#ofNewerVersion.has(id))
      this.#options.log.warn({ err: error, jobId: id }, 'a result waits for a newer version of this bot');
    this.#ofNewerVersion.set(id, true);
    return false;
  }

  /** With what comes true by it, and what is to be told of it, in one transaction. @returns whether this was the first to say so */
  #recordEnd(id: string, outcome: JobOutcome, alongside?: (database: Database) => Promise<void>): Promise<boolean> {
    return this.#options.records.settle(id, outcome, async (settled, database) => {
      await alongside?.(database);
      await this.#posts.add(settled, database);
    });
  }

  async #recheck(id: string): Promise<void> {
    const record = await this.#options.records.get(id);
    if (record) await this.#options.recheck(record);
  }

  /**
   * Somebody speaks: what could not be brought to them is tried again, and what was given up is brought to where they are.
   * @param mayShow asked only where there is something to bring
   */
  catchUp(person: Person, place: Place, mayShow: () => Promise<boolean>): void {
    this.#run(this.#posts.catchUp(person, place, mayShow));
  }

  /** What is shown of a delivered result has changed. */
  async showAgain(id: string): Promise<void> {
    await this.#posts.showAgain(id);
  }

  /** Takes a delivered message away. @returns whether nobody sees it any more */
  takeBack(record: JobRecord): Promise<boolean> {
    return this.#posts.takeBack(record);
  }

  /** The same for a message of which nothing is recorded. */
  takeAway(message: MessageReference, locale: string): Promise<boolean> {
    return this.#posts.takeAway(message, locale);
  }

  #run(work: Promise<void>): void {
    const caught = work.catch((error: unknown) => {
      this.#options.log.warn({ err: error }, 'delivery was interrupted; it is tried again');
    });
    this.#background.add(caught);
    void caught.finally(() => this.#background.delete(caught));
  }
}
