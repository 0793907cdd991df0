import { commands } from '#commands/index.js';
import { startBot } from '#src/bot.js';
import { loadConfig } from '#src/config.js';
import { createLog } from '#src/log.js';
import { DiscordPlatform, type DiscordPlatformOptions } from '#src/platforms/discord/discord-platform.js';
import { TelegramPlatform, type TelegramPlatformOptions } from '#src/platforms/telegram/telegram-platform.js';

export interface BotProcessSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly redisUrl: string;
  readonly discord?: Omit<DiscordPlatformOptions, 'blobs' | 'log' | 'now'>;
  readonly telegram?: Omit<TelegramPlatformOptions, 'blobs' | 'log'>;
}

/** A bot in a process of its own, in front of emulators, to be killed by a test or measured by a benchmark. */
const settings = JSON.parse(process.argv[2]!) as BotProcessSettings;
const config = loadConfig(settings.environment);
const log = createLog({ level: config.LOG_LEVEL, name: 'bot' });
const bot = await startBot({
  config,
  redisUrl: settings.redisUrl,
  commands,
  createPlatforms: (blobs) => [
    ...(settings.discord ? [new DiscordPlatform({ ...settings.discord, blobs, log })] : []),
    ...(settings.telegram ? [new TelegramPlatform({ ...settings.telegram, blobs, log })] : []),
  ],
  log,
  reconcileIntervalMs: 500,
  requeueAfterMs: 3000,
});

async function stop(): Promise<never> {
  await bot.stop();
  process.exit(0);
}
process.on('disconnect', () => void stop());
process.on('message', (asked) => {
  if (asked === 'stop') void stop();
  if (asked === 'memory') process.send?.({ memory: measureMemory() });
});
process.send?.({ memory: measureMemory() });

function measureMemory(): NodeJS.MemoryUsage {
  globalThis.gc?.();
  return process.memoryUsage();
}
