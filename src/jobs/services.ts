import type { BlobKey } from '#src/core/blob-key.js';
import type { QueueLine } from '#src/core/define-job.js';
import type { EarlierJob } from '#src/core/earlier-job.js';
import type { EditCaption } from '#src/editing/edit-job.js';
import type { DataOf, InputOf, JobName, Jobs } from './index.js';

export interface QueuedJob {
  readonly id: string;
  /** 1: next or already at work. */
  readonly position: number;
  /** Until it is done, from how long such jobs took; absent where none was measured yet. */
  readonly etaMs?: number;
}

export interface UnfinishedJob extends QueuedJob {
  readonly name: JobName;
  /** What it is about, for a list: the pet's name or the prompt as written. */
  readonly title: string;
  /** What says so in a list. */
  readonly line: QueueLine;
}

/** `gone`: there was no such job any more. `outOfReach`: the bot forgot it, and may not touch the message in the chat. */
export type Removal = 'removed' | 'gone' | 'outOfReach';

/** The invoking person's jobs. */
export interface JobsService {
  /**
   * Queues work once per invocation: the platform's event id makes the job id, so that a redelivered event queues nothing new.
   * Throws where it cannot, e.g. UserError `queueFullForYou`.
   * @param job.title as the person would name it, in lists and captions
   */
  enqueue<Name extends JobName>(job: {
    readonly name: Name;
    readonly data: InputOf<Name>;
    readonly title: string;
  }): Promise<QueuedJob>;
  unfinished(): Promise<readonly UnfinishedJob[]>;
  /** What this very invocation queued, when its event is delivered again. Throws where that was answered too. */
  queuedBefore<Name extends JobName>(
    name: Name,
  ): Promise<(QueuedJob & { readonly data: DataOf<Name>; readonly title: string }) | undefined>;
  /** Before anything is kept for a job. Throws what `enqueue` would where there is no room for one more, or no leave. */
  assertRoom(name: JobName): Promise<void>;
  /**
   * A job of this person, finished or not: the newest of this community, or of private chats, where no id is given. Moderators find those of everybody in their community.
   * @throws UserError `jobNotYours`, `jobUnknown` where it is of another community, or `jobElsewhere` where it may not be shown here
   */
  find<Name extends JobName>(name: Name, id: string | undefined): Promise<EarlierJob<Jobs[Name]> | undefined>;
  /**
   * A job of anybody whose result was posted in this very channel, for making something new of it.
   * @throws UserError what `find` would where it is somebody else's from elsewhere
   */
  findHere<Name extends JobName>(name: Name, id: string): Promise<EarlierJob<Jobs[Name]> | undefined>;
  /** What the newest finished edit of a picture in this channel took the picture to show. */
  captionOf(picture: BlobKey): Promise<EditCaption | undefined>;
  /**
   * Takes the message of a finished job away, and what nothing else needs of its pictures.
   * @throws UserError `jobNotYours`, under the same rule as `find`
   */
  remove(id: string): Promise<Removal>;
  /** Takes only the message away whose button was pressed, which shows a part of that job's result. Otherwise as `remove`. */
  removeCopy(id: string): Promise<Removal>;
  /**
   * @returns how many were cancelled: one, or all unfinished ones of this person where no id is given
   * @throws UserError `jobNotYours`, under the same rule as `find`
   */
  cancel(id?: string): Promise<number>;
}
