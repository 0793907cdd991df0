import { join } from 'node:path';
import type { Logger } from 'pino';
import { ensureRedis } from '#deploy/ensure-redis.js';
import { Lease } from './database/lease.js';
import { childModule } from './operations/child-module.js';
import { compiledSources } from './operations/compiled-sources.js';
import type { Config } from './operations/config.js';
import { runProcess } from './operations/run-process.js';
import { SupervisedProcess } from './operations/supervised-process.js';

const isFromSource = import.meta.url.endsWith('.ts');
/** Shorter than what people notice, longer than a restart takes. */
const redisCheckIntervalMs = 3000;

/** `npm start`: Redis, bot and worker as three processes that end together. One that dies is started again. */
await runProcess('petbooth', async (config, log, { environment: given, stopping }) => {
  // With a Redis for all of them, several may work on one folder.
  if (config.REDIS_URL === undefined) await waitForFolder(config.DATA_DIR, log, stopping);
  const started = performance.now();
  const [redis] = await Promise.all([
    ensureRedis({
      redisUrl: config.REDIS_URL,
      dataDir: config.DATA_DIR,
      environment: given,
      onMessage: (message) => log.info(message),
    }),
    isFromSource && compileChildren(log),
  ]);
  const redisCheck = setInterval(() => {
    redis.revive().then(
      (wasGone) => wasGone && log.error('Redis had ended and was started again; jobs are as of its last second'),
      (error: unknown) =>
        log.error({ err: error }, 'Redis has ended and could not be started again; trying again soon'),
    );
  }, redisCheckIntervalMs);
  const environment = { ...given, REDIS_URL: redis.url };
  const children = (
    [
      { name: 'bot', module: './main', variables: environment },
      { name: 'worker', module: '../workers/main', variables: withNextPort(environment, config) },
    ] as const
  ).map(
    ({ name, module, variables }) =>
      new SupervisedProcess({ name, ...childModule(module, import.meta.url) }, variables, log),
  );
  const stop = async () => {
    clearInterval(redisCheck);
    await Promise.all(children.map((child) => child.stop()));
    await redis.stop();
  };
  // A bot that waits for another one to end is not ready before that.
  stopping.addEventListener('abort', () => children.forEach((child) => void child.stop()));
  try {
    stopping.throwIfAborted();
    await Promise.all(children.map((child) => child.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const address = `http://${isLoopback(config.WEB_HOST) ? 'localhost' : config.WEB_HOST}:${config.WEB_PORT}`;
  log.info({ address, milliseconds: Math.round(performance.now() - started) }, `Petbooth is ready: ${address}`);
  return { stop };
});

/** Where nothing can be kept, each process compiles what it imports. */
async function compileChildren(log: Logger): Promise<void> {
  try {
    process.env.COMPILED_CHILDREN ??= await compiledSources();
  } catch (error) {
    log.debug({ err: error }, 'the sources could not be compiled at once');
  }
}

/** One Redis, one worker and one page for a folder: a second start would only take memory from the first. */
async function waitForFolder(folder: string, log: Logger, stopping: AbortSignal): Promise<void> {
  const lease = await Lease.acquire(join(folder, 'start.lease'), {
    stopping,
    onWaiting: (holder) => log.info(`${holder} runs Petbooth on this folder; this one starts when that has ended`),
    onLost: (error) => {
      log.fatal({ err: error }, error.message);
      process.exit(1);
    },
  });
  process.once('exit', () => lease.release());
}

/** Of two processes on one machine only one can have a port. */
function withNextPort(
  environment: Readonly<Record<string, string>>,
  { OPERATIONS_PORT: port }: Config,
): Record<string, string> {
  return { ...environment, ...(port && { OPERATIONS_PORT: String(port + 1) }) };
}

function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === '::1' || host === 'localhost';
}
