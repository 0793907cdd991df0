import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type EnsuredRedis, ensureRedis } from '#deploy/ensure-redis.js';
import { findServer } from '#deploy/install-redis.js';
import { chooseSocketPath, ping } from '#deploy/redis-process.js';
import { isRunning } from '#src/database/file-lock.js';
import { waitFor } from '#test/helpers/wait-for.js';

const folders: string[] = [];
const handles: EnsuredRedis[] = [];
const newFolder = (prefix = 'petbooth-redis-') => {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  folders.push(folder);
  return folder;
};
const ensure = async (dataDir: string, redisUrl?: string) => {
  const messages: string[] = [];
  const handle = await ensureRedis({ dataDir, redisUrl, onMessage: (message) => messages.push(message) });
  handles.push(handle);
  return { ...handle, messages };
};
const pidIn = (dataDir: string) => Number(readFileSync(join(dataDir, 'redis/redis.pid'), 'utf8'));

afterEach(async () => {
  for (const handle of handles.splice(0)) await handle.stop();
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('the path of the socket', () => {
  test('it lies beside the data where it fits, else in a private temporary folder, always within 107 bytes', () => {
    const folder = newFolder();
    expect(chooseSocketPath(folder)).toBe(join(folder, 'redis.sock'));
    const deep = join(folder, 'ä'.repeat(60));
    mkdirSync(deep);
    const path = chooseSocketPath(deep);
    expect(path.startsWith(tmpdir())).toBe(true);
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(107);
    expect(chooseSocketPath(deep)).toBe(path);
    const deepTemporary = join(folder, 't'.repeat(100));
    expect(chooseSocketPath(deep, deepTemporary).startsWith('/tmp/petbooth-')).toBe(true);
  });
});

describe.skipIf(findServer(process.env.PATH) === undefined)('a managed Redis', () => {
  test('one that was killed is started again on the same socket, with everything it was told', async () => {
    const dataDir = newFolder();
    const { url, revive } = await ensure(dataDir);
    expect(await revive()).toBe(false);
    const redis = new Redis(url);
    redis.on('error', () => {});
    await redis.set('kept', 'yes');
    process.kill(pidIn(dataDir), 'SIGKILL');
    await waitFor('its end', async () => (await ping(url)) === 'absent');
    expect(await revive()).toBe(true);
    expect(await redis.get('kept')).toBe('yes');
    redis.disconnect();
  });

  test('it listens on a socket only, appends to a file, and never evicts', async () => {
    const { url, messages } = await ensure(newFolder());
    const redis = new Redis(url);
    const setting = async (name: string) => ((await redis.config('GET', name)) as string[])[1];
    expect(await setting('port')).toBe('0');
    expect(await setting('appendonly')).toBe('yes');
    expect(await setting('maxmemory-policy')).toBe('noeviction');
    expect(messages).toEqual([`started Redis on ${url}`]);
    redis.disconnect();
  });

  test('what was written is there after a stop and a start', async () => {
    const dataDir = newFolder();
    const first = await ensure(dataDir);
    const redis = new Redis(first.url);
    await redis.set('pet', 'Biscuit');
    redis.disconnect();
    const pid = pidIn(dataDir);
    await first.stop();
    await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false);
    const again = new Redis((await ensure(dataDir)).url);
    expect(await again.get('pet')).toBe('Biscuit');
    again.disconnect();
  });

  test('a second user of the same data joins the running server, which stops with the last one', async () => {
    const dataDir = newFolder();
    const [first, second] = await Promise.all([ensure(dataDir), ensure(dataDir)]);
    expect(second.url).toBe(first.url);
    expect([...first.messages, ...second.messages].map((message) => message.split(' ')[0]).sort()).toEqual([
      'joined',
      'started',
    ]);
    await first.stop();
    expect(await ping(first.url)).toBe('ready');
    await second.stop();
    expect(await ping(first.url)).toBe('absent');
  });

  test('the socket and the lock of a server that was killed do not stand in the way', async () => {
    const dataDir = newFolder();
    const { url } = await ensure(dataDir);
    process.kill(pidIn(dataDir), 'SIGKILL');
    writeFileSync(join(dataDir, 'redis/starting.lock'), '999999999');
    expect(existsSync(url)).toBe(true);
    const { messages } = await ensure(dataDir);
    expect(messages).toEqual([`started Redis on ${url}`]);
  });

  test('a server whose socket file was deleted is replaced, never doubled', async () => {
    const dataDir = newFolder();
    const { url } = await ensure(dataDir);
    const pid = pidIn(dataDir);
    rmSync(url);
    await ensure(dataDir);
    expect(pidIn(dataDir)).not.toBe(pid);
    await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false);
    expect(await ping(url)).toBe('ready');
  });

  test('a server that cannot start is reported with its own last words', async () => {
    const dataDir = newFolder();
    mkdirSync(join(dataDir, 'redis/appendonlydir'), { recursive: true });
    writeFileSync(join(dataDir, 'redis/appendonlydir/appendonly.aof.manifest'), 'nonsense\n');
    await expect(ensure(dataDir)).rejects.toThrow(/did not start: exit status 1[\s\S]*manifest/i);
  });

  test('a data folder with spaces and quotes in its name works', async () => {
    const { url } = await ensure(join(newFolder(), `my "pets" and 'more'`));
    expect(await ping(url)).toBe('ready');
  });

  test('the command prints the address and takes its server along when it is ended', async () => {
    const dataDir = newFolder();
    const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', 'deploy/ensure-redis.ts'], {
      env: { ...process.env, DATA_DIR: dataDir, REDIS_URL: '' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const url = line.toString().trim();
    expect(await ping(url)).toBe('ready');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await ping(url)).toBe('absent');
  });
});

describe('REDIS_URL', () => {
  test.skipIf(findServer(process.env.PATH) === undefined)(
    'a server that answers is used and left running',
    async () => {
      const { url } = await ensure(newFolder());
      const other = await ensure(newFolder(), `unix://${url}`);
      expect(other.url).toBe(url);
      await other.stop();
      expect(await ping(url)).toBe('ready');
    },
  );

  test('a server that does not answer is named without its password', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    const failure = await ensure(newFolder(), `redis://somebody:secret@127.0.0.1:${port}/0`).catch(
      (error: Error) => error.message,
    );
    expect(failure).toContain(`redis://127.0.0.1:${port}/0 does not answer`);
    expect(failure).not.toContain('secret');
  });
});
