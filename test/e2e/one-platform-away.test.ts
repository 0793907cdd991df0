import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BotOptions } from '#src/bot.js';
import type { HealthReport } from '#src/core/health-report.js';
import { DiscordPlatform } from '#src/platforms/discord/discord-platform.js';
import { TelegramPlatform } from '#src/platforms/telegram/telegram-platform.js';
import { WebPlatform } from '#src/platforms/web/web-platform.js';
import { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';
import { emulated } from '#test/emulators/discord/setup.js';
import { emulated as emulatedTelegram } from '#test/emulators/telegram/setup.js';
import { TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

let spine: Spine;
let discord: DiscordEmulator;
let telegram: TelegramEmulator;
let web: WebPlatform;

beforeEach(async () => {
  [discord, telegram, spine] = await Promise.all([DiscordEmulator.start(), TelegramEmulator.start(), createSpine()]);
});
afterEach(async () => {
  await spine.stop();
  await Promise.all([discord.stop(), telegram.stop()]);
  const said = spine.logLines.join('');
  expect(said).not.toContain(discord.token);
  expect(said).not.toContain(telegram.token.split(':')[1]);
});

const createPlatforms: BotOptions['createPlatforms'] = (blobs, { health, notesOf }) => {
  const common = { blobs, log: spine.log };
  web = new WebPlatform({
    ...common,
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    notes: notesOf('web'),
    maxPhotoBytes: 1e6,
    health: () => health.report(),
  });
  return [
    web,
    new DiscordPlatform({ ...common, ...emulated(discord), notes: notesOf('discord') }),
    new TelegramPlatform({
      ...common,
      ...emulatedTelegram(telegram),
      notes: notesOf('telegram'),
    }),
  ];
};
const delays = { firstMs: 50, maxMs: 200 };
const startBot = () =>
  spine.startBot({ createPlatforms, connectionDelays: { unreachableDelays: delays, refusedDelays: delays } });
const health = async (path = '') => {
  const response = await fetch(`${web.url}/healthz${path}`);
  return { status: response.status, body: (await response.json()) as HealthReport };
};
const saidOf = (platform: string) =>
  spine.logLines.map((line) => (JSON.parse(line) as { msg: string }).msg).filter((line) => line.startsWith(platform));

describe('one platform that is away or refuses the bot', () => {
  test('lets the others work, is shown, and gets what it missed when it is back', async () => {
    await startBot();
    const anna = discord.chat({ name: 'Anna' });
    await anna.say('/imagine a cat');
    await anna.sees(/place in the queue/i);

    discord.isTokenRevoked = true;
    discord.gateway.closeConnections(4004);
    await waitFor('the refusal', async () => (await health('/discord')).status === 503);
    await spine.startWorker();
    const ben = telegram.user('Ben').privateChat();
    await ben.say('/imagine a dog');
    await ben.sees((message) => message.pictureCount > 0);
    expect(await health()).toEqual({
      status: 200,
      body: {
        status: 'degraded',
        database: 'working',
        redis: 'working',
        platforms: {
          web: { state: 'working', since: expect.any(String), sentence: 'is up' },
          discord: {
            state: 'refused',
            since: expect.any(String),
            sentence: 'Discord refuses the token: check DISCORD_TOKEN',
          },
          telegram: { state: 'working', since: expect.any(String), sentence: 'is connected' },
        },
      },
    });
    expect((await health('/telegram')).status).toBe(200);
    expect((await health('/matrix')).status).toBe(404);
    const requests = discord.requests.length;
    await waitFor('further attempts', () => discord.requests.length > requests + 2);
    expect(discord.requests.slice(requests).map(({ route }) => route)).not.toContain(
      'PATCH /channels/{channel_id}/messages/{message_id}',
    );

    discord.isTokenRevoked = false;
    await anna.sees((message) => message.pictureCount > 0);
    expect((await health()).body.status).toBe('ok');
    expect(saidOf('discord')).toEqual([
      'discord: is connected',
      'discord: Discord refuses the token: check DISCORD_TOKEN; trying again, ever more slowly',
      'discord: is connected',
    ]);
    expect(telegram.violations).toEqual([]);
  });

  test.each(['discord', 'telegram'] as const)('from the start: %s', async (name) => {
    const isDiscord = name === 'discord';
    if (isDiscord) discord.failNext('GET /gateway/bot', { kind: 'dropped' }, 3);
    else telegram.failNext('getMe', { kind: 'status', status: 502 }, 3);
    await startBot();
    await spine.startWorker();
    const [there, away] = isDiscord
      ? [telegram.user('Ben').privateChat(), discord.chat()]
      : [discord.chat(), telegram.user('Ben').privateChat()];
    await there.say('/imagine a dog');
    await there.sees((message) => message.pictureCount > 0);
    await waitFor('the connection', async () => (await health()).body.status === 'ok');
    await away.say('/imagine a cat');
    await away.sees((message) => message.pictureCount > 0);
    expect(saidOf(name)).toEqual([expect.stringMatching(/cannot be reached|did not answer/), `${name}: is connected`]);
  });

  test('does not keep the bot from stopping', async () => {
    discord.gateway.isAway = true;
    telegram.failNext('getMe', { kind: 'status', status: 502 }, 1000);
    const bot = await startBot();
    expect((await health()).body.platforms).toMatchObject({
      discord: { state: 'starting' },
      telegram: { state: 'unreachable' },
    });
    const { url } = web;
    await bot.stop();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});
