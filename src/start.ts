import { fileURLToPath } from 'node:url';
import { ensureRedis } from '#deploy/ensure-redis.js';
import { runProcess } from './run-process.js';
import { SupervisedProcess } from './supervised-process.js';

/** `npm start`: Redis, bot and worker as three processes that end together. A bot or worker that dies is started again. */
await runProcess('petbooth', async (config, log) => {
  const started = performance.now();
  const redis = await ensureRedis({
    redisUrl: config.REDIS_URL,
    dataDir: config.DATA_DIR,
    onMessage: (message) => log.info(message),
  });
  const environment = { ...process.env, REDIS_URL: redis.url };
  const isSource = import.meta.url.endsWith('.ts');
  const extension = isSource ? 'ts' : 'js';
  const children = [`./main.${extension}`, `../workers/main.${extension}`].map(
    (file) => new SupervisedProcess(fileURLToPath(new URL(file, import.meta.url)), environment, isSource, log),
  );
  const stop = async () => {
    await Promise.all(children.map((child) => child.stop()));
    await redis.stop();
  };
  try {
    await Promise.all(children.map((child) => child.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const address = `http://localhost:${config.WEB_PORT}`;
  log.info({ address, milliseconds: Math.round(performance.now() - started) }, `Petbooth is ready: ${address}`);
  return { stop };
});
