import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';
import type { Fault as DiscordFault } from '#test/emulators/discord/faults.js';
import { emulated as emulatedDiscord } from '#test/emulators/discord/setup.js';
import { emulated as emulatedTelegram } from '#test/emulators/telegram/setup.js';
import { TelegramEmulator, type Fault as TelegramFault } from '#test/emulators/telegram/telegram-emulator.js';
import { BotPair } from '#test/helpers/bot-pair.js';
import type { BotProcessSettings } from '#test/helpers/bot-process.js';
import { createFuzz } from '#test/helpers/fuzz.js';
import { findPostgres, startTestPostgres, type TestPostgres } from '#test/helpers/postgres.js';
import { withPages } from '#test/helpers/public-pages.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { createDatabase } from '#test/helpers/test-database.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { onDiscord, onTelegram } from '#test/scenarios/contest-people.js';
import {
  type ContestOutcome,
  type ContestStep,
  contestSteps,
  peopleOnDiscord,
  peopleOnTelegram,
  turbulentContest,
} from '#test/scenarios/turbulent-contest.js';

const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);
const killCount = Math.ceil(Number(process.env.CONTEST_KILLS ?? 200) / 2);
const fuzz = createFuzz(seed);
/** One of so many is stopped, as by a machine that sleeps, and wakes up when another one leads; it takes seconds until one does. */
const killsPerSleep = 10;
const faultsEveryMs = 700;
/** Without a kill, though the next bot is ready to take over. */
const longestLullMs = 3000;

let spine: Spine;
let discord: DiscordEmulator;
let telegram: TelegramEmulator;
let bots: BotPair;
let postgres: TestPostgres | undefined;
let databaseUrl: string | undefined;

beforeEach(async () => {
  [spine, discord, telegram] = await Promise.all([createSpine(), DiscordEmulator.start(), TelegramEmulator.start()]);
  // Whoever was killed may be too late, or have given up on an answer that was on its way.
  for (const code of [10062, 40060]) discord.expectedRefusals.add(code);
  bots = await BotPair.open({ settingsOf, logPathOf: (number) => join(spine.folder, `bot-${number}.log`) });
});
afterEach(async () => {
  await bots.stop();
  await Promise.all([spine.stop(), discord.stop(), telegram.stop(), postgres?.stop()]);
  postgres = undefined;
  databaseUrl = undefined;
  expect(discord.violations).toEqual([]);
  expect(telegram.violations).toEqual([]);
});

async function settingsOf(): Promise<BotProcessSettings> {
  const { now: _, ...patience } = emulatedDiscord(discord);
  const { WEB_PUBLIC_PORT: port } = await withPages(spine.config);
  return {
    environment: {
      DATA_DIR: spine.folder,
      // It knows any word.
      CHECKPOINT: spine.folder,
      LOG_LEVEL: 'info',
      FLOOD_MAX_COMMANDS: '10000',
      PICTURES: 'off',
      WEB_PUBLIC_URL: bots.publicUrl,
      WEB_PUBLIC_PORT: String(port),
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    },
    redisUrl: spine.redis.url,
    discord: patience,
    telegram: emulatedTelegram(telegram),
  };
}

/** Answers that are lost or late, and requests that come to nothing. */
const discordFaults: readonly DiscordFault[] = [
  { kind: 'answer dropped' },
  { kind: 'dropped' },
  { kind: 'status', status: 502 },
  { kind: 'rate limited', retryAfterSeconds: 0.3 },
  { kind: 'late', byMs: 800 },
];
const discordRoutes = [
  'POST /interactions/{interaction_id}/{interaction_token}/callback',
  'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original',
  'POST /channels/{channel_id}/messages',
  'PATCH /channels/{channel_id}/messages/{message_id}',
];
const telegramFaults: readonly TelegramFault[] = [
  { kind: 'answer dropped' },
  { kind: 'dropped' },
  { kind: 'status', status: 502 },
  { kind: 'refused', code: 429, description: 'Too Many Requests: retry after 1', retryAfter: 1 },
  { kind: 'late', byMs: 800 },
];
const telegramMethods = ['sendMessage', 'editMessageText', 'editMessageMedia', 'getUpdates'] as const;

let isTurbulent = false;
async function loseAnswers(): Promise<void> {
  while (isTurbulent) {
    if (discord.pendingFaults < 5) discord.failNext(fuzz.pick(discordRoutes), fuzz.pick(discordFaults));
    if (telegram.pendingFaults < 5) telegram.failNext(fuzz.pick(telegramMethods), fuzz.pick(telegramFaults));
    await sleep(faultsEveryMs);
  }
}

function nextAnnouncement(): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      discord.onDone = () => {};
      telegram.onDone = () => {};
      resolve();
    };
    discord.onDone = ({ route }) => {
      if (route === 'POST /channels/{channel_id}/messages') done();
    };
    telegram.onDone = (method, { chat_id: chat }) => {
      if (/^(send|edit)Message/.test(method) && Number(chat) < 0) done();
    };
  });
}

/** Whether it has just said something to all, and does not know yet that it has. */
const isAnnouncedSoon = () =>
  Promise.race([nextAnnouncement().then(() => true), sleep(longestLullMs).then(() => false)]);

/** At any moment, or soon after a step has begun in which hardly a bot was killed so far. */
async function untilRareStep(
  now: Readonly<Record<string, ContestStep>>,
  killedIn: ReadonlyMap<ContestStep, number>,
): Promise<void> {
  const rarest = Math.min(...contestSteps.map((step) => killedIn.get(step) ?? 0));
  const isRare = () => Object.values(now).some((step) => (killedIn.get(step) ?? 0) === rarest);
  await waitFor('a rare step', isRare, fuzz.integer(longestLullMs)).catch(() => {});
  await sleep(fuzz.integer(300));
}

const places = [
  { name: 'one folder', isOnServer: false },
  { name: 'one Postgres', isOnServer: true },
];
const hosts = ['Discord', 'Telegram'] as const;

test.each(places)(
  `contests on Discord, Telegram and the page, of two bots on $name of which the leader is killed or stopped ${killCount} times: every word comes once, and each ballot counts as its voter was told`,
  { timeout: 60 * 60_000 },
  async ({ isOnServer }) => {
    process.stderr.write(`TEST_SEED=${seed}\n`);
    if (isOnServer) {
      expect(findPostgres(), 'Postgres has to be installed').toBeDefined();
      postgres = await startTestPostgres();
      databaseUrl = await createDatabase(postgres.url);
    }
    await bots.start();
    const now: Record<(typeof hosts)[number], ContestStep> = { Discord: 'create', Telegram: 'create' };
    let contestCount = 0;
    const play = (hostName: (typeof hosts)[number]): Promise<ContestOutcome> => {
      const isTwice = () => isTurbulent && fuzz.chance(0.2);
      const communities = [
        onDiscord(discord, peopleOnDiscord, isTwice),
        onTelegram(telegram, peopleOnTelegram),
      ] as const;
      const [host, guest] = hostName === 'Discord' ? communities : [communities[1], communities[0]];
      contestCount += 1;
      return turbulentContest({
        title: `Contest ${contestCount} of ${hostName}`,
        host,
        guest,
        bots,
        isTwice,
        onStep(step) {
          now[hostName] = step;
        },
      });
    };
    const [onDiscordFirst, onTelegramFirst] = await Promise.all(hosts.map(play));
    expect(onTelegramFirst).toEqual(onDiscordFirst);
    const expected = onDiscordFirst!;
    expect(expected.first).toEqual(['Ann 3 marks', 'Ben 1 ', 'Tom 1 ', 'Uma 4 marks']);

    const killedIn = new Map<ContestStep, number>();
    let announced = 0;
    isTurbulent = true;
    let isOver = false;
    const playing = Promise.all(
      hosts.map(async (host) => {
        while (!isOver) expect(await play(host)).toEqual(expected);
      }),
    );
    const kills = async () => {
      for (let kill = 0; kill < killCount && !isOver; kill += 1) {
        await bots.isReady();
        if (fuzz.chance(0.4)) announced += (await isAnnouncedSoon()) ? 1 : 0;
        else await untilRareStep(now, killedIn);
        for (const step of new Set(Object.values(now))) killedIn.set(step, (killedIn.get(step) ?? 0) + 1);
        if (kill % killsPerSleep === killsPerSleep - 1) expect(await bots.suspend()).not.toBe(0);
        else {
          await bots.strike();
          await bots.takeOver();
        }
      }
      isOver = true;
    };
    const turmoil = Promise.all([kills(), loseAnswers()]).finally(() => {
      isOver = true;
    });
    turmoil.catch(() => {});
    try {
      await playing;
    } finally {
      isOver = true;
      isTurbulent = false;
    }
    await turmoil;
    process.stderr.write(
      `${killCount} losses of the leader, ${announced} of them right after a word to all, in ${contestCount} contests: ${[...killedIn].map(([step, times]) => `${step} ${times}`).join(', ')}\n`,
    );
    // A step in which nothing happened proves nothing.
    if (killCount >= 3 * contestSteps.length) expect([...killedIn.keys()].toSorted()).toEqual(contestSteps.toSorted());
    expect(new Set(discord.firedFaults.map(({ kind }) => kind)).size).toBeGreaterThan(killCount < 10 ? 0 : 4);
    expect(new Set(telegram.firedFaults.map(({ kind }) => kind)).size).toBeGreaterThan(killCount < 10 ? 0 : 4);
  },
);
