import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '#src/core/package-root.js';
import { Lease } from '#src/database/lease.js';
import { fromSource } from '#src/operations/child-module.js';
import { waitFor } from '#test/helpers/wait-for.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-start-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a second start on a folder says who is there, starts nothing, and can be ended', async () => {
  const first = await Lease.acquire(join(folder, 'start.lease'));
  const second = spawn(process.execPath, [...fromSource, 'src/start.ts'], {
    cwd: packageRoot,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DOTENV_CONFIG_PATH: '/dev/null', DATA_DIR: folder },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const ended = once(second, 'exit');
  let said = '';
  second.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await waitFor('it to say so', () => said.includes(`process ${process.pid} on`), 30_000);
  expect(await readdir(folder)).toEqual(['start.lease']);
  second.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  first.check();
  first.release();
});
