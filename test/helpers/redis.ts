import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

export interface TestRedis {
  /** Path of the unix socket. */
  readonly url: string;
  /** The server goes away in an instant. */
  kill(): Promise<void>;
  /** The same address again, with everything as it was. */
  restart(): Promise<void>;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A Redis or Valkey of the test's own on a unix socket, with an append-only file until `stop`.
 * @param on what its command is preceded by, to run it on a machine of the test's own, where it listens on the usual port, too
 */
export async function startTestRedis(on: readonly string[] = []): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-redis-'));
  const url = join(folder, 'redis.sock');
  let server = await launch(folder, url, on);
  return {
    url,
    async kill() {
      await end(server, 'SIGKILL');
    },
    async restart() {
      await end(server, 'SIGKILL');
      server = await launch(folder, url, on);
    },
    async flush() {
      const redis = new Redis({ path: url });
      await redis.flushall();
      redis.disconnect();
    },
    async stop() {
      await end(server, 'SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function findServer(): string {
  for (const name of ['redis-server', 'valkey-server']) {
    try {
      return execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    } catch {
      // The other name, then.
    }
  }
  throw new Error('these tests need redis-server or valkey-server on the PATH, e.g. `apt-get install redis-server`');
}

async function launch(folder: string, socket: string, on: readonly string[]): Promise<ChildProcess> {
  await rm(socket, { force: true });
  const [program, ...before] = [...on, findServer()];
  const server = spawn(
    program!,
    [
      ...before,
      ...(on.length > 0 ? ['--protected-mode', 'no', '--bind', '0.0.0.0'] : ['--port', '0']),
      '--unixsocket',
      socket,
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'yes',
      '--appendfsync',
      'always',
      '--daemonize',
      'no',
    ],
    { stdio: 'ignore' },
  );
  const redis = new Redis({ path: socket, maxRetriesPerRequest: null, retryStrategy: () => 20 });
  redis.on('error', () => {});
  try {
    for (;;) {
      if (server.exitCode !== null) throw new Error(`redis-server ended with code ${server.exitCode}`);
      const answer = await redis.ping().catch(() => undefined);
      if (answer === 'PONG') return server;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    redis.disconnect();
  }
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill(signal);
  await ended;
}
