import { childModule } from '#src/operations/child-module.js';
import { loadConfig } from '#src/operations/config.js';
import { createLog } from '#src/operations/log.js';
import { startWorker } from '#workers/start-worker.js';

/** A worker in a process of its own, to be killed by a test. */
const [folder, redisUrl, sliceSeconds, settings = '{}'] = process.argv.slice(2);
const config = loadConfig({
  DATA_DIR: folder,
  CHECKPOINT: folder,
  LOG_LEVEL: 'silent',
  TRAIN_SLICE_SECONDS: sliceSeconds,
  ...(JSON.parse(settings) as Record<string, string>),
});
const worker = await startWorker({
  config,
  redisUrl: redisUrl!,
  log: createLog({ level: 'silent', name: 'worker' }),
  engineModule: childModule('./fake-engine', import.meta.url).file,
  lockDurationMs: 1500,
  stalledIntervalMs: 500,
  reportIntervalMs: 20,
  sliceCheckMs: 20,
});
process.send?.({ engineProcessId: worker.engineProcessId });
