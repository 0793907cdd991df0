import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startChild } from '#test/helpers/child-process.js';
import { findPostgres, startTestPostgres, type TestPostgres } from '#test/helpers/postgres.js';
import { startTestRedis, type TestRedis } from '#test/helpers/redis.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { TestNetwork, whyNoNetwork } from '#test/machines/network.js';
import { PagePerson } from '#test/machines/page-person.js';
import { type S3OnMachine, startS3On } from '#test/machines/s3-server.js';
import { SupervisedChild } from '#test/machines/supervised-child.js';

const reason = findPostgres() === undefined ? 'Postgres is not installed' : whyNoNetwork();
const workers = ['worker-1', 'worker-2'] as const;
const pagePort = 4870;
/** Of the longest cut: connections then wait for seconds until they try again by themselves. */
const cutMs = { short: 6000, long: 20_000 } as const;
const recoveryMs = 90_000;

let folder: string;
let network: TestNetwork;
let redis: TestRedis;
let postgres: TestPostgres;
let s3: S3OnMachine;
let bot: SupervisedChild;
let workerOf: Record<(typeof workers)[number], SupervisedChild>;
let people: readonly PagePerson[];

beforeAll(async () => {
  if (reason !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'petbooth-machines-'));
  network = TestNetwork.create(['bot', 'redis', 'postgres', 's3', ...workers]);
  [redis, postgres, s3] = await Promise.all([
    startTestRedis(network.on('redis')),
    startTestPostgres(network.on('postgres')),
    startS3On(network.addressOf('s3'), network.on('s3')),
  ]);
  const redisUrl = `redis://${network.addressOf('redis')}`;
  bot = await supervised('bot', () => {
    const environment = {
      DATA_DIR: join(folder, 'bot'),
      CHECKPOINT: join(folder, 'bot'),
      DATABASE_URL: `postgres://petbooth@${network.addressOf('postgres')}/postgres`,
      LOG_LEVEL: 'info',
      QUEUE_MAX_PER_PERSON: '1000',
      FLOOD_MAX_COMMANDS: '10000',
      ...s3.settings,
    };
    const web = {
      host: '0.0.0.0',
      port: pagePort,
      allowedHosts: [],
      dataFolder: join(folder, 'bot/web'),
      maxPhotoBytes: 2 ** 20,
    };
    return startOn('bot', 'bot-process', [JSON.stringify({ environment, redisUrl, web })]);
  });
  const startWorker = (name: string) =>
    supervised(name, () =>
      startOn(name, 'worker-process', [join(folder, name), redisUrl, '60', JSON.stringify(s3.settings)]),
    );
  workerOf = { 'worker-1': await startWorker('worker-1'), 'worker-2': await startWorker('worker-2') };
  const address = `http://${network.addressOf('bot')}:${pagePort}`;
  people = ['Anna', 'Ben'].map((name) => new PagePerson(address, name));
  await waitFor(
    'bot and workers to start',
    () => [bot, ...Object.values(workerOf)].every(({ starts }) => starts > 0),
    recoveryMs,
  );
});
afterEach(() => {
  for (const machine of ['bot', 'redis', 'postgres', 's3', ...workers]) network?.heal(machine);
});
afterAll(async () => {
  await Promise.allSettled([bot, ...Object.values(workerOf ?? {})].map((child) => child?.end()));
  await Promise.allSettled([redis, postgres, s3].map((server) => server?.stop()));
  network?.remove();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function supervised(name: string, start: () => ReturnType<typeof startOn>): Promise<SupervisedChild> {
  await mkdir(join(folder, name));
  return new SupervisedChild(start);
}

function startOn(machine: string, process: 'bot-process' | 'worker-process', parameters: readonly string[]) {
  return startChild(process, parameters, { logPath: join(folder, `${machine}.log`), on: network.on(machine) });
}

/** Each asks for a picture that takes a while, something happens meanwhile, and all pictures come, each once. */
async function drawThrough(happen: () => Promise<void>): Promise<void> {
  const asked: (readonly [PagePerson, string])[] = [];
  for (const person of people)
    for (const what of ['a very slow dog', 'a cat']) asked.push([person, await person.insist(what)]);
  await happen();
  // Also what is asked for afterwards is drawn soon: nobody waits for a connection that is no more.
  for (const person of people) asked.push([person, await person.insist('a boat')]);
  await Promise.all(asked.map(([person, words]) => person.untilDrawn(words, recoveryMs)));
  for (const person of people) await expectEachOnce(person);
}

async function expectEachOnce(person: PagePerson): Promise<void> {
  const messages = await waitFor('the page', () => person.look(), recoveryMs);
  const wanted = messages.filter(({ author, text }) => author === 'person' && text.startsWith('/imagine'));
  const aboutJobs = messages.filter(({ author, text }) => author === 'bot' && text.includes('’s attempt'));
  for (const { text } of wanted) {
    const words = text.slice('/imagine '.length);
    const answers = aboutJobs.filter((message) => message.text.includes(words));
    // An attempt that was refused, as Redis was away, says so in words that do not name it.
    expect(answers.length, words).toBeLessThanOrEqual(1);
    for (const { kind, pictures = [] } of answers) expect([words, kind, pictures.length]).toEqual([words, 'result', 1]);
  }
}

async function cut(machine: string, milliseconds: number, meanwhile: () => Promise<unknown> = async () => {}) {
  network.cut(machine);
  try {
    await Promise.all([sleep(milliseconds), meanwhile()]);
  } finally {
    network.heal(machine);
  }
}

const misfortunes: readonly (readonly [what: string, happen: () => Promise<void>])[] = [
  ['nothing in particular', async () => {}],
  ['a worker that is cut off', () => cut('worker-1', cutMs.long)],
  ['a worker that is killed', () => workerOf['worker-2'].kill()],
  [
    'a worker whose machine is lost and comes back',
    () => cut('worker-2', cutMs.short, () => workerOf['worker-2'].kill()),
  ],
  ['Redis that is cut off', () => cut('redis', cutMs.long)],
  [
    'Redis whose machine restarts, so that no connection is told',
    () => cut('redis', cutMs.short, () => redis.restart()),
  ],
  ['files that cannot be reached', () => cut('s3', cutMs.long)],
  [
    'an S3 server that is away for a while',
    async () => {
      await s3.kill();
      await sleep(cutMs.long);
      s3.start();
    },
  ],
  ['Postgres that is cut off for a moment', () => cut('postgres', 2000)],
  ['Postgres that is cut off', () => cut('postgres', cutMs.long)],
  ['Postgres whose machine restarts', () => cut('postgres', cutMs.short, () => postgres.restart())],
  ['a bot that is cut off', () => cut('bot', cutMs.long)],
  ['a bot that is killed', () => bot.kill()],
  ['a bot whose machine is lost and comes back', () => cut('bot', cutMs.short, () => bot.kill())],
];

describe.skipIf(reason !== undefined)(
  reason === undefined ? 'on six machines every picture comes once, through' : `on six machines (${reason})`,
  () => {
    test.each(misfortunes)('%s', async (_, happen) => {
      await drawThrough(happen).catch(async (error: unknown) => {
        for (const name of ['bot', ...workers]) {
          const log = await readFile(join(folder, `${name}.log`), 'utf8').catch(() => '');
          process.stderr.write(`${name}:\n${log.split('\n').slice(-30).join('\n')}\n`);
        }
        throw error;
      });
    });

    test('both workers worked', async () => {
      for (const name of workers) expect(await readFile(join(folder, name, 'notes.txt'), 'utf8')).toContain('imagine');
    });
  },
);
