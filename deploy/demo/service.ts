/** Starts the real service with data of its own on a free port, and stops it again. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromSource } from '#src/operations/child-module.js';
import { configSchema } from '#src/operations/config.js';
import { environmentFor } from '#src/operations/process-environment.js';
import { freePort } from './free-port.js';
import { startProcess } from './started-process.js';

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
  await writeFile(logPath, '');
  const startedAt = performance.now();
  const {
    ready,
    exited,
    stop: stopProcess,
  } = await startProcess({
    name: 'service',
    parameters: [...fromSource, fileURLToPath(new URL('../../src/start.ts', import.meta.url))],
    environment: {
      ...environmentFor('petbooth', process.env),
      ...freshSettings(),
      ...environment,
      DATA_DIR: dataFolder,
      WEB_HOST: '127.0.0.1',
      WEB_PORT: String(port),
    },
    logPath,
  });
  const complaint = () => newestComplaint(logPath);
  const ended = exited.then(async () => {
    throw new Error(`the service ended by itself${colon(await complaint())}`);
  });
  ended.catch(() => {});
  const stop = async () => {
    await stopProcess();
    if (!keepData) await rm(dataFolder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await Promise.race([ready, ended, ...(signal ? [rejectOn(signal)] : [])]);
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

/** Nothing but what whoever starts the demo may choose. An empty value counts as unset, and keeps an .env file from filling it in. */
export function freshSettings(): Record<string, string> {
  const names = Object.keys(configSchema.shape).filter((name) => !OWN_CHOICE.has(name));
  return Object.fromEntries(names.map((name) => [name, '']));
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
