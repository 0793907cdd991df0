import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Images and layers are kept from run to run. */
export const workFolder = join(tmpdir(), 'petbooth-images');

const startTimeoutMs = 60_000;
const maxOutputBytes = 64 * 1024 * 1024;

export interface ContainerEngine {
  /** Runs one of its programs. @returns what it wrote to standard output */
  run(program: 'docker' | 'docker-compose', args: readonly string[]): Promise<string>;
  /** How Compose is called here: as a plugin, or as Debian's program. */
  readonly compose: readonly ['docker' | 'docker-compose', ...string[]];
  stop(): Promise<void>;
}

/** Why there can be no engine here, or undefined where there can. */
export function whyNoEngine(): string | undefined {
  if (!isThere('docker')) return 'Docker is not installed (`apt-get install docker.io docker-compose`)';
  if (!isThere('docker', 'compose', 'version') && !isThere('docker-compose')) return 'Docker Compose is not installed';
  if (isThere('docker', 'info')) return undefined;
  if (!isThere('dockerd')) return 'no Docker Engine answers, and none is installed (`apt-get install docker.io`)';
  return process.getuid?.() === 0 ? undefined : 'no Docker Engine answers, and starting one takes root';
}

/** The engine of this machine, or one of the tests' own. */
export async function startEngine(): Promise<ContainerEngine> {
  const isRunning = isThere('docker', 'info');
  mkdirSync(workFolder, { recursive: true, mode: 0o700 });
  const host = `unix://${join(workFolder, 'docker.sock')}`;
  const environment = isRunning ? process.env : { ...process.env, DOCKER_HOST: host };
  const stop = isRunning ? async () => {} : await launch(host);
  return {
    compose: isThere('docker', 'compose', 'version') ? ['docker', 'compose'] : ['docker-compose'],
    async run(program, args) {
      return (await promisify(execFile)(program, args, { env: environment, maxBuffer: maxOutputBytes })).stdout;
    },
    stop,
  };
}

async function launch(host: string): Promise<() => Promise<void>> {
  const log = openSync(join(workFolder, 'dockerd.log'), 'w', 0o600);
  const folders = ['--data-root', join(workFolder, 'data'), '--exec-root', join(workFolder, 'exec')];
  const daemon = spawn('dockerd', ['--host', host, '--pidfile', join(workFolder, 'dockerd.pid'), ...folders], {
    stdio: ['ignore', log, log],
  });
  const ended = new Promise<void>((resolve) => daemon.once('exit', () => resolve()));
  const deadline = performance.now() + startTimeoutMs;
  while (!isThere('docker', '--host', host, 'info')) {
    if (daemon.exitCode !== null || performance.now() > deadline)
      throw new Error(`dockerd does not start: ${join(workFolder, 'dockerd.log')}`);
    await sleep(200);
  }
  return async () => {
    daemon.kill('SIGTERM');
    await ended;
  };
}

function isThere(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args.length > 0 ? args : ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
