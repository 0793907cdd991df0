import type { Logger } from 'pino';
import { localeFor } from '#locales/index.js';
import { PermanentError } from '#src/core/errors.js';
import { type Text, text } from '#src/core/locale.js';
import type { PlatformName } from '#src/core/place.js';
import { placeInQueue } from '#src/jobs/eta.js';
import { isJobName, jobs, tales } from '#src/jobs/index.js';
import type { JobRecord } from '#src/jobs/job-record.js';
import type { JobRecords } from '#src/jobs/job-records.js';
import type { QueuedJob } from '#src/jobs/services.js';
import type { Turns } from '#src/jobs/turns.js';
import { MessageGoneError, type OutgoingMessage, type Platform } from '#src/platforms/platform.js';
import type { AwaitedMessages } from './awaited-messages.js';
import { renderMessage, type Telling } from './render.js';
import { isSpoilerJob, tellProgress } from './tellings.js';

export interface StatusLinesOptions {
  readonly records: Pick<JobRecords, 'get'>;
  readonly turns: Pick<Turns, 'next'>;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  readonly messages: Pick<AwaitedMessages, 'arrival'>;
  readonly placeOf: (id: string) => QueuedJob;
  readonly editIntervalMs?: number | undefined;
  readonly log: Logger;
}

/** At most one edit at a time, the newest content wins. */
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

const defaultEditIntervalMs = 1000;
/** Beyond these nobody watches their place change every minute. */
const shownPositions = 20;

/** What the messages of unfinished jobs say: place in the queue, progress, previews. Best effort. */
export class StatusLines {
  readonly #options: StatusLinesOptions;
  readonly #lines = new Map<string, StatusLine>();
  readonly #opening = new Map<string, Promise<StatusLine | undefined>>();
  #isStopped = false;

  constructor(options: StatusLinesOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#isStopped = true;
    for (const line of this.#lines.values()) clearTimeout(line.timer);
  }

  /** Nothing is shown of a job any more after this resolves. */
  async close(id: string): Promise<void> {
    const line = this.#lines.get(id);
    this.#lines.delete(id);
    clearTimeout(line?.timer);
    await line?.editing;
  }

  async showStarted(id: string): Promise<void> {
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
    if (!line?.progress) return;
    const { text: words, fraction } = line.progress;
    this.#show(
      line,
      status(line.record, { text: text('delivery.givingWay', { progress: words }), progress: fraction }),
    );
  }

  async refreshPositions(): Promise<void> {
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
    await this.#options.messages.arrival(id);
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
    const waitMs = Math.max(0, line.lastEditAt + (this.#options.editIntervalMs ?? defaultEditIntervalMs) - Date.now());
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
}

function status(record: JobRecord, telling: Omit<Telling, 'asker' | 'buttons'>): OutgoingMessage {
  return renderMessage('status', localeFor(record.locale), {
    ...telling,
    asker: record.person,
    buttons: [{ for: 'everybody', label: 'cancel', command: 'cancel', options: { job: record.id } }],
    isSpoiler: isSpoilerJob(record),
  });
}
