import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type BlobOperation, countFileFailures } from './blobs/watched-blobs.js';
import type { AnswerOutcome } from './command/dispatch.js';
import type { HealthReport } from './core/health-report.js';
import type { PlatformName } from './core/place.js';
import type { BlobTotals } from './database/blob-totals.js';
import { type DatabaseFailure, databaseFailures } from './database/database-failure.js';
import type { OutboxDepth, PostOutcome } from './delivery/post.js';
import type { JobListener } from './jobs/events.js';
import type { Fleet } from './jobs/fleet.js';
import type { JobName } from './jobs/index.js';
import type { TurnsOfQueues } from './jobs/turns-of-queues.js';
import type { UnservedJobs } from './jobs/unserved-jobs.js';

export interface BotMetricsSources {
  readonly turns: Pick<TurnsOfQueues, 'ids' | 'get'>;
  readonly look: () => Promise<HealthReport>;
  /** Waiting jobs that no living worker can do. */
  readonly unserved: Pick<UnservedJobs, 'counts'>;
  readonly workers: Pick<Fleet, 'size'>;
  /** Results that are recorded and not yet with their people. */
  readonly undelivered: () => Promise<{ readonly count: number; readonly oldestAt: Date | undefined }>;
  readonly stored: Pick<BlobTotals, 'latest'>;
  /** What waits to be posted. */
  readonly depths: () => Promise<readonly OutboxDepth[]>;
}

/** In seconds: an answer in the chat, and a place in the queue. */
const answerBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const waitBuckets = [0.1, 1, 5, 15, 60, 300, 900, 3600, 14_400];

/** What the bot tells Prometheus. Labels are names of ours: nobody's name, words or id is in any of them. */
export class BotMetrics {
  readonly registry = new Registry();
  readonly #answers: Histogram<'command' | 'outcome'>;
  readonly #waits: Histogram<'job'>;
  readonly #deliveries: Counter<'job' | 'outcome'>;
  readonly #leading: Gauge;
  readonly noteFileFailure: (operation: BlobOperation) => void;
  readonly #databaseFailures: Counter<'reason'>;

  constructor() {
    const registers = [this.registry];
    this.#answers = new Histogram({
      name: 'petbooth_answer_seconds',
      help: 'From a command to its first answer.',
      labelNames: ['command', 'outcome'],
      buckets: answerBuckets,
      registers,
    });
    this.#waits = new Histogram({
      name: 'petbooth_job_wait_seconds',
      help: 'From the queue, or the last slice, to a worker.',
      labelNames: ['job'],
      buckets: waitBuckets,
      registers,
    });
    this.#deliveries = new Counter({
      name: 'petbooth_deliveries_total',
      help: 'Results that reached their people, that are tried again later, and that wait until somebody speaks again.',
      labelNames: ['job', 'outcome'],
      registers,
    });
    this.#leading = new Gauge({
      name: 'petbooth_leading',
      help: '1 where this bot acts, 0 where it waits for another one to end.',
      registers,
    });
    this.noteFileFailure = countFileFailures(this.registry);
    this.#databaseFailures = new Counter({
      name: 'petbooth_database_failures_total',
      help: 'Queries that failed.',
      labelNames: ['reason'],
      registers,
    });
    for (const reason of databaseFailures) this.#databaseFailures.inc({ reason }, 0);
  }

  noteLeading(): void {
    this.#leading.set(1);
  }

  /** Called once there is something to look at. */
  watch({ turns, unserved, workers, look, undelivered, depths, stored }: BotMetricsSources): void {
    const registers = [this.registry];
    new Gauge({
      name: 'petbooth_stored_files',
      help: 'Stored files by what they are kept for, each counted once; absent until they were counted.',
      labelNames: ['kind'],
      registers,
      collect() {
        for (const [kind, { files }] of stored.latest() ?? []) this.set({ kind }, files);
      },
    });
    new Gauge({
      name: 'petbooth_stored_bytes',
      help: 'Their bytes.',
      labelNames: ['kind'],
      registers,
      collect() {
        for (const [kind, { bytes }] of stored.latest() ?? []) this.set({ kind }, bytes);
      },
    });
    new Gauge({
      name: 'petbooth_jobs',
      help: 'Unfinished jobs.',
      labelNames: ['job', 'state'],
      registers,
      collect() {
        this.reset();
        for (const id of turns.ids()) {
          const turn = turns.get(id);
          if (turn) this.inc({ job: turn.name, state: turn.startedAt === undefined ? 'waiting' : 'working' });
        }
      },
    });
    new Gauge({
      name: 'petbooth_jobs_without_worker',
      help: 'Waiting jobs that no living worker can do, by what it lacks: contract, checkpoint or memory; no-worker where none lives.',
      labelNames: ['job', 'reason'],
      registers,
      collect() {
        this.reset();
        for (const labels of unserved.counts()) this.inc(labels);
      },
    });
    new Gauge({
      name: 'petbooth_workers',
      help: 'Living workers.',
      registers,
      collect() {
        this.set(workers.size);
      },
    });
    new Gauge({
      name: 'petbooth_undelivered_results',
      help: 'Results that are recorded and not yet with their people.',
      registers,
      async collect() {
        this.set((await undelivered()).count);
      },
    });
    new Gauge({
      name: 'petbooth_undelivered_age_seconds',
      help: 'Age of the oldest of them.',
      registers,
      async collect() {
        const { oldestAt } = await undelivered();
        this.set(oldestAt ? (Date.now() - oldestAt.getTime()) / 1000 : 0);
      },
    });
    new Gauge({
      name: 'petbooth_outbox_messages',
      help: 'Messages that wait to be posted, also those for a platform that is switched off.',
      labelNames: ['platform'],
      registers,
      async collect() {
        const all = await depths();
        this.reset();
        for (const { platform, count } of all) this.set({ platform }, count);
      },
    });
    new Gauge({
      name: 'petbooth_outbox_age_seconds',
      help: 'Age of the oldest of them.',
      labelNames: ['platform'],
      registers,
      async collect() {
        const all = await depths();
        this.reset();
        for (const { platform, oldestAt } of all) this.set({ platform }, (Date.now() - oldestAt.getTime()) / 1000);
      },
    });
    new Gauge({
      name: 'petbooth_up',
      help: '1 where it works: the database, Redis, and each platform that is switched on.',
      labelNames: ['part'],
      registers,
      async collect() {
        const { database, redis, platforms } = await look();
        this.reset();
        this.set({ part: 'database' }, database === 'working' ? 1 : 0);
        this.set({ part: 'redis' }, redis === 'working' ? 1 : 0);
        for (const [name, { state }] of Object.entries(platforms) as [PlatformName, { state: string }][])
          this.set({ part: name }, state === 'working' ? 1 : 0);
      },
    });
  }

  /** @param command one of ours; what people typed is never a label */
  noteAnswer(command: string, outcome: AnswerOutcome, milliseconds: number): void {
    this.#answers.observe({ command, outcome }, milliseconds / 1000);
  }

  noteDelivery(job: JobName, outcome: PostOutcome): void {
    this.#deliveries.inc({ job, outcome });
  }

  noteDatabaseFailure(reason: DatabaseFailure): void {
    this.#databaseFailures.inc({ reason });
  }

  /** Counts what passes. */
  listening(listener: JobListener, turns: Pick<TurnsOfQueues, 'get'>): JobListener {
    return {
      onStarted: (id) => {
        const turn = turns.get(id);
        if (turn && turn.startedAt === undefined)
          this.#waits.observe({ job: turn.name }, (Date.now() - turn.waitingSince) / 1000);
        listener.onStarted(id);
      },
      onHandedBack: (id) => listener.onHandedBack(id),
      onProgress: (id, progress) => listener.onProgress(id, progress),
      onEnded: (id) => listener.onEnded(id),
      onReconnected: () => listener.onReconnected(),
    };
  }
}
