import { execFile } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '#src/core/package-root.js';
import { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';
import { emulated } from '#test/emulators/discord/setup.js';
import { fastTimings } from '#test/emulators/telegram/fast-timings.js';
import { TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
import { smoke } from '#test/smoke/smoke.js';

let discord: DiscordEmulator;
let telegram: TelegramEmulator;
let lines: string[];
beforeEach(async () => {
  [discord, telegram] = await Promise.all([DiscordEmulator.start(), TelegramEmulator.start()]);
  lines = [];
});
afterEach(async () => {
  await Promise.all([discord.stop(), telegram.stop()]);
  expect(discord.violations).toEqual([]);
  expect(telegram.violations).toEqual([]);
  for (const token of [discord.token, telegram.token]) expect(lines.join('\n')).not.toContain(token);
});

const tokenOf = (emulator: TelegramEmulator) => emulator.token.replace('AA-', 'AA-long-enough_');

function run(environment: Record<string, string>) {
  const { token: _, ...patience } = emulated(discord);
  return smoke({
    environment: { TELEGRAM_API_ROOT: telegram.apiRoot, LOG_LEVEL: 'silent', ...environment },
    write: (line) => lines.push(line),
    discord: { ...patience, requestAttempts: 2 },
    telegram: { timings: fastTimings },
  });
}

test('on both services commands are registered, and a message comes, changes and goes', async () => {
  await telegram.stop();
  telegram = await TelegramEmulator.start({ token: tokenOf(telegram) });
  const channel = discord.chat();
  const chat = telegram.user('Anna').privateChat();
  const isFine = await run({
    DISCORD_TOKEN: discord.token,
    DISCORD_SMOKE_CHANNEL: channel.channelId,
    TELEGRAM_TOKEN: telegram.token,
    TELEGRAM_SMOKE_CHAT: String(chat.chat.id),
  });
  expect(lines).toEqual(
    ['discord', 'telegram'].flatMap((name) =>
      ['connected', 'commands registered', 'message posted', 'message edited', 'message deleted'].map(
        (what) => `${name}: ${what}`,
      ),
    ),
  );
  expect(isFine).toBe(true);
  expect(discord.state.commands.map(({ name }) => name)).toContain('train');
  // For everybody and for administrators, without a language and in six.
  expect(telegram.state.commands.size).toBe(2 * 7);
  const posted = [...discord.state.messages.values()];
  expect(posted.map(({ history, isDeleted }) => [history.length, isDeleted])).toEqual([[2, true]]);
  expect(telegram.state.messages.map(({ isDeleted }) => isDeleted)).toEqual([true]);
  expect(chat.messages).toEqual([]);
  // A bot that runs beside it keeps its updates and its webhook.
  expect(telegram.count('getUpdates') + telegram.count('deleteWebhook')).toBe(0);
});

test('what does not work is said, without the token, and counts', async () => {
  const chat = discord.chat();
  chat.speaker.channel.canSend = false;
  expect(await run({ DISCORD_TOKEN: discord.token, DISCORD_SMOKE_CHANNEL: chat.channelId })).toBe(false);
  expect(lines.at(-1)).toMatch(/^discord: FAILED: /);
  const wrong = `${discord.token.slice(0, -1)}i`;
  expect(await run({ DISCORD_TOKEN: wrong, DISCORD_SMOKE_CHANNEL: chat.channelId })).toBe(false);
  expect(lines.at(-1)).toBe('discord: FAILED: Discord refuses the token: check DISCORD_TOKEN');
  expect(await run({ DISCORD_TOKEN: discord.token })).toBe(false);
  expect(lines.at(-1)).toContain('DISCORD_SMOKE_CHANNEL has to be the number of a channel');
});

test('without tokens the script says what to set and fails', async () => {
  const environment = { PATH: process.env.PATH, HOME: process.env.HOME, DOTENV_CONFIG_PATH: '/dev/null' };
  const { code, said } = await new Promise<{ code: unknown; said: string }>((resolve) => {
    execFile(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', 'test/smoke/run.ts'],
      { cwd: packageRoot, env: environment },
      (error, stdout, stderr) => resolve({ code: error?.code, said: stdout + stderr }),
    );
  });
  expect(said).toBe(
    'nothing was tried: set DISCORD_TOKEN and DISCORD_SMOKE_CHANNEL, or TELEGRAM_TOKEN and TELEGRAM_SMOKE_CHAT\n',
  );
  expect(code).toBe(1);
});
