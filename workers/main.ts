import { runProcess } from '#src/operations/run-process.js';
import { startWorker } from './start-worker.js';

await runProcess('worker', async (config, log) => {
  if (config.REDIS_URL === undefined)
    throw new Error('REDIS_URL is not set: start everything with `npm start`, or name a Redis');
  return startWorker({ config, redisUrl: config.REDIS_URL, log, engineModule: '#workers/engine/pet-engine.js' });
});
