import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningService, startService } from '#deploy/demo/service.js';
import { packageRoot } from '#src/core/package-root.js';
import { configSchema } from '#src/operations/config.js';
import { environmentFor, processVariables } from '#src/operations/process-environment.js';
import { PhotoDecoder } from '#src/photos/decoder/photo-decoder.js';
import { TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
import { waitFor } from '#test/helpers/wait-for.js';

const secrets = {
  DISCORD_TOKEN: `${'d'.repeat(24)}.${'i'.repeat(6)}.${'s'.repeat(30)}`,
  TELEGRAM_TOKEN: `4711:${'t'.repeat(30)}`,
  TELEGRAM_WEBHOOK_SECRET: 'w'.repeat(32),
};
/** What a machine may know and no process of ours needs. */
const foreign = { AWS_SECRET_ACCESS_KEY: 'aws-secret', DATABASE_PASSWORD: 'database-secret' };
const engineLoader = pathToFileURL(join(packageRoot, 'test/e2e/demo-preload.mjs')).href;

let folder: string;
let service: RunningService | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pb-env-'));
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  rmSync(folder, { recursive: true, force: true });
});

interface Seen {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Every process below another one, with what it was started with. */
function processesBelow(processId: number): Seen[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = all.filter((name) => new RegExp(`^PPid:\\s+${processId}$`, 'm').test(read(name, 'status')));
  return children.flatMap((child) => [seen(child), ...processesBelow(Number(child))]);
}

function seen(processId: string): Seen {
  const parts = (name: string) => read(processId, name).split('\0').filter(Boolean);
  const environment = Object.fromEntries(
    parts('environ').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  return { command: parts('cmdline').join(' '), environment };
}

/** Nothing where the process has just ended. */
function read(processId: string, name: string): string {
  try {
    return readFileSync(`/proc/${processId}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

const secretsOf = ({ environment }: Seen) =>
  Object.entries({ ...secrets, ...foreign }).filter(([name, value]) =>
    Object.entries(environment).some(([found, held]) => found === name || held.includes(value)),
  );

test('each process of the service is given its own variables and no others', async () => {
  const telegram = await TelegramEmulator.start({ token: secrets.TELEGRAM_TOKEN });
  try {
    Object.assign(process.env, foreign);
    service = await startService({
      logPath: join(folder, 'log'),
      keepData: false,
      environment: {
        CHECKPOINT: folder,
        // What takes the engine's place is a source.
        COMPILED_CHILDREN: '',
        NODE_OPTIONS: `--import ${engineLoader}`,
        TELEGRAM_TOKEN: secrets.TELEGRAM_TOKEN,
        TELEGRAM_API_ROOT: telegram.apiRoot,
      },
    });
    const all = processesBelow(process.pid);
    const named = (part: string) => all.filter(({ command }) => command.includes(part));
    const [bot] = named('src/main.ts');
    expect(bot!.environment.TELEGRAM_TOKEN).toBe(secrets.TELEGRAM_TOKEN);
    for (const [part, name] of [
      ['src/main.ts', 'bot'],
      ['workers/main.ts', 'worker'],
      ['workers/engine/engine-process.ts', 'engine'],
      ['redis', 'redis'],
    ] as const) {
      const found = named(part);
      expect(found.length, part).toBeGreaterThan(0);
      for (const each of found) {
        const strange = Object.keys(each.environment).filter(
          (variable) =>
            !(processVariables[name] as readonly string[]).includes(variable) &&
            variable !== 'NODE_CHANNEL_FD' &&
            variable !== 'NODE_CHANNEL_SERIALIZATION_MODE',
        );
        expect(strange, part).toEqual([]);
        if (name !== 'bot') expect(secretsOf(each), part).toEqual([]);
      }
    }
    expect(named('workers/engine/engine-process.ts')[0]!.environment).not.toHaveProperty('REDIS_URL');
  } finally {
    for (const name of Object.keys(foreign)) delete process.env[name];
    await service?.stop();
    service = undefined;
    await telegram.stop();
  }
});

test('a file .env gives a worker what is a worker’s, and its children no more than that', () => {
  const lines = Object.entries({
    ...secrets,
    DATA_DIR: folder,
    REDIS_URL: 'redis://:pass-word@127.0.0.1:1',
    TRAIN_STEPS: '7',
  });
  writeFileSync(join(folder, '.env'), lines.map(([name, value]) => `${name}=${value}\n`).join(''));
  const ofSource = (path: string) => JSON.stringify(pathToFileURL(join(packageRoot, path)).href);
  const script = `
    const { execFileSync } = await import('node:child_process');
    const { runProcess } = await import(${ofSource('src/operations/run-process.ts')});
    const { environmentFor } = await import(${ofSource('src/operations/process-environment.ts')});
    await runProcess('worker', async (config) => {
      const env = environmentFor('engine', process.env);
      const child = JSON.parse(execFileSync(process.execPath, ['-p', 'JSON.stringify(process.env)'], { env, encoding: 'utf8' }));
      const inherited = JSON.parse(execFileSync(process.execPath, ['-p', 'JSON.stringify(process.env)'], { encoding: 'utf8' }));
      console.log(JSON.stringify({ config, child, inherited }));
      return { stop: async () => {} };
    });
    process.exit(0);`;
  const printed = execFileSync(
    process.execPath,
    ['--conditions=source', '--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script],
    { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH, DISCORD_TOKEN: secrets.DISCORD_TOKEN } },
  );
  const { config, child, inherited } = JSON.parse(printed.trim().split('\n').at(-1)!);
  expect(config).toMatchObject({ TRAIN_STEPS: 7, REDIS_URL: 'redis://:pass-word@127.0.0.1:1' });
  for (const name of Object.keys(secrets)) {
    expect(config).not.toHaveProperty(name);
    expect(inherited).not.toHaveProperty(name);
  }
  expect(Object.keys(child).filter((name) => name !== 'PATH')).toEqual([]);
});

test('what looks at strangers’ pictures is given nothing at all', async () => {
  Object.assign(process.env, secrets);
  const decoder = new PhotoDecoder({ maxProcesses: 1, maxMemoryBytes: 2 ** 30, maxWorkMs: 60_000, timeoutMs: 60_000 });
  try {
    expect(environmentFor('pictures', process.env)).toEqual({});
    const decoding = decoder
      .for({ platform: 'web', id: 'a', name: 'Anna' })('keep', async () => ({
        bytes: new Uint8Array(16),
        limits: { maxBytes: 100, maxPixels: 1e6 },
        maxSide: 64,
      }))
      .catch(() => {});
    const found = await waitFor('the process', () =>
      processesBelow(process.pid).find(({ command }) => command.includes('decoder-process')),
    );
    expect(Object.keys(found.environment).filter((name) => !name.startsWith('NODE_CHANNEL'))).toEqual([]);
    await decoding;
  } finally {
    decoder.stop();
    for (const name of Object.keys(secrets)) delete process.env[name];
  }
});

test('containers are given what their process is given', () => {
  const compose = readFileSync(join(packageRoot, 'deploy/compose.yaml'), 'utf8');
  const namesIn = (part: string) => [...part.matchAll(/^\s+([A-Z][A-Z\d_]+):/gm)].map((match) => match[1]!);
  const shared = namesIn(compose.slice(compose.indexOf('x-everywhere:'), compose.indexOf('services:')));
  for (const name of ['bot', 'worker'] as const) {
    const from = compose.indexOf(`\n  ${name}:`);
    const to = compose.slice(from + 1).search(/\n( {2})?[a-z]+:\n/);
    const names = [...shared, ...namesIn(compose.slice(from, from + 1 + to))];
    const settings = processVariables[name].filter((variable) => Object.hasOwn(configSchema.shape, variable));
    expect(names.toSorted(), name).toEqual([...settings].toSorted());
  }
  expect(compose).not.toContain('env_file');
});
