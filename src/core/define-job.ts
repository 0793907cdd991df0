import type { z } from 'zod';
import type { JobPet } from './job-pet.js';

/**
 * The contract of one kind of work between the bot and a worker. Data travels through Redis: keys of blobs, never bytes or URLs.
 * A data schema only grows by optional fields; a breaking change gets a new name, so that queued jobs survive an update.
 */
export interface Job<
  Name extends string = string,
  Data extends z.ZodType = z.ZodType,
  Progress extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
> {
  readonly name: Name;
  readonly data: Data;
  readonly progress: Progress;
  readonly result: Result;
  /** How often it may start before it counts as failed. */
  readonly attempts: number;
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
