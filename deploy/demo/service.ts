/** Starts the real service with data of its own on a free port, and stops it again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configSchema } from '#src/operations/config.js';
import { environmentFor } from '#src/operations/process-environment.js';

export interface RunningService {
  readonly url: string;
  readonly dataFolder: string;
  /** Milliseconds from the start of its first process until everything answers. */
  readonly startMs: number;
  /** Rejects when the service ends by itself. */
  readonly ended: Promise<never>;
  /** The newest complaint in its log. */
  complaint(): Promise<string | undefined>;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly logPath: string;
  /** Of an earlier start; without it a new one is made. */
  readonly dataFolder?: string;
  /** Leaves the database and the pictures where they are. */
  readonly keepData: boolean;
  /** Settings besides the defaults. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 25_000;
/**
 * What the person who starts the demo may choose; everything else is as on a fresh machine. A Redis of their own is not
 * theirs to lend: other workers take jobs from it.
 */
const OWN_CHOICE: ReadonlySet<string> = new Set(['CHECKPOINT', 'ENGINE', 'TRAIN_STEPS', 'LOG_LEVEL']);
const PINO_ERROR = 50;

export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { logPath, keepData, environment, signal } = options;
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'petbooth-demo-')));
  const port = await freePort();
  const log = await open(logPath, 'w');
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', fileURLToPath(new URL('../../src/start.ts', import.meta.url))],
    {
      // Over the channel the service says that it is ready, and notices when nobody is left to stop it.
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
      env: {
        ...environmentFor('petbooth', process.env),
        ...defaults(),
        ...environment,
        DATA_DIR: dataFolder,
        WEB_HOST: '127.0.0.1',
        WEB_PORT: String(port),
      },
    },
  );
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  await log.close();
  const complaint = () => newestComplaint(logPath);
  const ended = exited.then(async () => {
    throw new Error(`the service ended by itself${colon(await complaint())}`);
  });
  ended.catch(() => {});
  const stop = async () => {
    await stopChild(child, exited);
    if (!keepData) await rm(dataFolder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await Promise.race([untilReady(child), ended, ...(signal ? [rejectOn(signal)] : [])]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    dataFolder,
    startMs: performance.now() - startedAt,
    ended,
    complaint,
    stop,
  };
}

/** An empty value counts as unset, and keeps an .env file from filling it in. */
function defaults(): Record<string, string> {
  const names = Object.keys(configSchema.shape).filter((name) => !OWN_CHOICE.has(name));
  return Object.fromEntries(names.map((name) => [name, '']));
}

async function untilReady(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`the service was not ready within ${READY_TIMEOUT_MS / 1000} s`)),
      READY_TIMEOUT_MS,
    ).unref();
    child.on('message', ({ type, message }: { readonly type: string; readonly message?: string }) => {
      clearTimeout(late);
      if (type === 'ready') resolve();
      else reject(new Error(`the service cannot start${colon(message)}`));
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

async function newestComplaint(logPath: string): Promise<string | undefined> {
  const lines = (await readFile(logPath, 'utf8').catch(() => '')).split('\n').reverse();
  for (const line of lines) {
    const entry = parseJson(line);
    if (!entry || entry.level < PINO_ERROR) continue;
    const detail = entry.err?.message ?? entry.reason;
    return [entry.msg, detail].filter((part, index, all) => part && all.indexOf(part) === index).join(': ');
  }
  // Not even a log: something like a syntax error, whose message comes last.
  return lines.find((line) => /^\w*Error\b/.test(line));
}

function parseJson(line: string) {
  try {
    return JSON.parse(line) as { level: number; msg?: string; reason?: string; err?: { message?: string } };
  } catch {
    return undefined;
  }
}

const colon = (reason: string | undefined) => (reason ? `: ${reason}` : '');

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
