import { config as loadEnvironmentFile } from 'dotenv';
import type { Logger } from 'pino';
import { type Config, ConfigError, describeConfig, loadConfig, secretNames } from './config.js';
import { createLog } from './log.js';
import { environmentFor, type ProcessName } from './process-environment.js';

export interface Stoppable {
  stop(): Promise<void>;
}

const stopTimeoutMs = 20_000;

/** What every process of ours does around its work: settings, log, readiness, and a clean end. */
export async function runProcess(
  name: Extract<ProcessName, 'petbooth' | 'bot' | 'worker'>,
  start: (
    config: Config,
    log: Logger,
    around: { readonly environment: Readonly<Record<string, string>>; readonly stopping: AbortSignal },
  ) => Promise<Stoppable>,
): Promise<void> {
  const environment = takeEnvironment(name);
  let config: Config;
  try {
    config = loadConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    return;
  }
  const log = createLog({ level: config.LOG_LEVEL, name });
  log.debug({ config: describeConfig(config) }, 'configuration');

  let starting: Promise<Stoppable> | undefined;
  const stopping = new AbortController();
  const stop = async (reason: string): Promise<void> => {
    if (stopping.signal.aborted) return;
    stopping.abort();
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
    starting = start(config, log, { environment, stopping: stopping.signal });
    await starting;
    await tellSupervisor({ type: 'ready' });
  } catch (error) {
    // Whoever ended the start is not told that it failed.
    if (stopping.signal.aborted) return;
    log.fatal({ err: error }, error instanceof Error ? error.message : 'cannot start');
    await tellSupervisor({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    await stop('cannot start');
  }
}

/** The variables of this process, also from a file `.env`. Secrets that are others' are taken away, so that no library and no child finds them. */
function takeEnvironment(name: ProcessName): Readonly<Record<string, string>> {
  const given = { ...process.env } as Record<string, string>;
  loadEnvironmentFile({ quiet: true, processEnv: given });
  const environment = environmentFor(name, given);
  for (const secret of secretNames) delete process.env[secret];
  Object.assign(process.env, environment);
  return environment;
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
