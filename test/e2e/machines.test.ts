import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startChild } from '#test/helpers/child-process.js';
import { writeFakeCheckpoint } from '#test/helpers/fake-checkpoint.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { findPostgres, startTestPostgres, type TestPostgres } from '#test/helpers/postgres.js';
import { startTestRedis, type TestRedis } from '#test/helpers/redis.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { TestNetwork, whyNoNetwork } from '#test/machines/network.js';
import { PagePerson, recoveryMs } from '#test/machines/page-person.js';
import { type S3OnMachine, startS3On } from '#test/machines/s3-server.js';
import { SupervisedMachine } from '#test/machines/supervised-machine.js';

const reason = findPostgres() === undefined ? 'Postgres is not installed' : whyNoNetwork();
const bots = ['bot-1', 'bot-2'] as const;
const workers = ['worker-1', 'worker-2'] as const;
const machines = [...bots, ...workers, 'redis', 'postgres', 's3'] as const;
const pagePort = 4870;
/** Of the longest cut: connections then wait for seconds until they try again by themselves. */
const cutMs = { short: 6000, long: 20_000 } as const;
/** The pet is learnt with one, then the bot is set up for the other; each worker has one of them. */
const checkpoints = { 'worker-1': 'latter', 'worker-2': 'former' } as const;

let folder: string;
let network: TestNetwork;
let redis: TestRedis;
let postgres: TestPostgres;
let s3: S3OnMachine;
let machineOf: Record<(typeof bots | typeof workers)[number], SupervisedMachine>;
let people: readonly PagePerson[];
let checkpointOf: Record<'former' | 'latter', string>;
let botCheckpoint: 'former' | 'latter' = 'former';

beforeAll(async () => {
  if (reason !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'petbooth-machines-'));
  checkpointOf = { former: await writeFakeCheckpoint(folder, 1), latter: await writeFakeCheckpoint(folder, 2) };
  network = TestNetwork.create(machines);
  [redis, postgres, s3] = await Promise.all([
    startTestRedis(network.on('redis')),
    startTestPostgres(network.on('postgres')),
    startS3On(network.addressOf('s3'), network.on('s3')),
  ]);
  const redisUrl = `redis://${network.addressOf('redis')}`;
  const startBot = (name: string) => {
    const environment = {
      DATA_DIR: join(folder, name),
      CHECKPOINT: checkpointOf[botCheckpoint],
      DATABASE_URL: `postgres://petbooth@${network.addressOf('postgres')}/postgres`,
      LOG_LEVEL: 'info',
      QUEUE_MAX_PER_PERSON: '1000',
      FLOOD_MAX_COMMANDS: '10000',
      ...s3.settings,
    };
    const dataFolder = join(folder, name, 'web');
    const web = { host: '0.0.0.0', port: pagePort, allowedHosts: [], dataFolder, maxPhotoBytes: 2 ** 20 };
    return startOn(name, 'bot-process', [JSON.stringify({ environment, redisUrl, web })]);
  };
  const startWorker = (name: (typeof workers)[number]) => {
    const environment = { CHECKPOINT: checkpointOf[checkpoints[name]], ...s3.settings };
    return startOn(name, 'worker-process', [join(folder, name), redisUrl, '60', JSON.stringify(environment)]);
  };
  machineOf = {
    'bot-1': await supervised('bot-1', startBot),
    'bot-2': await supervised('bot-2', startBot),
    'worker-1': await supervised('worker-1', startWorker),
    'worker-2': await supervised('worker-2', startWorker),
  };
  const addresses = bots.map((name) => `http://${network.addressOf(name)}:${pagePort}`);
  people = ['Anna', 'Ben'].map((name) => new PagePerson(addresses, name));
  for (const name of workers) await waitFor(`${name} to start`, () => machineOf[name].starts > 0, recoveryMs);
  const photos = await Promise.all(
    [1, 2, 3].map(async (seed) => ({ name: `${seed}.jpg`, bytes: await drawPhoto(seed) })),
  );
  for (const person of people) await person.train('Biscuit', photos);
  botCheckpoint = 'latter';
  for (const name of bots) machineOf[name].kill();
});
afterEach(() => {
  for (const machine of machines) network?.heal(machine);
});
afterAll(async () => {
  for (const person of people ?? []) person.leave();
  await Promise.allSettled(Object.values(machineOf ?? {}).map((machine) => machine.end()));
  await Promise.allSettled([redis, postgres, s3].map((server) => server?.stop()));
  network?.remove();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function supervised<Name extends string>(
  name: Name,
  start: (name: Name) => ReturnType<typeof startOn>,
): Promise<SupervisedMachine> {
  await mkdir(join(folder, name));
  return new SupervisedMachine(
    () => start(name),
    () => network.killAll(name),
  );
}

/** The bot whose page answered last. */
function actingBot(): (typeof bots)[number] {
  return bots.find((name) => people[0]!.address.includes(`/${network.addressOf(name)}:`))!;
}

function startOn(machine: string, process: 'bot-process' | 'worker-process', parameters: readonly string[]) {
  return startChild(process, parameters, { logPath: join(folder, `${machine}.log`), on: network.on(machine) });
}

/** Each asks for a picture that takes a while, something happens meanwhile, and all pictures come, each once. */
async function drawThrough(happen: () => Promise<void>): Promise<void> {
  const asked: (readonly [PagePerson, string])[] = [];
  for (const person of people)
    for (const what of ['Biscuit, very slow', 'a very slow cat']) asked.push([person, await person.insist(what)]);
  await happen();
  // Also what is asked for afterwards is drawn soon: nobody waits for a connection that is no more.
  for (const person of people) asked.push([person, await person.insist('a boat')]);
  await Promise.all(asked.map(([person, words]) => person.untilDrawn(words)));
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
  ['a worker that is killed', async () => machineOf['worker-2'].kill()],
  [
    'a worker whose machine is lost and comes back',
    () => cut('worker-2', cutMs.short, async () => machineOf['worker-2'].kill()),
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
  ['the bot that acts is cut off', () => cut(actingBot(), cutMs.long)],
  ['the bot that acts is killed', async () => machineOf[actingBot()].kill()],
  [
    'the bot that acts loses its machine, which comes back',
    () => {
      const lost = actingBot();
      return cut(lost, cutMs.short, async () => machineOf[lost].kill());
    },
  ],
];

describe.skipIf(reason !== undefined)(
  reason === undefined ? 'on seven machines every picture comes once, through' : `on seven machines (${reason})`,
  () => {
    test.each(misfortunes)('%s', async (_, happen) => {
      await drawThrough(happen).catch(async (error: unknown) => {
        for (const name of [...bots, ...workers]) {
          const log = await readFile(join(folder, `${name}.log`), 'utf8').catch(() => '');
          process.stderr.write(`${name}:\n${log.split('\n').slice(-30).join('\n')}\n`);
        }
        throw error;
      });
    });

    test('each worker did what its checkpoint can', async () => {
      const [latter, former] = await Promise.all(
        workers.map((name) => readFile(join(checkpointOf[checkpoints[name]], 'notes.txt'), 'utf8')),
      );
      expect(latter).toContain('a very slow cat');
      expect(latter).not.toContain('{pet}');
      expect(former).toContain('{pet}, very slow');
      expect(former).not.toContain('cat');
    });
  },
);
