import { join } from 'node:path';
import type { Config } from '#src/config.js';
import { forgetChannel } from '#src/jobs/queue.js';
import type { Logger } from '#src/log.js';
import { FileBlobStore } from '#src/storage/blobs.js';
import { connectRedis, waitForRedis } from '#src/storage/redis.js';
import { EngineClient, type EngineClientOptions } from './engine-client.js';
import { processors } from './index.js';
import { InversionCache, inversionsFolder } from './inversion-cache.js';
import { type RunWorkerOptions, runWorker } from './run-worker.js';

/** What is kept of a photo is soon gone after the photo. */
const forgetInversionsEveryMs = 3600_000;

export interface StartWorkerOptions
  extends Pick<RunWorkerOptions, 'lockDurationMs' | 'stalledIntervalMs' | 'reportIntervalMs' | 'sliceCheckMs'> {
  readonly config: Config;
  readonly redisUrl: string;
  readonly log: Logger;
  /** A module that exports `createPetEngine`. */
  readonly engineModule: string;
  readonly engineOptions?: Pick<EngineClientOptions, 'cancelGraceMs' | 'silenceMs'>;
}

export interface RunningWorkerProcess {
  readonly engineProcessId: number | undefined;
  stop(): Promise<void>;
}

/** Puts the worker together: the engine first, so that no job is taken before it can be done. */
export async function startWorker(options: StartWorkerOptions): Promise<RunningWorkerProcess> {
  const { config, redisUrl, log, engineModule, engineOptions, ...timings } = options;
  const cacheFolder = join(config.DATA_DIR, 'engine-cache');
  const engine = new EngineClient({
    module: engineModule,
    checkpoint: config.CHECKPOINT,
    engine: config.ENGINE,
    cacheFolder,
    logLevel: config.LOG_LEVEL,
    log,
    ...engineOptions,
  });
  const redis = connectRedis(redisUrl, 'blocking', log);
  const subscriber = connectRedis(redisUrl, 'blocking', log);
  const disconnect = () => {
    redis.disconnect();
    subscriber.disconnect();
  };
  try {
    const [description] = await Promise.all([
      engine.start(),
      waitForRedis(redis, 10_000),
      waitForRedis(subscriber, 10_000),
    ]);
    log.info(description, 'the engine is ready');
    const blobs = new FileBlobStore({ folder: join(config.DATA_DIR, 'blobs'), maxBytes: config.MAX_BLOB_BYTES });
    const worker = await runWorker({
      redis,
      subscriber,
      processors,
      engine,
      blobs,
      trainSteps: config.TRAIN_STEPS,
      sliceMs: config.TRAIN_SLICE_SECONDS * 1000,
      log,
      ...timings,
    });
    await worker.waitUntilReady();
    const inversions = new InversionCache(inversionsFolder(cacheFolder));
    const forgetInversions = () =>
      void inversions
        .forget((picture) => blobs.has(picture))
        .catch((error: unknown) => log.warn({ err: error }, 'inversions could not be looked through'));
    forgetInversions();
    subscriber.on('message', (channel: string) => channel === forgetChannel && forgetInversions());
    await subscriber.subscribe(forgetChannel);
    const forgetting = setInterval(forgetInversions, forgetInversionsEveryMs).unref();
    return {
      get engineProcessId() {
        return engine.processId;
      },
      async stop() {
        clearInterval(forgetting);
        await worker.stop();
        await engine.stop();
        disconnect();
      },
    };
  } catch (error) {
    await engine.stop();
    disconnect();
    throw error;
  }
}
