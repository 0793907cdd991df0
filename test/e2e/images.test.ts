import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '#src/core/package-root.js';
import { configSchema, secretNames } from '#src/operations/config.js';
import { type ProcessName, processVariables } from '#src/operations/process-environment.js';
import { WebClient } from '#src/platforms/web/web-client.js';
import { ComposedService, type ServiceName } from '#test/images/composed-service.js';
import { type ContainerEngine, startEngine, whyNoEngine } from '#test/images/container-engine.js';
import { type BaseImages, prepareBases } from '#test/images/make-bases.js';

const reason = whyNoEngine();
const minutes = 60_000;
const pagePort = 14_870;
const address = `http://127.0.0.1:${pagePort}`;
const always = ['redis', 'bot', 'worker'] as const satisfies readonly ServiceName[];
const telegramToken = '123456:AA-nobodys-token-on-telegram';
const settings = {
  PAGE_PORT: String(pagePort),
  PUBLIC_PORT: '0',
  LOG_LEVEL: 'info',
  // It has a secret that is not the worker's, and meets nobody.
  TELEGRAM_TOKEN: telegramToken,
  TELEGRAM_API_ROOT: 'http://127.0.0.1:9',
};

let engine: ContainerEngine;
let bases: BaseImages;
let service: ComposedService | undefined;

beforeAll(async () => {
  if (reason !== undefined) return;
  engine = await startEngine();
  bases = await prepareBases(engine);
  const base = bases.NODE_IMAGE === undefined ? [] : ['--build-arg', `NODE_IMAGE=${bases.NODE_IMAGE}`];
  const file = ['--file', join(packageRoot, 'deploy/Dockerfile'), '--tag', 'petbooth'];
  await engine.run('docker', ['build', '--network', 'host', ...base, ...file, packageRoot]);
}, 30 * minutes);
afterEach(async () => {
  await service?.remove();
  service = undefined;
});
afterAll(() => engine?.stop());

async function start(services: readonly ServiceName[], added: Readonly<Record<string, string>> = {}) {
  service = await ComposedService.prepare(engine, bases, { ...settings, ...added });
  await service.start(services);
  return service;
}

/** Asks for a picture, lets something happen while it is drawn, and sees it come once. */
async function drawThrough(words: string, happen: () => Promise<void>): Promise<void> {
  const before = await WebClient.open(address, { language: 'en' });
  await before.send(`/imagine ${words} count: 4`);
  await before.waitFor(({ progress = 0 }) => progress > 0, minutes);
  before.close();
  await happen();
  const client = await WebClient.open(address, { language: 'en', cookie: before.cookie });
  await client.waitFor(({ kind, pictures = [] }) => kind === 'result' && pictures.length > 0, 2 * minutes);
  // What came twice would have come by the time that something else is answered.
  await client.send('/help');
  await client.waitFor(({ author, text }) => author === 'bot' && text.includes('/train'), minutes);
  const drawn = client.messages.filter(({ text, pictures = [] }) => text.includes(words) && pictures.length > 0);
  expect(drawn.map(({ kind, pictures = [] }) => [kind, pictures.length])).toEqual([['result', 1]]);
  const { bytes, type } = await client.picture(drawn[0]!.pictures![0]!.src);
  expect([type, bytes.byteLength > 1000]).toEqual(['image/png', true]);
  client.close();
}

describe.skipIf(reason !== undefined)(reason === undefined ? 'in containers' : `in containers (${reason})`, () => {
  test('the image holds what runs and nothing that it was made with', async () => {
    const list = ['run', '--rm', '--network', 'none', 'petbooth', 'sh', '-c', 'ls -A . models node_modules; id -un'];
    const names = (await engine.run('docker', list)).split('\n');
    expect(names).toEqual(expect.arrayContaining(['dist', 'models', 'bullmq', 'onnxruntime-node', 'node']));
    for (const name of [
      'test',
      'typescript',
      'vitest',
      '@biomejs',
      's3rver',
      '.env',
      '.git',
      'toy-world',
      'package-lock.json',
    ])
      expect(names).not.toContain(name);
    const size = await engine.run('docker', ['image', 'inspect', '--format', '{{.Size}}', 'petbooth']);
    const baseSize = bases.NODE_IMAGE
      ? await engine.run('docker', ['image', 'inspect', '--format', '{{.Size}}', bases.NODE_IMAGE])
      : '0';
    const addedMegabytes = (Number(size) - Number(baseSize)) / 1e6;
    process.stdout.write(`the image adds ${addedMegabytes.toFixed(0)} MB to its base\n`);
    if (bases.NODE_IMAGE) expect(addedMegabytes).toBeLessThan(400);
  });

  test('with nothing configured a picture is drawn once through a restart of the bot, and a stop takes less than its grace', async () => {
    const running = await start(always);
    const client = await WebClient.open(address, { language: 'en' });
    await client.send('/help');
    await client.waitFor(({ author, text }) => author === 'bot' && text.includes('/train'), minutes);
    client.close();
    await drawThrough('a dog on a beach', async () => {
      await running.compose('restart', 'bot');
      await running.untilHealthy(['bot']);
    });

    for (const name of always) {
      const { HostConfig: host } = await running.inspect(name);
      expect([name, host.ReadonlyRootfs, host.CapAdd ?? []]).toEqual([name, true, []]);
      expect(await running.execute(name, 'id -u')).not.toBe('0');
      expect(await running.execute(name, 'grep CapEff /proc/1/status')).toMatch(/\t0{16}$/);
      expect(await running.execute(name, 'touch /usr/local/here')).toContain('Read-only file system');
    }
    await expectOnlyItsVariables(running, 'worker');
    await expectOnlyItsVariables(running, 'bot');
    expect(await running.execute('worker', "cat /proc/[0-9]*/environ | tr '\\0' '\\n'")).not.toContain('TELEGRAM');
    expect(await running.execute('bot', 'ls /data')).toContain('postgres');
    expect(await running.execute('worker', 'ls /data')).not.toContain('postgres');

    const since = performance.now();
    await running.compose('stop');
    expect(performance.now() - since).toBeLessThan(30_000);
    for (const name of always) {
      const { State: state } = await running.inspect(name);
      expect([name, state.Status, state.ExitCode]).toEqual([name, 'exited', 0]);
      expect(await running.logs(name)).not.toContain(telegramToken);
    }
  });

  test('with the profiles postgres and s3 a picture is drawn once through kills of bot and worker', async () => {
    const everything = [...always, 'postgres', 's3'] as const;
    const running = await start(everything, {
      COMPOSE_PROFILES: 'postgres,s3',
      DATABASE_URL: 'postgres://petbooth:its-password@postgres/petbooth',
      POSTGRES_PASSWORD: 'its-password',
      S3_ENDPOINT: 'http://s3:7070',
      S3_BUCKET: 'petbooth',
      S3_ACCESS_KEY_ID: 'S3RVER',
      S3_SECRET_ACCESS_KEY: 'S3RVER',
    });
    await drawThrough('a cat in the snow', async () => {
      await Promise.all([running.killAndStart('bot'), running.killAndStart('worker')]);
      await running.untilHealthy(['bot', 'worker']);
    });
    // Nothing that is kept is beside the servers.
    expect(await running.execute('bot', 'ls /data /data/blobs')).not.toMatch(/postgres|^[0-9a-f]{2}$/m);
    expect(await running.execute('s3', 'find /data -type f | head -1')).not.toBe('');
    for (const name of ['postgres', 's3'] as const) {
      expect((await running.inspect(name)).HostConfig.ReadonlyRootfs).toBe(true);
      expect(await running.execute(name, 'grep CapEff /proc/1/status')).toMatch(/\t0{16}$/);
    }
    expect(await running.execute('postgres', 'id -un')).toBe('postgres');
    await expectOnlyItsVariables(running, 'worker');
    await running.compose('stop');
    // Postgres goes at the same time, and a bot that has lost it ends at once; but nobody had to be killed.
    for (const name of everything)
      expect([name, (await running.inspect(name)).State.ExitCode]).not.toEqual([name, 137]);
  });
});

async function expectOnlyItsVariables(running: ComposedService, name: Extract<ProcessName, 'bot' | 'worker'>) {
  const { Config: config } = await running.inspect(name);
  const ours = config.Env.map((entry) => entry.split('=')[0]!).filter((variable) => variable in configSchema.shape);
  const allowed: readonly string[] = processVariables[name];
  expect(ours.filter((variable) => !allowed.includes(variable))).toEqual([]);
  const secrets = secretNames.filter((secret) => ours.includes(secret));
  expect(secrets.includes('TELEGRAM_TOKEN')).toBe(name === 'bot');
}
