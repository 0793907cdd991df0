import { config as loadEnvironmentFile } from 'dotenv';
import { type Config, ConfigError, describeConfig, loadConfig } from './config.js';
import { createLog, type Logger } from './log.js';

export interface Stoppable {
  stop(): Promise<void>;
}

const stopTimeoutMs = 20_000;

/** What every process of ours does around its work: settings, log, readiness, and a clean end. */
export async function runProcess(
  name: string,
  start: (config: Config, log: Logger) => Promise<Stoppable>,
): Promise<void> {
  loadEnvironmentFile({ quiet: true });
  let config: Config;
  try {
    config = loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    return;
  }
  const log = createLog({ level: config.LOG_LEVEL, name });
  log.debug({ config: describeConfig(config) }, 'configuration');

  let starting: Promise<Stoppable> | undefined;
  let isStopping = false;
  const stop = async (reason: string): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    log.info({ reason }, 'stopping');
    setTimeout(() => {
      log.error('did not stop in time');
      process.exit(1);
    }, stopTimeoutMs).unref();
    try {
      // What is half started must be stopped too; what failed to start has cleaned up after itself.
      const running = await starting?.catch(() => undefined);
      await running?.stop();
    } catch (error) {
      log.fatal({ err: error }, 'stopping failed');
      process.exitCode = 1;
    }
    process.exit();
  };
  // SIGHUP: the terminal was closed.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
  // Without its supervisor nobody would stop this process.
  if (process.send) process.on('disconnect', () => void stop('the supervisor is gone'));
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'a promise was rejected and nobody looked');
    process.exitCode = 1;
    void stop('a fault');
  });

  try {
    starting = start(config, log);
    await starting;
    await tellSupervisor({ type: 'ready' });
  } catch (error) {
    log.fatal({ err: error }, error instanceof Error ? error.message : 'cannot start');
    await tellSupervisor({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    await stop('cannot start');
  }
}

/** Resolves once the message is on its way, so that it survives the end of this process. */
function tellSupervisor(
  message: { readonly type: 'ready' } | { readonly type: 'failed'; readonly message: string },
): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(message, () => resolve());
    else resolve();
  });
}
