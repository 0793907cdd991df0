import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { commands } from '#commands/index.js';
import { type EnsuredRedis, ensureRedis } from '#deploy/ensure-redis.js';
import { locales } from '#locales/index.js';
import { type RunningBot, startBot } from '#src/bot.js';
import { loadConfig } from '#src/operations/config.js';
import { createLog } from '#src/operations/log.js';
import { DiscordPlatform } from '#src/platforms/discord/discord-platform.js';
import { TelegramPlatform } from '#src/platforms/telegram/telegram-platform.js';
import { WebPlatform } from '#src/platforms/web/web-platform.js';
import type { DiscordChat } from '#test/emulators/discord/discord-chat.js';
import { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';
import { emulated as emulatedDiscord } from '#test/emulators/discord/setup.js';
import type { ChatActor } from '#test/emulators/telegram/actors.js';
import { emulated as emulatedTelegram } from '#test/emulators/telegram/setup.js';
import { TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
import { unpackOldFolder } from '#test/fixtures/old-folder.js';
import { drawPhoto } from '#test/helpers/photos.js';
import type { ScenarioChat, SeenMessage } from '#test/scenarios/chat.js';
import { WebPerson } from '#test/scenarios/web-person.js';
import { type RunningWorkerProcess, startWorker } from '#workers/start-worker.js';

const { buttons } = locales.en;
const patienceMs = 120_000;

let folder: string;
let redis: EnsuredRedis;
let discord: DiscordEmulator;
let telegram: TelegramEmulator;
let bot: RunningBot;
let worker: RunningWorkerProcess;
let anna: WebPerson;
let ben: ChatActor;
let clara: DiscordChat;

/** A few minutes after the folder was left, however long ago that was: drafts are kept for a day. */
function turnBackTo(moment: number): void {
  const offset = moment - Date.now();
  const Today = Date;
  class Then extends Today {
    constructor(...given: unknown[]) {
      super(...((given.length > 0 ? given : [Then.now()]) as [number]));
    }

    static override now(): number {
      return Today.now() + offset;
    }
  }
  vi.stubGlobal('Date', Then);
}

/** What a bot of commit f323903 left, see `make-old-folder.ts`, and today's bot and worker on it, with the real model. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-old-'));
  [discord, telegram] = await Promise.all([DiscordEmulator.start(), TelegramEmulator.start()]);
  const old = await unpackOldFolder(folder);
  turnBackTo(old.leftAt + 5 * 60_000);
  telegram.state.restore(old.telegram);
  Object.assign(discord.state, old.discord);
  redis = await ensureRedis({ dataDir: folder, onMessage: () => {} });
  const config = loadConfig({ DATA_DIR: folder, LOG_LEVEL: 'error' });
  const log = createLog({ level: config.LOG_LEVEL, name: 'test' });
  bot = await startBot({
    config,
    redisUrl: redis.url,
    commands,
    createPlatforms: (blobs, { notesOf }) => [
      new WebPlatform({
        host: '127.0.0.1',
        port: 0,
        allowedHosts: [],
        notes: notesOf('web'),
        olderFolder: join(folder, 'web'),
        blobs,
        maxPhotoBytes: config.MAX_PHOTO_BYTES,
        log,
      }),
      new DiscordPlatform({
        ...emulatedDiscord(discord),
        notes: notesOf('discord'),
        olderFolder: join(folder, 'discord'),
        blobs,
        log,
      }),
      new TelegramPlatform({
        ...emulatedTelegram(telegram),
        notes: notesOf('telegram'),
        olderFolder: join(folder, 'telegram'),
        blobs,
        log,
      }),
    ],
    log,
    judge: { scoreOf: async () => 0, stop: () => {} },
    reconcileIntervalMs: 300,
  });
  const [page] = bot.platforms as [WebPlatform];
  anna = await WebPerson.open(page.url, 'en', old.cookie);
  ben = telegram.user('Ben').privateChat();
  clara = discord.chat({ name: 'Clara', speaker: old.speaker });
  const engineModule = '#workers/engine/pet-engine.js';
  worker = await startWorker({ config, redisUrl: redis.url, log, engineModule });
});
afterAll(async () => {
  await Promise.allSettled([worker?.stop(), bot?.stop()]);
  await redis?.stop();
  await Promise.all([discord.stop(), telegram.stop()]);
  await rm(folder, { recursive: true, force: true });
  vi.unstubAllGlobals();
});
afterEach(() => {
  expect(discord.violations).toEqual([]);
  expect(telegram.violations).toEqual([]);
});

const isResult = (words: string) => (message: SeenMessage) =>
  message.pictureCount > 0 && !message.hasProgress && message.text.includes(words);
const messagesAbout = (chat: ScenarioChat, words: string) =>
  chat.messages.filter(({ text }) => text.includes(words)).length;

test('the conversation is there, and what waited in the queue is drawn into the messages that said so', async () => {
  expect(anna.messages.map(({ text }) => text)).toContainEqual(expect.stringContaining('I know Biscuit now'));
  const drawn = anna.messages.find(isResult('on a beach'))!;
  expect((await anna.takes(drawn)).byteLength).toBeGreaterThan(1000);
  for (const [chat, words] of [
    [anna, 'Biscuit at night'],
    [ben, 'a cat at night'],
    [clara, 'a dog at night'],
  ] as const) {
    await chat.sees(isResult(words), patienceMs);
    expect(messagesAbout(chat, words)).toBe(1);
  }
});

test('the pet is drawn anew, and an old result by its button', async () => {
  await anna.say('/pets');
  await anna.sees(({ text }) => /Biscuit.*learnt from 3/.test(text));
  await anna.say('/imagine Biscuit in the snow seed: 9');
  await anna.sees(isResult('Biscuit in the snow'), patienceMs);
  const seen = new Set(ben.messages.map(({ id }) => id));
  await ben.clicks(ben.messages.find(isResult('in a garden'))!, buttons.again);
  await ben.sees((message) => !seen.has(message.id) && isResult('in a garden')(message), patienceMs);
});

test('a draft goes on with the photos that still come', async () => {
  await worker.stop();
  const counter = ben.messages.find(({ text }) => text.includes('Photos so far: 1'))!;
  const [second, third] = await Promise.all([drawPhoto(2), drawPhoto(3)]);
  await ben.say('', { photos: [second!] });
  await ben.say('', { photos: [third!] });
  const complete = await ben.sees(({ id, text }) => id === counter.id && text.includes('Photos so far: 3'));
  await ben.clicks(complete, complete.buttons[0]!);
  await ben.sees(/I will learn Milo from the photos you sent \(3\)/);
});
