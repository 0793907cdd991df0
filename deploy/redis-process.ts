import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, lock, tryLock } from '#src/database/file-lock.js';
import { environmentFor } from '#src/operations/process-environment.js';

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the last of them a zero. */
const maxSocketPathBytes = process.platform === 'darwin' ? 103 : 107;
const lockTimeoutMs = 45_000;
const startTimeoutMs = 30_000;
const stopTimeoutMs = 20_000;

export interface ManagedRedis {
  readonly socketPath: string;
  /** Whether this call started the server, or found it running. */
  readonly isNew: boolean;
  /** Starts the server again where it is gone. @returns whether it had to */
  revive(): Promise<boolean>;
  /** Gives it up; the last process to do so stops the server. */
  stop(): Promise<void>;
}

/**
 * Starts a Redis that keeps its data in `folder`, or joins the one that is running there. Every process that uses it
 * leaves a file named after its process id under `users/`, so that the server stops with the last of them.
 */
export async function startManagedRedis(
  serverPath: string | (() => Promise<string>),
  folder: string,
): Promise<ManagedRedis> {
  mkdirSync(join(folder, 'users'), { recursive: true, mode: 0o700 });
  const socketPath = chooseSocketPath(folder);
  const lockPath = join(folder, 'starting.lock');
  const user = join(folder, 'users', `${process.pid}-${randomBytes(4).toString('hex')}`);
  const startWhereAbsent = async (): Promise<boolean> => {
    if (await isAnswering(socketPath)) return false;
    await stopUnreachable(folder);
    await start(typeof serverPath === 'string' ? serverPath : await serverPath(), folder, socketPath);
    return true;
  };
  const locked = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const release = await lock(lockPath, lockTimeoutMs);
    try {
      return await work();
    } finally {
      release();
    }
  };
  const isNew = await locked(async () => {
    const hadTo = await startWhereAbsent();
    writeFileSync(user, '');
    return hadTo;
  });

  // A detached server outlives a crash; without this it would also outlive process.exit().
  const onExit = () => {
    const releaseNow = tryLock(lockPath);
    if (!releaseNow) return;
    if (leave(folder, user)) {
      // Whoever starts next must not join a server that is about to end.
      rmSync(socketPath, { force: true });
      signalServer(folder, 'SIGTERM');
    }
    releaseNow();
  };
  process.on('exit', onExit);
  let stopping: Promise<void> | undefined;
  const stop = () =>
    locked(async () => {
      process.off('exit', onExit);
      if (leave(folder, user)) await stopServer(folder);
    });
  return {
    socketPath,
    isNew,
    async revive() {
      // Most of the time it answers, and nobody needs to wait for the lock.
      if (stopping || (await ping(socketPath)) !== 'absent') return false;
      return locked(async () => !stopping && (await startWhereAbsent()));
    },
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Beside the data where the path fits, else in a private temporary folder whose name follows from the data's. */
export function chooseSocketPath(folder: string, temporaryFolder: string = tmpdir()): string {
  const beside = join(folder, 'redis.sock');
  if (Buffer.byteLength(beside) <= maxSocketPathBytes) return beside;
  const name = `petbooth-${process.getuid?.() ?? 0}-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16)}`;
  const candidates = [temporaryFolder, '/tmp'].map((parent) => join(parent, name));
  const short = candidates.find((candidate) => Buffer.byteLength(join(candidate, 'redis.sock')) <= maxSocketPathBytes);
  if (short === undefined)
    throw new Error(`no folder for a socket: ${beside} is longer than ${maxSocketPathBytes} bytes`);
  mkdirSync(short, { recursive: true, mode: 0o700 });
  const found = lstatSync(short);
  if (!found.isDirectory() || (process.getuid && found.uid !== process.getuid())) {
    throw new Error(`${short} belongs to somebody else: set TMPDIR, or a DATA_DIR with a shorter path`);
  }
  chmodSync(short, 0o700);
  return join(short, 'redis.sock');
}

type Answer = 'ready' | 'loading' | 'absent' | 'silent';

/** One PING over the socket. `absent`: nothing listens, so the file, if any, is a leftover. */
export function ping(socketPath: string, timeoutMs = 1000): Promise<Answer> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ path: socketPath });
    const finish = (result: Answer) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => finish('silent'));
    socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code === 'EAGAIN' ? 'silent' : 'absent'));
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('close', () => resolve('absent'));
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      if (!answer.includes('\r\n')) return;
      finish(answer.startsWith('+PONG') ? 'ready' : 'loading');
    });
  });
}

async function isAnswering(socketPath: string): Promise<boolean> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const answer = await ping(socketPath);
    if (answer === 'ready') return true;
    if (answer === 'absent') return false;
    if (Date.now() > deadline)
      throw new Error(
        `the Redis behind ${socketPath} has not answered for ${startTimeoutMs / 1000} s: stop it and start again`,
      );
    await sleep(100);
  }
}

async function start(serverPath: string, folder: string, socketPath: string): Promise<void> {
  rmSync(socketPath, { force: true });
  const logPath = join(folder, 'redis.log');
  const log = openSync(logPath, 'w', 0o600);
  const settings: Record<string, string> = {
    port: '0',
    unixsocket: socketPath,
    unixsocketperm: '700',
    dir: folder,
    daemonize: 'no',
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    // BullMQ loses jobs where Redis may evict keys.
    'maxmemory-policy': 'noeviction',
  };
  const child = spawn(
    serverPath,
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    {
      cwd: folder,
      env: environmentFor('redis', process.env),
      // Its own process group: Ctrl-C reaches us alone, and we stop the server after everything that needs it.
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  // Redis would delete a pid file of its own a moment before it lets go of the socket.
  if (child.pid !== undefined) writeFileSync(pidPath(folder), String(child.pid), { mode: 0o600 });
  let failure: string | undefined;
  child.on('error', (error) => {
    failure = error.message;
  });
  child.on('exit', (code, signal) => {
    failure ??= signal ? `it was ended by ${signal}` : `exit status ${code}`;
  });
  const deadline = Date.now() + startTimeoutMs;
  while (failure === undefined && Date.now() < deadline) {
    if ((await ping(socketPath)) === 'ready') {
      child.unref();
      return;
    }
    await sleep(20);
  }
  child.kill('SIGKILL');
  throw new Error(
    `${serverPath} did not start: ${failure ?? `no answer within ${startTimeoutMs / 1000} s`}\n${tail(logPath)}`,
  );
}

/** A server whose socket file is gone would write to the same files as a second one: it has to go first. */
async function stopUnreachable(folder: string): Promise<void> {
  if (serverPid(folder) !== undefined) await stopServer(folder);
}

async function stopServer(folder: string): Promise<void> {
  const pid = serverPid(folder);
  if (pid === undefined) return;
  const deadline = Date.now() + stopTimeoutMs;
  process.kill(pid, 'SIGTERM');
  while (isAlive(pid)) {
    if (Date.now() > deadline)
      throw new Error(`Redis (process ${pid}) has not stopped within ${stopTimeoutMs / 1000} s`);
    await sleep(20);
  }
}

function signalServer(folder: string, signal: NodeJS.Signals): void {
  const pid = serverPid(folder);
  if (pid !== undefined) process.kill(pid, signal);
}

/** The server that was started last, if that process still runs and is one. */
function serverPid(folder: string): number | undefined {
  const pid = Number(readIfThere(pidPath(folder)));
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined;
  if (process.platform !== 'linux') return pid;
  return /redis|valkey/.test(readIfThere(`/proc/${pid}/cmdline`)) ? pid : undefined;
}

/** A process that has ended and only waits for its parent to notice does not count. */
function isAlive(pid: number): boolean {
  return isRunning(pid) && !/^State:\s+Z/m.test(readIfThere(`/proc/${pid}/status`));
}

/** @returns whether nobody else uses the server */
function leave(folder: string, user: string): boolean {
  rmSync(user, { force: true });
  let isAlone = true;
  for (const name of readdirSync(join(folder, 'users'))) {
    if (isRunning(Number.parseInt(name, 10))) isAlone = false;
    else rmSync(join(folder, 'users', name), { force: true });
  }
  return isAlone;
}

function pidPath(folder: string): string {
  return join(folder, 'redis.pid');
}

function tail(path: string): string {
  return readIfThere(path).trimEnd().split('\n').slice(-10).join('\n');
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
