import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';
import { queueName } from '#src/jobs/queue-names.js';
import { withBotBench } from './bot.js';
import { type Crowd, discordCrowd, telegramCrowd, webCrowd } from './crowd.js';
import { ANSWER_TIMEOUT_MS, load, type Sample } from './crowd-load.js';
import { type BenchContext, type Measurement, quantile, type Topic } from './measurement.js';

const PEOPLE = 100;
const BUDGET_MS = 250;
/** Slowly: code that has not run yet is slow, and Discord takes no answer after three seconds. */
const WARM_UP = { seconds: 8, rate: 10 };
const RUN_SECONDS = 60;
const QUICK_SECONDS = 10;

/** When each job ends in the queue, by the number in its prompt: heard as it happens, for the bot takes ended jobs out. */
async function watchEnds(redisUrl: string): Promise<{ byPicture(): Map<string, number>; stop(): Promise<void> }> {
  const connect = () => new Redis({ path: redisUrl, maxRetriesPerRequest: null, protocol: 2 });
  const [asking, listening] = [connect(), connect()];
  const queue = new Queue(queueName, { connection: asking });
  const events = new QueueEvents(queueName, { connection: listening });
  const pictures = new Map<string, string>();
  const ends = new Map<string, number>();
  events.on('active', async ({ jobId }) => {
    const picture = pictureOf(JSON.stringify((await queue.getJob(jobId))?.data ?? {}));
    if (picture !== undefined) pictures.set(jobId, picture);
  });
  events.on('completed', ({ jobId }) => ends.set(jobId, Date.now()));
  await events.waitUntilReady();
  return {
    byPicture: () =>
      new Map([...pictures].flatMap(([id, picture]) => (ends.has(id) ? [[picture, ends.get(id)!]] : []))),
    async stop() {
      await events.close();
      await queue.close();
      asking.disconnect();
      listening.disconnect();
    },
  };
}

const pictureOf = (text: string) => /picture (\d+)\./.exec(text)?.[1];

async function measure(
  name: string,
  gather: () => Promise<Crowd>,
  { isQuick, onLine, commandsPerSecond: rate }: BenchContext,
) {
  const crowd = await gather();
  try {
    return await withBotBench(async ({ folder, redis, startBot, startWorker }): Promise<Measurement[]> => {
      const shownAt = new Map<string, number>();
      crowd.onPicture = (text) => {
        const picture = pictureOf(text);
        if (picture !== undefined && !shownAt.has(picture)) shownAt.set(picture, Date.now());
      };
      let pictures = 0;
      const nextPicture = () => `picture ${++pictures}.`;
      const bot = await startBot(crowd.settingsIn(folder));
      await startWorker();
      const ends = await watchEnds(redis.url);
      const talkers = await crowd.arrive(PEOPLE, (await bot.usage()).url);
      await load(talkers, { ...WARM_UP, nextPicture });
      const warmUpPictures = pictures;
      const before = await bot.usage();
      const ownDelay = monitorEventLoopDelay({ resolution: 5 });
      ownDelay.enable();
      const seconds = isQuick ? QUICK_SECONDS : RUN_SECONDS;
      const samples = await load(talkers, { seconds, rate, nextPicture });
      ownDelay.disable();
      const deadline = Date.now() + ANSWER_TIMEOUT_MS;
      while (shownAt.size < pictures && Date.now() < deadline) await sleep(50);
      const { cpuMs } = await bot.usage();
      const ended = ends.byPicture();
      await ends.stop();
      const delays = [...shownAt].flatMap(([picture, at]) => {
        const endedAt = ended.get(picture);
        return endedAt === undefined || Number(picture) <= warmUpPictures ? [] : [at - endedAt];
      });
      const times = (isChosen: (sample: Sample) => boolean) =>
        samples.filter(isChosen).map(({ answeredMs }) => answeredMs);
      const all = times(() => true);
      onLine(`${name}: p50 ${quantile(all, 0.5).toFixed(0)} ms, p99 ${quantile(all, 0.99).toFixed(0)} ms`);
      return [
        {
          name: `${name}: command → answer at ${rate} a second, p99`,
          unit: 'ms',
          value: quantile(all, 0.99),
          runs: all.length,
          budget: BUDGET_MS,
          details: {
            p50: quantile(all, 0.5),
            max: quantile(all, 1),
            withJobP99: quantile(
              times(({ isJob }) => isJob),
              0.99,
            ),
            botCpuMsPerCommand: (cpuMs - before.cpuMs) / all.length,
            ownLoopDelayP99: ownDelay.percentile(99) / 1e6,
          },
        },
        {
          name: `${name}: job ended → picture shown, p99`,
          unit: 'ms',
          value: quantile(delays, 0.99),
          runs: delays.length,
          details: { p50: quantile(delays, 0.5), lost: pictures - shownAt.size },
        },
      ];
    });
  } finally {
    await crowd.leave();
  }
}

/** The answer to a command through each chat under load, and how soon a picture shows. Without a model, so that bot and queue are measured. */
export const chats: Topic = {
  name: 'chats',
  parts: {
    web: (context) => measure('web', webCrowd, context),
    Discord: (context) => measure('Discord', discordCrowd, context),
    Telegram: (context) => measure('Telegram', telegramCrowd, context),
  },
};
