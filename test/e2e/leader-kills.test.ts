import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';
import { emulated as emulatedDiscord } from '#test/emulators/discord/setup.js';
import { emulated as emulatedTelegram } from '#test/emulators/telegram/setup.js';
import { TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
import type { BotProcessSettings, BotUsage } from '#test/helpers/bot-process.js';
import { type Child, startChild } from '#test/helpers/child-process.js';
import { createFuzz } from '#test/helpers/fuzz.js';
import { findPostgres, startTestPostgres, type TestPostgres } from '#test/helpers/postgres.js';
import { openGate, type RequestGate } from '#test/helpers/request-gate.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { createDatabase } from '#test/helpers/test-database.js';
import { waitFor } from '#test/helpers/wait-for.js';
import type { ScenarioChat } from '#test/scenarios/chat.js';
import { expectEachOnce, readRecords, waitForPictures } from '#test/scenarios/turmoil.js';
import { WebPerson } from '#test/scenarios/web-person.js';

const killCount = Number(process.env.LEADER_KILLS ?? 50);
const fuzz = createFuzz(Number(process.env.TEST_SEED ?? 41));
/** From the loss of one leader until its successor has spoken to every service: ten seconds, and as much again on a busy machine. */
const takeoverWithinMs = 20_000;
const patienceMs = 180_000;
/** A conversation on the page keeps its last 200 messages. */
const pagePauseMs = 15_000;

/** A bot in a process of its own, with ways of its own to the chat services. */
interface Bot {
  readonly child: Child;
  readonly url: string;
  readonly gates: readonly RequestGate[];
}

let spine: Spine;
let discord: DiscordEmulator;
let telegram: TelegramEmulator;
let worker: Child;
let postgres: TestPostgres | undefined;
let databaseUrl: string | undefined;
let leader: Bot;
/** Resolves when it leads. */
let successor: Promise<Bot>;
let started: number;

beforeEach(async () => {
  [spine, discord, telegram] = await Promise.all([createSpine(), DiscordEmulator.start(), TelegramEmulator.start()]);
  // Whoever was killed may be too late, or have given up on an answer that was on its way.
  for (const code of [10062, 40060]) discord.expectedRefusals.add(code);
  started = 0;
  const logPath = join(spine.folder, 'worker.log');
  worker = await startChild('worker-process', [spine.folder, spine.redis.url], { logPath });
});
afterEach(async () => {
  await leader?.child.kill();
  await (await successor?.catch(() => undefined))?.child.kill();
  await worker?.kill();
  await Promise.all([spine.stop(), discord.stop(), telegram.stop(), postgres?.stop()]);
  postgres = undefined;
  databaseUrl = undefined;
  expect(discord.violations).toEqual([]);
  expect(telegram.violations).toEqual([]);
});

const logPathOf = (number: number) => join(spine.folder, `bot-${number}.log`);

async function startBot(): Promise<Bot> {
  const number = ++started;
  const { now: _, ...patience } = emulatedDiscord(discord);
  const [discordGate, telegramGate] = await Promise.all([openGate(discord.apiRoot), openGate(telegram.apiRoot)]);
  const settings: BotProcessSettings = {
    environment: {
      DATA_DIR: spine.folder,
      // It knows any word.
      CHECKPOINT: spine.folder,
      QUEUE_MAX_PER_PERSON: '1000',
      FLOOD_MAX_COMMANDS: '10000',
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    },
    redisUrl: spine.redis.url,
    // As in a container: that the leader's process is gone can be seen by its silence alone.
    lease: { place: `container ${number}` },
    discord: { ...patience, api: discordGate.through(patience.api) },
    telegram: {
      ...emulatedTelegram(telegram),
      apiRoot: telegramGate.through(telegram.apiRoot),
    },
    web: {
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      olderFolder: join(spine.folder, 'web'),
      maxPhotoBytes: 2 ** 20,
    },
  };
  const child = await startChild('bot-process', [JSON.stringify(settings)], { logPath: logPathOf(number) });
  return { child, url: (child.told as BotUsage).url!, gates: [discordGate, telegramGate] };
}

const saysThatItWaits = (number: number) =>
  existsSync(logPathOf(number)) && readFileSync(logPathOf(number), 'utf8').includes('this bot takes over when');

/** Says what it wants until the bot has taken it; each attempt in words of its own, because an earlier one may have been taken after all. */
async function insist(chat: ScenarioChat, words: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (let attempt = 1; ; attempt += 1) {
    const said = `${words}, attempt ${attempt}.`;
    try {
      const saying = chat.say(`/imagine ${said}`);
      saying.catch(() => {});
      // A leader that was stopped answers nothing at all.
      await Promise.race([saying, sleep(6000).then(() => Promise.reject(new Error('no answer')))]);
      await chat.sees(({ text }) => text.includes(said), 6000);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(500);
    }
  }
}

/** @returns how long nobody led, in milliseconds */
async function replaceLeader(how: 'killed' | 'stopped', page: WebPerson): Promise<number> {
  await waitFor('the other bot to wait', () => saysThatItWaits(started), 60_000);
  const lost = leader;
  const lostAt = performance.now();
  if (how === 'killed') await lost.child.kill();
  else lost.child.signal('SIGSTOP');
  leader = await successor;
  const tookMs = Math.max(...leader.gates.map(({ firstUse }) => firstUse)) - lostAt;
  await page.reconnect(leader.url);
  if (how === 'stopped') {
    const woken = performance.now();
    lost.child.signal('SIGCONT');
    expect(await lost.child.ended).not.toBe(0);
    expect(lost.gates.filter((gate) => gate.wasUsedSince(woken))).toEqual([]);
  }
  for (const gate of lost.gates) gate.close();
  successor = startBot();
  return tookMs;
}

const describeTimes = (times: readonly number[]) => {
  const sorted = times.toSorted((one, other) => one - other).map((time) => (time / 1000).toFixed(1));
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return `median ${at(0.5)} s, 95 % ${at(0.95)} s, longest ${sorted.at(-1)} s`;
};

const places = [
  { name: 'one folder', isOnServer: false },
  { name: 'one Postgres', isOnServer: true },
];

test.each(places)(
  `two bots on $name, of which the leader is killed or stopped ${killCount} times: each picture comes once, none is lost`,
  { timeout: 40 * 60_000 },
  async ({ isOnServer }) => {
    if (isOnServer) {
      expect(findPostgres(), 'Postgres has to be installed').toBeDefined();
      postgres = await startTestPostgres();
      databaseUrl = await createDatabase(postgres.url);
    }
    leader = await startBot();
    successor = startBot();
    const page = await WebPerson.open(leader.url);
    const people: ScenarioChat[] = [
      ...['Anna', 'Ben'].map((name) => discord.chat({ name })),
      discord.chat({ name: 'Clara', isPrivate: true }),
      ...['Dora', 'Emil', 'Finn'].map((name) => telegram.user(name).privateChat()),
      page,
    ];
    let isOver = false;
    let asked = 0;
    const talking = Promise.all(
      people.map(async (chat) => {
        while (!isOver) {
          asked += 1;
          await insist(chat, `picture ${asked}`);
          await sleep(fuzz.integer(chat === page ? pagePauseMs : 3000));
        }
      }),
    );
    const times = { killed: [] as number[], stopped: [] as number[] };
    for (let kill = 0; kill < killCount; kill += 1) {
      const how = kill % 2 === 0 ? 'killed' : 'stopped';
      await sleep(200 + fuzz.integer(1800));
      times[how].push(await replaceLeader(how, page));
    }
    isOver = true;
    await talking;
    await waitForPictures(people, asked);

    await leader.child.stop();
    leader = await successor;
    await page.reconnect(leader.url);
    await sleep(3000);
    const shown = people.map((chat) => ({ messages: [...chat.messages] }) as unknown as ScenarioChat);
    await leader.child.stop();
    const records = await readRecords({ folder: spine.folder, url: databaseUrl });
    process.stderr.write(
      `${killCount} losses of the leader, ${records.length} pictures; killed: ${describeTimes(times.killed)}; stopped: ${describeTimes(times.stopped)}\n`,
    );
    expectEachOnce(shown, records);
    for (const time of [...times.killed, ...times.stopped]) expect(time).toBeLessThan(takeoverWithinMs);
  },
);
