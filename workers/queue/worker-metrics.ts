import { readFile } from 'node:fs/promises';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type BlobOperation, countFileFailures } from '#src/blobs/watched-blobs.js';
import type { JobName } from '#src/jobs/index.js';
import type { EngineDescription } from '../engine/engine-calls.js';
import type { Phase } from './phases.js';

export type JobEnd = 'done' | 'paused' | 'cancelled' | 'stopped' | 'failed';

/** In seconds: from a picture of toy-pets to a training of Stable Diffusion. */
const workBuckets = [0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600];

/** What a worker tells Prometheus. Labels are names of ours. */
export class WorkerMetrics {
  readonly registry = new Registry();
  readonly #work: Histogram<'job' | 'outcome'>;
  readonly #phases: Histogram<'job' | 'phase'>;
  readonly #engineStarts: Counter;
  readonly noteFileFailure: (operation: BlobOperation) => void;
  readonly #sessions: Counter;
  readonly #engine: Gauge<'engine'>;

  constructor(engineProcessId: () => number | undefined) {
    const registers = [this.registry];
    this.#work = new Histogram({
      name: 'petbooth_work_seconds',
      help: 'What a worker did of a job: all of it, or a slice.',
      labelNames: ['job', 'outcome'],
      buckets: workBuckets,
      registers,
    });
    this.#phases = new Histogram({
      name: 'petbooth_phase_seconds',
      help: 'Parts of a job or a slice: what is prepared before the first step, and what follows.',
      labelNames: ['job', 'phase'],
      buckets: workBuckets,
      registers,
    });
    this.#sessions = new Counter({
      name: 'petbooth_engine_sessions_total',
      help: 'Graphs that engines have compiled.',
      registers,
    });
    this.#engine = new Gauge({
      name: 'petbooth_engine_info',
      help: '1; its label names what runs the model, and where.',
      labelNames: ['engine'],
      registers,
    });
    this.#engineStarts = new Counter({
      name: 'petbooth_engine_starts_total',
      help: 'Starts of the engine process; more than one tells of crashes.',
      registers,
    });
    this.noteFileFailure = countFileFailures(this.registry);
    new Gauge({
      name: 'petbooth_engine_memory_bytes',
      help: 'Resident memory of the engine process; 0 where it does not run, absent where the system does not tell.',
      registers,
      async collect() {
        const id = engineProcessId();
        const bytes = id === undefined ? 0 : await residentBytes(id);
        if (bytes === undefined) this.reset();
        else this.set(bytes);
      },
    });
  }

  noteWork(job: JobName, outcome: JobEnd, milliseconds: number): void {
    this.#work.observe({ job, outcome }, milliseconds / 1000);
  }

  notePhase(job: JobName, phase: Phase, milliseconds: number): void {
    this.#phases.observe({ job, phase }, milliseconds / 1000);
  }

  noteSession(): void {
    this.#sessions.inc();
  }

  noteEngine({ engine }: EngineDescription): void {
    this.#engine.set({ engine }, 1);
  }

  noteEngineStart(): void {
    this.#engineStarts.inc();
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html: `VmRSS`, in kilobytes */
async function residentBytes(processId: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8').catch(() => undefined);
  const kilobytes = status?.match(/^VmRSS:\s+(\d+) kB$/m)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
