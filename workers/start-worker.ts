import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { AnnouncingBlobs } from '#src/blobs/announced-blobs.js';
import { openBlobs } from '#src/blobs/open-blobs.js';
import { readCheckpointId } from '#src/checkpoint-id.js';
import { packageRoot } from '#src/core/package-root.js';
import { readSmallJson } from '#src/core/small-json.js';
import { contractsKnown, type Means } from '#src/jobs/needs.js';
import { forgetChannel } from '#src/jobs/queue.js';
import { readBlocklist } from '#src/moderation/word-blocklist.js';
import type { Config } from '#src/operations/config.js';
import { type OperationsServer, startOperationsServer } from '#src/operations/operations-server.js';
import { connectRedis, waitForRedis } from '#src/redis/connect-redis.js';
import { forgetInversions, inversionsFolder } from './engine/inversion-files.js';
import { processors } from './jobs/index.js';
import { Announcing } from './queue/announcing.js';
import { EngineClient, type EngineClientOptions } from './queue/engine-client.js';
import { type RunWorkerOptions, runWorker } from './queue/run-worker.js';
import { WorkerMetrics } from './queue/worker-metrics.js';

/** What is kept of a photo is soon gone after the photo. */
const forgetInversionsEveryMs = 3600_000;
/** A picture that is drawn waits for a bucket that is away, rather than being drawn anew; each of its attempts does. */
const bucketPatienceMs = 60_000;

export interface StartWorkerOptions
  extends Pick<RunWorkerOptions, 'lockDurationMs' | 'stalledIntervalMs' | 'reportIntervalMs' | 'sliceCheckMs'> {
  readonly config: Config;
  readonly redisUrl: string;
  readonly log: Logger;
  /** A module that exports `createPetEngine`. */
  readonly engineModule: string;
  readonly engineOptions?: Pick<EngineClientOptions, 'cancelGraceMs' | 'silenceMs'>;
  readonly announceIntervalMs?: number;
}

export interface RunningWorkerProcess {
  readonly engineProcessId: number | undefined;
  readonly operationsPort: number | undefined;
  stop(): Promise<void>;
}

/** Puts the worker together: the engine first, so that no job is taken before it can be done. */
export async function startWorker(options: StartWorkerOptions): Promise<RunningWorkerProcess> {
  const { config, redisUrl, log, engineModule, engineOptions, announceIntervalMs, ...timings } = options;
  const cacheFolder = join(config.DATA_DIR, 'engine-cache');
  const engine = new EngineClient({
    module: engineModule,
    checkpoint: config.CHECKPOINT,
    engine: config.ENGINE,
    cacheFolder,
    logLevel: config.LOG_LEVEL,
    log,
    onStart: () => metrics.noteEngineStart(),
    onSession: () => metrics.noteSession(),
    ...engineOptions,
  });
  const metrics: WorkerMetrics = new WorkerMetrics(() => engine.processId);
  const redis = connectRedis(redisUrl, 'blocking', log);
  const subscriber = connectRedis(redisUrl, 'blocking', log);
  const disconnect = () => {
    redis.disconnect();
    subscriber.disconnect();
  };
  let operations: OperationsServer | undefined;
  try {
    const [description, means] = await Promise.all([
      engine.start(),
      meansOf(config),
      waitForRedis(redis, 10_000),
      waitForRedis(subscriber, 10_000),
    ]);
    log.info(description, 'the engine is ready');
    metrics.noteEngine(description);
    operations = await startOperations(
      config,
      metrics,
      () => redis.status === 'ready' && engine.processId !== undefined,
    );
    const files = openBlobs(config, metrics.noteFileFailure, bucketPatienceMs);
    const blobs = new AnnouncingBlobs({ files, redis });
    const takeFrom = async (queue: string) => {
      const worker = await runWorker({ ...working, queue });
      await worker.waitUntilReady();
      return worker;
    };
    const working: Omit<RunWorkerOptions, 'queue'> = {
      redis,
      subscriber,
      means,
      processors,
      engine,
      blobs,
      blocklist: readBlocklist(config.PROMPT_BLOCKLIST),
      trainSteps: config.TRAIN_STEPS,
      sliceMs: config.TRAIN_SLICE_SECONDS * 1000,
      log,
      onWorked: (...work) => metrics.noteWork(...work),
      onPhase: (...phase) => metrics.notePhase(...phase),
      ...timings,
    };
    const announcing = await Announcing.open({
      redis,
      means,
      onMoved: async (queue) => {
        await worker.stop();
        worker = await takeFrom(queue);
      },
      log,
      intervalMs: announceIntervalMs,
    });
    let worker = await takeFrom(announcing.queue);
    await announcing.start();
    const forget = () =>
      void forgetInversions(inversionsFolder(cacheFolder), (picture) => blobs.has(picture)).catch((error: unknown) =>
        log.warn({ err: error }, 'inversions could not be looked through'),
      );
    forget();
    subscriber.on('message', (channel: string) => channel === forgetChannel && forget());
    await subscriber.subscribe(forgetChannel);
    const forgetting = setInterval(forget, forgetInversionsEveryMs).unref();
    return {
      get engineProcessId() {
        return engine.processId;
      },
      operationsPort: operations?.port,
      async stop() {
        clearInterval(forgetting);
        await announcing.stop();
        await operations?.stop();
        await worker.stop();
        await engine.stop();
        disconnect();
      },
    };
  } catch (error) {
    await operations?.stop();
    await engine.stop();
    disconnect();
    throw error;
  }
}

async function meansOf({ CHECKPOINT }: Config): Promise<Omit<Means, 'queue'>> {
  const { version } = (await readSmallJson(join(packageRoot, 'package.json'))) as { readonly version: string };
  const checkpoint = await readCheckpointId(CHECKPOINT);
  // Of a container its limit; 0 where there is none, or the system does not tell.
  const limitBytes = process.constrainedMemory();
  const memoryBytes = limitBytes > 0 ? Math.min(limitBytes, totalmem()) : totalmem();
  return { version, contracts: contractsKnown(), memoryBytes, ...(checkpoint !== undefined && { checkpoint }) };
}

/** A worker heals itself of a crashed engine and of a Redis that was away: no new start would help it. */
async function startOperations(
  { OPERATIONS_HOST: host, OPERATIONS_PORT: port }: Config,
  { registry }: WorkerMetrics,
  isReady: () => boolean,
): Promise<OperationsServer | undefined> {
  if (port === undefined) return undefined;
  const look = async () => ({
    isFailing: false,
    isReady: isReady(),
    details: { status: isReady() ? 'ok' : 'degraded' },
  });
  return startOperationsServer({ host, port, registry, look });
}
