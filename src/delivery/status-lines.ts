import type { Logger } from 'pino';
import { localeFor } from '#locales/index.js';
import { PermanentError } from '#src/core/errors.js';
import { type Text, text } from '#src/core/locale.js';
import { PacedEdits } from '#src/core/paced-edits.js';
import type { PlatformName } from '#src/core/place.js';
import { placeInQueue } from '#src/jobs/eta.js';
import type { Unserved } from '#src/jobs/fleet.js';
import { isJobName, jobs, tales } from '#src/jobs/index.js';
import type { JobRecord } from '#src/jobs/job-record.js';
import type { JobRecords } from '#src/jobs/job-records.js';
import type { QueuedJob } from '#src/jobs/services.js';
import type { TurnsOfQueues } from '#src/jobs/turns-of-queues.js';
import { MessageGoneError, type OutgoingMessage, type Platform } from '#src/platforms/platform.js';
import type { AwaitedMessages } from './awaited-messages.js';
import { renderMessage, type Telling } from './render.js';
import { isSpoilerJob, tellProgress } from './tellings.js';

export interface StatusLinesOptions {
  readonly records: Pick<JobRecords, 'get'>;
  readonly turns: Pick<TurnsOfQueues, 'get' | 'next'>;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  readonly messages: Pick<AwaitedMessages, 'arrival'>;
  readonly placeOf: (id: string) => QueuedJob;
  /** Why no living worker can do it; undefined where one can. */
  readonly unserved: (id: string) => Unserved | undefined;
  readonly editIntervalMs?: number | undefined;
  readonly log: Logger;
}

interface StatusLine {
  readonly record: JobRecord;
  shown?: string;
  isStarted: boolean;
  /** Nothing can be shown there any more. */
  isGone?: boolean;
  progress?: { readonly text: Text; readonly fraction: number };
}

/** Beside the platforms' own pace: each state that is handed on may have a preview, which is looked at first. */
const defaultEditIntervalMs = 1000;
const waitingTexts = {
  'no-worker': 'delivery.waitingForAny',
  contract: 'delivery.waitingForUpdate',
  checkpoint: 'delivery.waitingForModel',
  memory: 'delivery.waitingForMemory',
} as const satisfies Readonly<Record<Unserved, string>>;

/** Beyond these nobody watches their place change every minute. */
const shownPositions = 20;

/** What the messages of unfinished jobs say: place in the queue, progress, previews. Best effort. */
export class StatusLines {
  readonly #options: StatusLinesOptions;
  readonly #lines = new Map<string, StatusLine>();
  readonly #edits: PacedEdits<StatusLine, OutgoingMessage>;
  readonly #opening = new Map<string, Promise<StatusLine | undefined>>();
  #isStopped = false;

  constructor(options: StatusLinesOptions) {
    this.#options = options;
    this.#edits = new PacedEdits({
      keyOf: ({ record }) => record.id,
      intervalMs: () => options.editIntervalMs ?? defaultEditIntervalMs,
      edit: (line, take) => this.#editStatus(line, take()),
      onFailure: (error, line) => {
        line.isGone = error instanceof MessageGoneError || error instanceof PermanentError;
        options.log.debug({ err: error, jobId: line.record.id }, 'a status could not be edited');
      },
    });
  }

  stop(): void {
    this.#isStopped = true;
    void this.#edits.stop();
  }

  /** Nothing is shown of a job any more after this resolves. */
  async close(id: string): Promise<void> {
    const line = this.#lines.get(id);
    this.#lines.delete(id);
    if (line) await this.#edits.drop(line);
  }

  async showStarted(id: string): Promise<void> {
    const line = await this.#lineOf(id);
    // A worker that cannot do it hands it back at once.
    if (!line || line.isStarted || this.#options.unserved(id)) return;
    line.isStarted = true;
    const { record } = line;
    this.#show(
      line,
      status(record, {
        text: text('delivery.started', { title: tales[record.name].title(record.title) }),
        progress: 0,
      }),
    );
    await this.refreshPositions();
  }

  async showProgress(id: string, given: unknown): Promise<void> {
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

  async showHandedBack(id: string): Promise<void> {
    const line = await this.#lineOf(id);
    if (!line) return;
    if (!line.progress) line.isStarted = false;
    this.#showWaiting(line);
  }

  /** Whether a worker can do them has changed. */
  async showServed(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (this.#options.turns.get(id)?.startedAt !== undefined) continue;
      const line = await this.#lineOf(id);
      if (line) this.#showWaiting(line);
    }
  }

  async showUnserved(id: string): Promise<void> {
    if (this.#options.unserved(id)) await this.showServed([id]);
  }

  async refreshPositions(): Promise<void> {
    for (const { id } of this.#options.turns.next(shownPositions)) {
      const line = await this.#lineOf(id);
      if (line && !line.isStarted) this.#showWaiting(line);
    }
  }

  #showWaiting(line: StatusLine): void {
    const { record, progress } = line;
    const title = tales[record.name].title(record.title);
    const reason = this.#options.unserved(record.id);
    if (reason) this.#show(line, status(record, { text: text(waitingTexts[reason], { title }) }));
    else if (progress)
      this.#show(
        line,
        status(record, {
          text: text('delivery.givingWay', { progress: progress.text }),
          progress: progress.fraction,
        }),
      );
    else {
      const position = placeInQueue(this.#options.placeOf(record.id));
      this.#show(line, status(record, { text: text('delivery.queued', { title, position }) }));
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
    await this.#options.messages.arrival(id);
    const record = await this.#options.records.get(id);
    if (this.#isStopped || record?.state !== 'queued' || !record.message || !isJobName(record.name)) return undefined;
    const line: StatusLine = { record, isStarted: false };
    this.#lines.set(id, line);
    this.#edits.notePosted(line);
    return line;
  }

  #show(line: StatusLine, message: OutgoingMessage): void {
    if (this.#isStopped || line.isGone || this.#lines.get(line.record.id) !== line) return;
    this.#edits.show(line, message);
  }

  async #editStatus(line: StatusLine, message: OutgoingMessage | undefined): Promise<void> {
    const { record } = line;
    const platform = this.#options.platforms.get(record.place.platform);
    if (!message || !platform || !record.message) return;
    const content = JSON.stringify(message);
    if (content === line.shown) return;
    line.shown = content;
    await platform.edit(record.message, message);
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
