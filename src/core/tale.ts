import type { Job, JobData, JobProgress, JobResult } from './define-job.js';
import type { NewPet } from './job-pet.js';
import type { Text } from './locale.js';
import type { Person } from './place.js';
import type { Button, Picture } from './reply.js';

/** A job as the one who reads about it sees it. */
export interface Told<J extends Job> {
  readonly id: string;
  readonly title: string;
  readonly person: Person;
  readonly data: JobData<J>;
}

/** How one kind of job is told to people, from its place in the queue to its result. */
export interface Tale<J extends Job> {
  /** Names the job in sentences about it. */
  title(title: string): Text;
  progress(job: Told<J>, progress: JobProgress<J>): { readonly text: Text; readonly fraction: number };
  result(
    job: Told<J>,
    result: JobResult<J>,
  ): {
    readonly text: Text;
    readonly lines?: readonly Text[];
    readonly pictures: readonly Picture[];
    readonly buttons?: readonly Button[];
    readonly thread?: { readonly name: string; readonly label: Text };
  };
  /** A new message beside the result, where people have waited long and look elsewhere. */
  announcement?(job: Told<J>): Text;
  /** Whom the person has from its end on. */
  pet?(job: Told<J>, result: JobResult<J>): NewPet;
}
