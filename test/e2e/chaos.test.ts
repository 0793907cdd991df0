import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiscordChat } from '#test/emulators/discord/discord-chat.js';
import { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';
import type { Fault as DiscordFault } from '#test/emulators/discord/faults.js';
import { emulated } from '#test/emulators/discord/setup.js';
import { fastPace, fastTimings } from '#test/emulators/telegram/fast-timings.js';
import { TelegramEmulator, type Fault as TelegramFault } from '#test/emulators/telegram/telegram-emulator.js';
import { type Child, startChild } from '#test/helpers/child-process.js';
import { createFuzz } from '#test/helpers/fuzz.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import type { ScenarioChat } from '#test/scenarios/chat.js';
import { expectEachOnce, readRecords, waitForPictures } from '#test/scenarios/turmoil.js';

const seed = Number(process.env.TEST_SEED ?? 41);
const jobCount = Number(process.env.CHAOS_JOBS ?? 200);

let spine: Spine;
let discord: DiscordEmulator;
let telegram: TelegramEmulator;
let bot: Child;
let worker: Child;

beforeEach(async () => {
  [spine, discord, telegram] = await Promise.all([createSpine(), DiscordEmulator.start(), TelegramEmulator.start()]);
  // Whoever was killed, or waits for Redis, may be too late, or have given up on an answer that was on its way.
  for (const code of [10062, 40060]) discord.expectedRefusals.add(code);
  [bot, worker] = await Promise.all([startBot(), startWorker()]);
});
afterEach(async () => {
  await Promise.allSettled([bot?.kill(), worker?.kill()]);
  await Promise.all([spine.stop(), discord.stop(), telegram.stop()]);
  expect(discord.violations).toEqual([]);
  expect(telegram.violations).toEqual([]);
});

function startBot(): Promise<Child> {
  const { now: _, ...patience } = emulated(discord);
  const settings = {
    environment: {
      DATA_DIR: spine.folder,
      // It knows any word.
      CHECKPOINT: spine.folder,
      LOG_LEVEL: 'warn',
      QUEUE_MAX_PER_PERSON: '1000',
      FLOOD_MAX_COMMANDS: '10000',
    },
    redisUrl: spine.redis.url,
    discord: patience,
    telegram: {
      token: telegram.token,
      apiRoot: telegram.apiRoot,
      pace: fastPace,
      timings: fastTimings,
    },
  };
  return startChild('bot-process', [JSON.stringify(settings)], { logPath: join(spine.folder, 'bot.log') });
}

function startWorker(): Promise<Child> {
  return startChild('worker-process', [spine.folder, spine.redis.url], { logPath: join(spine.folder, 'worker.log') });
}

const fuzz = createFuzz(seed);

/** Each kind of misfortune, and how often it comes in a whole run. */
const misfortunes: readonly (readonly [times: number, happen: () => Promise<void>])[] = [
  [
    4,
    async () => {
      await bot.kill();
      bot = await startBot();
    },
  ],
  [
    3,
    async () => {
      await worker.kill();
      worker = await startWorker();
    },
  ],
  [3, () => spine.redis.restart()],
  [6, async () => discord.gateway.dropConnections()],
  [48, async () => discord.failNext(...nextDiscordFault())],
  [48, async () => telegram.failNext(...nextTelegramFault())],
];
/** Acknowledged, filled in, replaced by an answer for one person, announced. */
const discordRoutes = [
  'POST /interactions/{interaction_id}/{interaction_token}/callback',
  'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original',
  'POST /webhooks/{webhook_id}/{webhook_token}',
  'POST /channels/{channel_id}/messages',
];
const discordFaults: readonly DiscordFault[] = [
  { kind: 'answer dropped' },
  { kind: 'dropped' },
  { kind: 'status', status: 502 },
  { kind: 'rate limited', retryAfterSeconds: 0.3 },
];
const telegramMethods = ['sendMessage', 'editMessageText', 'editMessageMedia', 'getUpdates'] as const;
const telegramFaults: readonly TelegramFault[] = [
  { kind: 'answer dropped' },
  { kind: 'dropped' },
  { kind: 'status', status: 502 },
  { kind: 'refused', code: 429, description: 'Too Many Requests: retry after 1', retryAfter: 1 },
];

const photos = Promise.all([1, 2, 3].map((photoSeed) => drawPhoto(photoSeed)));
/** Each fault at each place in turn, in an order of chance. */
function inTurn<Place, Fault>(places: readonly Place[], faults: readonly Fault[]): () => [Place, Fault] {
  const pairs = fuzz.shuffled(places.flatMap((place) => faults.map((fault): [Place, Fault] => [place, fault])));
  let next = 0;
  return () => pairs[next++ % pairs.length]!;
}
const nextDiscordFault = inTurn(discordRoutes, discordFaults);
const nextTelegramFault = inTurn(telegramMethods, telegramFaults);

const trainingCount = 4;
let trainings = 0;

/** Says what it wants until the bot has taken it; each attempt in words of its own, because an earlier one may have been taken after all. */
async function insist(chat: ScenarioChat, number: number, person: number): Promise<void> {
  // On Telegram photos that come late wait for a button, which is another test's matter.
  const isTraining = chat instanceof DiscordChat && trainings < trainingCount;
  if (isTraining) trainings += 1;
  for (let attempt = 1; ; attempt++) {
    const words = isTraining ? `Pet${number}attempt${attempt}` : `picture ${number} for ${person}, attempt ${attempt}.`;
    try {
      // What is refused is told by another way than what is taken.
      if (number % 3 === 2) await chat.say('/imagine a lamp pet: Nobody');
      if (number % 10 === 7) await chat.say('/pets');
      if (isTraining) await chat.say(`/train name: ${words} kind: dog`, { photos: await photos });
      else await chat.say(`/imagine ${words}${number % 4 === 1 ? ' count: 4' : ''}`);
      await chat.sees(({ text }) => text.includes(words), 6000);
      return;
    } catch (error) {
      if (attempt >= 20) throw error;
    }
  }
}

/** Its database can be opened only while it is stopped. */
async function stopAndReadRecords() {
  await bot.stop();
  return readRecords({ folder: spine.folder });
}

test(`${jobCount} pictures through kills of everything, 429s, lost answers and cut connections: each comes once, none is lost`, async () => {
  const people: ScenarioChat[] = [
    ...['Anna', 'Ben', 'Clara', 'Dora'].map((name) => discord.chat({ name })),
    discord.chat({ name: 'Emil', isPrivate: true }),
    ...['Finn', 'Gina', 'Hugo', 'Ida', 'Jan'].map((name) => telegram.user(name).privateChat()),
  ];
  const plan = fuzz.shuffled(misfortunes.flatMap(([times, happen]) => Array.from({ length: times }, () => happen)));
  let asked = 0;
  let happened = 0;
  let isOver = false;
  const turmoil = (async () => {
    for (const [index, happen] of plan.entries()) {
      // Spread over the run, and none before the last one is through.
      while (asked < (index * jobCount) / plan.length && !isOver) await sleep(20);
      await happen();
      happened = index + 1;
    }
  })().finally(() => {
    happened = plan.length;
  });
  await Promise.all(
    people.map(async (chat, index) => {
      for (let number = asked; number < jobCount; number = asked) {
        asked += 1;
        // A restart takes longer than a picture: what is not slower than the misfortunes meets none of them.
        while (happened < ((number - people.length) * plan.length) / jobCount) await sleep(20);
        await insist(chat, number, index);
      }
    }),
  );
  isOver = true;
  await turmoil;

  await waitForPictures(people, jobCount);
  // A picture can be in its chat while the answer about it was lost: the bot then shows it again until it knows.
  let records = await stopAndReadRecords();
  for (let restarts = 0; restarts < 10 && records.some(({ state }) => state === 'settled'); restarts++) {
    bot = await startBot();
    await sleep(3000);
    records = await stopAndReadRecords();
  }
  expect(records.length).toBeGreaterThanOrEqual(jobCount);
  expect(records.filter(({ name }) => name === 'train-pet').length).toBeGreaterThanOrEqual(trainingCount);
  expectEachOnce(people, records);

  // A misfortune that met nobody proves nothing.
  const kinds = (fired: readonly { readonly kind: string }[]) => new Set(fired.map(({ kind }) => kind));
  expect(kinds(discord.firedFaults)).toEqual(kinds(discordFaults));
  expect(kinds(telegram.firedFaults)).toEqual(kinds(telegramFaults));
  const met = new Set(discord.firedFaults.map(({ route }) => route));
  for (const route of discordRoutes)
    expect([route, discord.count(route), met.has(route)]).toEqual([route, expect.any(Number), true]);
  expect(new Set(telegram.firedFaults.map(({ method }) => method))).toEqual(new Set(telegramMethods));
  expect(discord.firedFaults.length).toBeGreaterThan(20);
  expect(telegram.firedFaults.length).toBeGreaterThan(20);
});
