import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const unreadableLockMaxAgeMs = 10_000;

/** A file holding its owner's process id; one left by a process that died is taken over. */
export function tryLock(path: string): (() => void) | undefined {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 });
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
        `${path} has been locked by process ${readOwner(path) ?? 'unknown'} for ${timeoutMs / 1000} s: if nothing is starting, delete it`,
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

function removeAbandoned(path: string): boolean {
  const owner = readOwner(path);
  if (owner !== undefined && owner !== process.pid && isRunning(owner)) return false;
  if (owner === process.pid) return false;
  if (owner === undefined && ageMs(path) < unreadableLockMaxAgeMs) return false;
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

function readOwner(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
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
