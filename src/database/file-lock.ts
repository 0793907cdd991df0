import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const unreadableLockMaxAgeMs = 10_000;

/**
 * A file that names its owner, by process id and the moment that process began: after a restart of the machine or of a
 * container the same number belongs to somebody else. One left by a process that died is taken over.
 */
export function tryLock(path: string): (() => void) | undefined {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(path, nameOf(process.pid), { flag: 'wx', mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    if (!removeAbandoned(path)) return undefined;
  }
  return undefined;
}

/** Waits for the lock, at most `timeoutMs`. */
export async function lock(path: string, timeoutMs: number): Promise<() => void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const release = tryLock(path);
    if (release) return release;
    if (Date.now() > deadline) {
      throw new Error(
        `${path} has been locked by process ${ownerOf(path) ?? 'unknown'} for ${timeoutMs / 1000} s: if nothing is starting, delete it`,
      );
    }
    await sleep(50);
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Whether a process of this name, as `nameOf` gives it, runs. A name without a moment is of a system that tells none. */
export function isAlive(name: string): boolean {
  const pid = Number(name.split(' ')[0]);
  return isRunning(pid) && (name === nameOf(pid) || name === String(pid));
}

/** The process that holds a lock, living or dead; undefined where the file says nothing. */
export function ownerOf(path: string): number | undefined {
  const pid = Number(readOwner(path)?.split(' ')[0]);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

function removeAbandoned(path: string): boolean {
  const owner = readOwner(path);
  const pid = ownerOf(path);
  if (pid !== undefined && owner !== undefined && isAlive(owner)) return false;
  if (pid === undefined && ageMs(path) < unreadableLockMaxAgeMs) return false;
  const aside = `${path}.${process.pid}.abandoned`;
  try {
    renameSync(path, aside);
    // Between reading and renaming, another process may have taken the lock over: then it is put back.
    if (readOwner(aside) !== owner) linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EEXIST') throw error;
  }
  rmSync(aside, { force: true });
  return true;
}

function readOwner(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * A process and the moment in which it began.
 * Field 22 of /proc/<pid>/stat, after the name in brackets that may hold spaces: ticks between the boot and the start.
 */
export function nameOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const startedAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${pid} ${startedAt}`;
  } catch {
    return String(pid);
  }
}

function ageMs(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
