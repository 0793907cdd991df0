import { DelayedError, type Job as QueuedJob, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { BlobKey } from '#src/core/blob-key.js';
import { type BlobStore, StorageFullError } from '#src/core/blob-store.js';
import { PermanentError, UserError } from '#src/core/errors.js';
import { type Attempt, decodeAttempt } from '#src/jobs/attempt.js';
import { filesOfData, filesOfResult } from '#src/jobs/files.js';
import { type DataOf, isJobName, type JobName, jobs, type ProgressOf } from '#src/jobs/index.js';
import { type Means, needsIn, shortcomingOf } from '#src/jobs/needs.js';
import { CancelledError, encodeFailure, isFinal } from '#src/jobs/outcome.js';
import { cancelChannel, cancelKey, leftoversOf } from '#src/jobs/queue.js';
import { encodeResult } from '#src/jobs/result.js';
import { PausedError } from '../engine/engine-calls.js';
import { HandedBack, NotHereError } from './handed-back.js';
import { type Phase, Phases, phaseOf } from './phases.js';
import type { ProcessorContext, Processors } from './processor.js';
import { createReporter } from './reporter.js';
import { startSlice } from './slice.js';
import type { JobEnd } from './worker-metrics.js';

export interface RunWorkerOptions {
  /** A blocking connection; the caller closes it after the worker. */
  readonly redis: Redis;
  /** A second one, which only listens for cancellations. */
  readonly subscriber: Redis;
  /** Its name. */
  readonly queue: string;
  /** What this worker has: a job that needs more is handed back. */
  readonly means: Omit<Means, 'queue'>;
  readonly processors: Processors;
  readonly engine: ProcessorContext<JobName>['engine'];
  readonly blobs: BlobStore;
  readonly blocklist: ProcessorContext<JobName>['blocklist'];
  readonly trainSteps?: number | undefined;
  /** How long a sliced job runs before it makes room. */
  readonly sliceMs: number;
  readonly log: Logger;
  readonly onWorked?: (job: JobName, end: JobEnd, milliseconds: number) => void;
  /** A part of a job or a slice, whatever became of it. */
  readonly onPhase?: (job: JobName, phase: Phase, milliseconds: number) => void;
  readonly lockDurationMs?: number;
  readonly stalledIntervalMs?: number;
  readonly reportIntervalMs?: number;
  /** How often a job whose slice is over looks for those that go first. */
  readonly sliceCheckMs?: number;
}

export interface RunningWorker {
  waitUntilReady(): Promise<void>;
  /** Stops the job at work within one step and hands it back to the queue, to go on elsewhere or later. */
  stop(): Promise<void>;
}

const interruptionLogIntervalMs = 60_000;

class StoppingError extends Error {
  constructor() {
    super('the worker stops');
    this.name = 'StoppingError';
  }
}

class LockLostError extends Error {
  constructor() {
    super('the lock was lost: another worker may have this job');
    this.name = 'LockLostError';
  }
}

/** The only place that takes work out of Redis: one job at a time, its contract checked on the way in and out. */
export async function runWorker(options: RunWorkerOptions): Promise<RunningWorker> {
  const { redis, subscriber, log } = options;
  const running = new Map<string, AbortController>();
  const handedBack = new HandedBack(log);

  const worker = new Worker(
    options.queue,
    async (job, token) => {
      const id = job.id!;
      const controller = new AbortController();
      running.set(id, controller);
      const started = performance.now();
      const note = (end: JobEnd) => {
        if (isJobName(job.name)) options.onWorked?.(job.name, end, performance.now() - started);
      };
      try {
        const name = nameOf(job, options.means);
        const result = await processJob(name, job, controller, options);
        note('done');
        log.info({ jobId: id, job: job.name, milliseconds: Math.round(performance.now() - started) }, 'job done');
        return result;
      } catch (error) {
        if (error instanceof NotHereError) {
          await job.moveToDelayed(Date.now() + handedBack.delayMs(id, error), token);
          throw new DelayedError();
        }
        note(endOf(error));
        if (error instanceof StoppingError) {
          await job.moveToDelayed(Date.now(), token);
          throw new DelayedError();
        }
        if (error instanceof PausedError) {
          log.info({ jobId: id, job: job.name }, 'job makes room');
          await handBack(job, token);
          throw new WaitingError();
        }
        if (error instanceof CancelledError) log.info({ jobId: id, job: job.name }, 'job cancelled');
        else log.error({ err: error, jobId: id, job: job.name, attempt: job.attemptsMade + 1 }, 'job failed');
        const attemptsLeft = (job.opts.attempts ?? 1) - job.attemptsMade - 1;
        if (isFinal(error) || attemptsLeft <= 0) await forgetLeftovers(job, options);
        // Told as what it is once no attempt is left; until then there may be room again.
        const told = error instanceof StorageFullError && attemptsLeft <= 0 ? new UserError('storageFull') : error;
        const failure = encodeFailure(told);
        throw isFinal(told) ? new UnrecoverableError(failure) : new Error(failure, { cause: error });
      } finally {
        running.delete(id);
      }
    },
    {
      connection: redis,
      concurrency: 1,
      lockDuration: options.lockDurationMs ?? 30_000,
      stalledInterval: options.stalledIntervalMs ?? 15_000,
      // A killed worker is nobody's fault; a job that kills workers ends here.
      maxStalledCount: 3,
    },
  );
  let toldAt = Number.NEGATIVE_INFINITY;
  worker.on('error', (error) => {
    // A full disk stops Redis, and the worker asks it ten times a second: telling each time would fill the disk too.
    if (performance.now() - toldAt < interruptionLogIntervalMs) return;
    toldAt = performance.now();
    log.warn({ err: error }, 'the queue was interrupted');
  });
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) running.get(id)?.abort(new LockLostError());
  });
  worker.on('stalled', (id) =>
    log.warn({ jobId: id }, 'a job was left behind by a worker that died; it is tried again'),
  );

  const onMessage = (channel: string, id: string) => {
    if (channel === cancelChannel) running.get(id)?.abort(new CancelledError());
  };
  subscriber.on('message', onMessage);
  await subscriber.subscribe(cancelChannel);

  return {
    async waitUntilReady() {
      await worker.waitUntilReady();
    },
    async stop() {
      const paused = worker.pause(true);
      for (const controller of running.values()) controller.abort(new StoppingError());
      await paused;
      await worker.close();
      subscriber.off('message', onMessage);
    },
  };
}

function endOf(error: unknown): JobEnd {
  if (error instanceof StoppingError) return 'stopped';
  if (error instanceof PausedError) return 'paused';
  return error instanceof CancelledError ? 'cancelled' : 'failed';
}

/** @throws NotHereError where another worker may do it, and this one cannot */
function nameOf({ name, opts }: QueuedJob, means: RunWorkerOptions['means']): JobName {
  if (!isJobName(name)) throw new NotHereError(`this version does not know '${name}'`);
  const needs = needsIn(opts);
  switch (shortcomingOf(means, name, needs)) {
    case 'contract':
      throw new NotHereError(`this version does not know '${name}' of version ${needs.contract}`);
    case 'checkpoint':
      throw new NotHereError('this one has another checkpoint');
    case 'memory':
      throw new NotHereError(`'${name}' takes ${needs.memoryBytes} bytes`);
    case undefined:
      return name;
  }
}

async function processJob(
  name: JobName,
  job: QueuedJob,
  controller: AbortController,
  options: RunWorkerOptions,
): Promise<unknown> {
  const { redis, processors, engine, blobs, log } = options;
  const id = job.id!;
  const { data, petFiles } = attemptOf(name, job);
  const isCancelled = async () => (await redis.exists(cancelKey(id))) === 1;
  if (await isCancelled()) throw new CancelledError();

  const reporter = createReporter<ProgressOf<JobName>>(
    async (progress) => {
      await job.updateProgress(progress as object);
      // The message may have been missed while Redis was away.
      if (await isCancelled()) controller.abort(new CancelledError());
    },
    options.reportIntervalMs ?? 1000,
    (error) => log.debug({ err: error, jobId: id }, 'progress was not reported'),
  );
  const slice = jobs[name].isSliced
    ? startSlice({
        sliceMs: options.sliceMs,
        checkMs: options.sliceCheckMs ?? 1000,
        nextPriority: () => nextPriority(redis, job),
        onError: (error) => log.debug({ err: error, jobId: id }, 'the queue was not looked at'),
      })
    : undefined;
  const phases = new Phases((phase, milliseconds) => options.onPhase?.(name, phase, milliseconds));
  /** Nothing names them once they are not shown any more. */
  const previews = new Set<BlobKey>();
  try {
    const earlier = jobs[name].progress.safeParse(job.progress);
    if (earlier.data?.preview) previews.add(earlier.data.preview);
    const result = await runProcessor(processors, name, data, {
      engine,
      blobs,
      petFiles,
      log,
      blocklist: options.blocklist,
      trainSteps: options.trainSteps,
      signal: controller.signal,
      pause: slice?.pause ?? new AbortController().signal,
      report: (progress) => {
        phases.enter(phaseOf(name, progress));
        if (progress.preview) previews.add(progress.preview);
        reporter.report(progress);
      },
      earlier: earlier.data as ProgressOf<JobName> | undefined,
      saveSnapshot: (snapshot, secondsBefore) => job.updateData({ ...job.data, snapshot, secondsBefore }),
    });
    // The last report is for nobody when the result follows; one that is on its way must not come after it.
    await reporter.discard();
    const parsed = encodeResult(name, result);
    const kept = new Set([...filesOfResult(parsed), ...filesOfData(data)]);
    await forgetBlobs(
      job,
      [...previews].filter((key) => !kept.has(key)),
      options,
    );
    return parsed;
  } catch (error) {
    if (error instanceof PausedError) await reporter.flush();
    // The last one shows until the job goes on.
    const shown = new Set(leftoversOf(job));
    await forgetBlobs(
      job,
      [...previews].filter((key) => !shown.has(key)),
      options,
    );
    throw error;
  } finally {
    phases.end();
    slice?.stop();
    reporter.stop();
  }
}

function attemptOf(name: JobName, { data }: QueuedJob): Attempt<JobName> {
  try {
    return decodeAttempt(name, data);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PermanentError(`data of job '${name}' is not as agreed: ${reason}`);
  }
}

/** BullMQ's score of a waiting job is its priority times this, plus a counter. */
const scorePerPriority = 2 ** 32;

async function nextPriority(redis: Redis, job: QueuedJob): Promise<number | undefined> {
  const [, score] = await redis.zrange(`${job.queueQualifiedName}:prioritized`, '0', '0', 'WITHSCORES');
  return score === undefined ? undefined : Math.floor(Number(score) / scorePerPriority);
}

/** Before the others of the priority that it was added with: it may have been given a better one meanwhile. */
async function handBack(job: QueuedJob, token: string | undefined): Promise<void> {
  await job.changePriority({ priority: job.opts.priority ?? 0 });
  await job.moveToWait(token);
}

/** A job that will not be tried again needs no place to go on from, and shows nothing more. */
async function forgetLeftovers(job: QueuedJob, options: RunWorkerOptions): Promise<void> {
  await forgetBlobs(job, leftoversOf(job), options);
}

/** A leftover costs room until it is old, and nothing else. */
async function forgetBlobs(
  { id }: QueuedJob,
  keys: Iterable<BlobKey>,
  { blobs, log }: Pick<RunWorkerOptions, 'blobs' | 'log'>,
): Promise<void> {
  for (const key of keys) {
    await blobs.delete(key).catch((error: unknown) => {
      log.warn({ err: error, jobId: id }, 'a file was left behind');
    });
  }
}

/* Name, data and context belong together, which the compiler cannot see across a table's rows. */
function runProcessor<Name extends JobName>(
  processors: Processors,
  name: Name,
  data: DataOf<Name>,
  context: ProcessorContext<JobName>,
) {
  const processor = processors[name] as (data: DataOf<Name>, context: ProcessorContext<JobName>) => Promise<unknown>;
  return processor(data, context);
}
