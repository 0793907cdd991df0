import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { JobRecords } from '#src/jobs/job-records.js';
import { JobQueue } from '#src/jobs/queue.js';
import { Turns } from '#src/jobs/turns.js';
import { type BotBench, withBotBench } from './bot.js';
import { webCrowd } from './crowd.js';
import { type BenchContext, type Measurement, median, type Topic } from './measurement.js';

const QUEUED_JOBS = 10_000;
const PEOPLE = 1000;
const MiB = 2 ** 20;

const connect = (url: string) => new Redis({ path: url, maxRetriesPerRequest: null, protocol: 2 });

/** Jobs as the bot would have recorded and queued them. */
async function fill({ folder, redis }: BotBench, count: number): Promise<void> {
  const opened = await openDatabase({ folder, migrationsFolder });
  const records = new JobRecords(opened.database);
  const connection = connect(redis.url);
  const queue = new JobQueue(connection);
  const turns = new Turns({ sliceMs: 60_000 });
  for (let index = 0; index < count; index++) {
    const id = `w-queued-${index}`;
    const person = { platform: 'web' as const, id: `person-${index % PEOPLE}`, name: 'somebody' };
    const data = { prompt: `picture ${index} of a dog that surfs a wave`, negativePrompt: '', count: 1, seed: index };
    const priority = turns.add({ id, name: 'imagine', person: person.id }, 0);
    const place = { platform: 'web' as const, channel: person.id };
    await records.insert({ id, name: 'imagine', data, title: data.prompt, person, place, locale: 'en' }, priority);
    await queue.add('imagine', { data, petFiles: {} }, { id, priority });
  }
  await queue.close();
  connection.disconnect();
  await opened.close();
}

async function memory(context: BenchContext): Promise<Measurement[]> {
  const count = context.isQuick ? QUEUED_JOBS / 10 : QUEUED_JOBS;
  return withBotBench(async (bench) => {
    const crowd = await webCrowd();
    const settings = crowd.settingsIn(bench.folder);
    const empty = await bench.startBot(settings);
    await sleep(1000);
    const before = (await empty.usage()).memory;
    await empty.stop();
    await fill(bench, count);
    const startedAt = performance.now();
    const full = await bench.startBot(settings);
    const startMs = performance.now() - startedAt;
    const [talker] = await crowd.arrive(1, (await full.usage()).url);
    const times: number[] = [];
    for (let run = 0; run < 20; run++) {
      const askedAt = performance.now();
      await talker!.ask('imagine', `picture ${run}.`);
      times.push(performance.now() - askedAt);
    }
    const after = (await full.usage()).memory;
    await crowd.leave();
    return [
      {
        name: `bot's memory with ${count} jobs queued`,
        unit: 'MiB',
        value: after.rss / MiB,
        runs: 1,
        details: {
          withoutJobs: before.rss / MiB,
          heap: after.heapUsed / MiB,
          heapWithoutJobs: before.heapUsed / MiB,
          startMs,
        },
      },
      { name: `/imagine with ${count} jobs queued`, unit: 'ms', value: median(times), runs: times.length },
    ];
  });
}

/** How often each command was executed, those inside scripts too. */
async function commandCounts(redis: Redis): Promise<Map<string, number>> {
  const lines = (await redis.info('commandstats')).matchAll(/cmdstat_([^:]+):calls=(\d+)/g);
  return new Map([...lines].map((match) => [match[1]!, Number(match[2])]));
}

async function redisCost({ isQuick }: BenchContext): Promise<Measurement[]> {
  const count = isQuick ? 50 : 200;
  return withBotBench(async ({ folder, redis, startBot, startWorker }) => {
    const crowd = await webCrowd();
    const bot = await startBot(crowd.settingsIn(folder));
    await startWorker();
    const [talker] = await crowd.arrive(1, (await bot.usage()).url);
    let shown = 0;
    crowd.onPicture = () => {
      shown += 1;
    };
    const connection = connect(redis.url);
    const one = async (number: number) => {
      const before = shown;
      await talker!.ask('imagine', `picture ${number}.`);
      while (shown === before) await sleep(5);
    };
    await one(0);
    const before = await commandCounts(connection);
    for (let number = 1; number <= count; number++) await one(number);
    const after = await commandCounts(connection);
    connection.disconnect();
    await crowd.leave();
    const since = (name: string) => ((after.get(name) ?? 0) - (before.get(name) ?? 0)) / count;
    const total = [...after.keys()].reduce((sum, name) => sum + since(name), 0);
    return [
      {
        name: 'Redis commands per job, those inside scripts too',
        unit: '',
        value: total,
        runs: count,
        details: { scripts: since('evalsha') + since('eval'), writes: since('hset') + since('hmset') + since('xadd') },
      },
    ];
  });
}

export const queue: Topic = {
  name: 'queue',
  parts: { 'Redis commands per job': redisCost, 'memory of a full queue': memory },
};
