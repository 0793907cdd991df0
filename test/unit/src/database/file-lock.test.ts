import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownerOf, tryLock } from '#src/database/file-lock.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'petbooth-lock-'));
  path = join(folder, 'a.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a lock is had once, and again after its release', () => {
  const release = tryLock(path);
  expect(release).toBeDefined();
  expect(ownerOf(path)).toBe(process.pid);
  expect(tryLock(path)).toBeUndefined();
  release?.();
  expect(tryLock(path)).toBeDefined();
});

test('a living process keeps its lock, a dead one loses it', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const ended = new Promise((resolve) => other.once('exit', resolve));
  try {
    writeFileSync(path, String(other.pid));
    expect(tryLock(path)).toBeUndefined();
  } finally {
    other.kill('SIGKILL');
    await ended;
  }
  expect(tryLock(path)).toBeDefined();
  expect(ownerOf(path)).toBe(process.pid);
});

test.runIf(process.platform === 'linux')(
  'a process that got the number of the dead owner does not hold its lock',
  () => {
    writeFileSync(path, `${process.ppid} 1`);
    expect(tryLock(path)).toBeDefined();
    expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${process.pid} \\d+$`));
  },
);
