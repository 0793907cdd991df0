import type { JobName, ProgressOf } from '#src/jobs/index.js';

export type Phase =
  | 'preparing'
  | 'drawing'
  | 'learning'
  | Extract<ProgressOf<JobName>, { readonly phase: string }>['phase'];

/** What a worker is at, by what it has just told of a job. */
export function phaseOf(job: JobName, progress: ProgressOf<JobName>): Phase {
  if ('phase' in progress) return progress.phase;
  if (job !== 'train-pet') return 'drawing';
  return 'classPictures' in progress && progress.classPictures ? 'preparing' : 'learning';
}

/** How long each phase of a job takes, one after the other. The first, until something is told, is a preparation. */
export class Phases {
  readonly #onEnded: (phase: Phase, milliseconds: number) => void;
  readonly #now: () => number;
  #phase: Phase = 'preparing';
  #since: number;

  constructor(onEnded: (phase: Phase, milliseconds: number) => void, now: () => number = () => performance.now()) {
    this.#onEnded = onEnded;
    this.#now = now;
    this.#since = now();
  }

  enter(phase: Phase): void {
    if (phase === this.#phase) return;
    this.end();
    this.#phase = phase;
  }

  /** Of the phase it is in. */
  end(): void {
    const now = this.#now();
    this.#onEnded(this.#phase, now - this.#since);
    this.#since = now;
  }
}
