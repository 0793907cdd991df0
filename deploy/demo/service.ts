/** Starts the real service with empty data on a free port, and stops it again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface RunningService {
  readonly url: string;
  /** Milliseconds from the start to ready. */
  readonly startMs: number;
  /** Rejects when the service ends by itself. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 25_000;
const KEPT_LOG_LINES = 12;

/** @param environment further settings, such as CHECKPOINT */
export async function startService(environment: NodeJS.ProcessEnv = {}): Promise<RunningService> {
  const startedAt = performance.now();
  const dataFolder = await mkdtemp(join(tmpdir(), 'petbooth-demo-'));
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', fileURLToPath(new URL('../../src/start.ts', import.meta.url))],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment, DATA_DIR: dataFolder, WEB_HOST: '127.0.0.1', WEB_PORT: String(port) },
    },
  );
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.split('\n').filter(Boolean));
      lines.splice(0, lines.length - KEPT_LOG_LINES);
    });
  }
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ended = exited.then(() => {
    throw new Error(`the service ended by itself; its last words:\n${lines.join('\n')}`);
  });
  ended.catch(() => {});
  const stop = async () => {
    await stopChild(child, exited);
    await rm(dataFolder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await Promise.race([waitUntilReady(url), ended]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, startMs: performance.now() - startedAt, ended, stop };
}

async function stopChild(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(late);
}

async function waitUntilReady(url: string): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return;
    if (performance.now() > deadline) throw new Error(`the service was not ready within ${READY_TIMEOUT_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
