import type { z } from 'zod';
import type { BlobKey } from './blob-key.js';
import type { JobPet } from './job-pet.js';
import type { ParameterNames, SourceText, TextKey } from './locale.js';
import type { Activity } from './place.js';

type QueueText = Extract<TextKey, `commands.queue.replies.${string}`>;

/** Texts of `/queue` that name one job and its place. */
export type QueueLine = {
  [Key in QueueText]: 'position' | 'title' extends ParameterNames<SourceText<Key>> ? Key : never;
}[QueueText];

/**
 * The contract of one kind of work between the bot and a worker. Data travels through Redis: keys of blobs, never bytes or URLs.
 * Bots and workers of several versions meet there: fields that a reader does not know are passed over, so the types may grow by
 * optional ones. Whatever else the version before could not read raises `version`, or gets a new name.
 */
export interface Job<
  Name extends string = string,
  Data extends z.ZodType = z.ZodType,
  Progress extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
> {
  readonly name: Name;
  /** Data of a higher one waits for a worker that knows it, and results for a bot. */
  readonly version: number;
  readonly data: Data;
  readonly progress: Progress;
  readonly result: Result;
  /** How often it may start before it counts as failed. */
  readonly attempts: number;
  /** What it is in the eyes of those who make rules. */
  readonly activity: Activity;
  /** Its line in `/queue`. */
  readonly line: QueueLine;
  /**
   * Of its files those that belong to whoever asked for it: what they gave, and what came of it. What a trained pet consists of goes with the pet.
   * @param isOwn whether the same person asked for that job
   */
  ownFiles(
    data: z.output<Data>,
    result: z.output<Result> | undefined,
    isOwn: (job: string) => boolean,
  ): readonly (BlobKey | undefined)[];
  /** Whom it makes a picture of: who asks needs the right to each of them, until the picture is posted. */
  pets?(data: z.output<Data>): readonly JobPet[];
  /** What the model reads, and what people read of it: names and captions, too. With markers where a pet stands. */
  words?(data: z.output<Data>): readonly string[];
  /** It takes their files to make it. */
  readonly drawsPets?: true;
  /** It takes long: it runs in slices, and between them makes room for jobs that are not sliced. */
  readonly isSliced?: true;
}

export type JobInput<J extends Job> = z.input<J['data']>;
export type JobData<J extends Job> = z.output<J['data']>;
export type JobProgress<J extends Job> = z.output<J['progress']>;
export type JobResult<J extends Job> = z.output<J['result']>;

export function defineJob<
  const Name extends string,
  Data extends z.ZodType,
  Progress extends z.ZodType,
  Result extends z.ZodType,
>(job: Job<Name, Data, Progress, Result>): Job<Name, Data, Progress, Result> {
  return job;
}
