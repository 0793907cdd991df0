import type { Job, JobData, JobResult } from './define-job.js';
import type { Person } from './place.js';

/** A job that was asked for before, as commands find it. */
export interface EarlierJob<J extends Job> {
  readonly id: string;
  readonly data: JobData<J>;
  readonly title: string;
  readonly person: Person;
  /** Somebody else asked for it. */
  readonly isOthers?: true;
  /** Once it has ended well. */
  readonly result?: JobResult<J>;
  /** A moderator has seen that nothing is wrong with its pictures. */
  readonly isUncovered: boolean;
}
