/** A process of the service that says when it is ready, and is stopped again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';

export interface StartedProcess {
  /** Rejects when it says why it cannot start, or is late. */
  readonly ready: Promise<void>;
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

export interface StartProcessOptions {
  /** How messages call it. */
  readonly name: string;
  /** What Node is given. */
  readonly parameters: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What it prints is added there. */
  readonly logPath: string;
}

const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 25_000;

export async function startProcess(options: StartProcessOptions): Promise<StartedProcess> {
  const { name, parameters, environment, logPath } = options;
  const log = await open(logPath, 'a');
  const child = spawn(process.execPath, parameters, {
    // Over the channel it says that it is ready, and notices when nobody is left to stop it.
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    env: environment,
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  await log.close();
  const ready = untilReady(child, name);
  ready.catch(() => {});
  return { ready, exited, stop: () => stopChild(child, exited) };
}

async function untilReady(child: ChildProcess, name: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`the ${name} was not ready within ${READY_TIMEOUT_MS / 1000} s`)),
      READY_TIMEOUT_MS,
    ).unref();
    child.on('message', ({ type, message }: { readonly type: string; readonly message?: string }) => {
      clearTimeout(late);
      if (type === 'ready') resolve();
      else reject(new Error(`the ${name} cannot start${message ? `: ${message}` : ''}`));
    });
  });
}

async function stopChild(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(late);
}
