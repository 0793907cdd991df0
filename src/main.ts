import { join } from 'node:path';
import { commands } from '#commands/index.js';
import { startBot } from './bot.js';
import type { Config } from './config.js';
import type { Logger } from './log.js';
import { DiscordPlatform } from './platforms/discord/discord-platform.js';
import { TelegramPlatform } from './platforms/telegram/telegram-platform.js';
import { WebPlatform } from './platforms/web/web-platform.js';
import { runProcess } from './run-process.js';
import type { BlobStore } from './storage/blobs.js';

await runProcess('bot', async (config, log) => {
  if (config.REDIS_URL === undefined)
    throw new Error('REDIS_URL is not set: start everything with `npm start`, or name a Redis');
  return startBot({
    config,
    redisUrl: config.REDIS_URL,
    commands,
    createPlatforms: (blobs) => [
      new WebPlatform({
        host: config.WEB_HOST,
        port: config.WEB_PORT,
        allowedHosts: config.WEB_ALLOWED_HOSTS,
        dataFolder: join(config.DATA_DIR, 'web'),
        blobs,
        maxPhotoBytes: config.MAX_PHOTO_BYTES,
        log,
      }),
      ...discord(config, blobs, log),
      ...telegram(config, blobs, log),
    ],
    log,
  });
});

/** None without a token. */
function discord(config: Config, blobs: BlobStore, log: Logger): readonly DiscordPlatform[] {
  const { DISCORD_TOKEN: token, DISCORD_SHARDS: shards, DISCORD_USER_INSTALL: install } = config;
  if (token === undefined) return [];
  const dataFolder = join(config.DATA_DIR, 'discord');
  return [
    new DiscordPlatform({
      token,
      dataFolder,
      blobs,
      log,
      shards,
      allowsUserInstall: install === 'yes',
    }),
  ];
}

/** None without a token. */
function telegram(config: Config, blobs: BlobStore, log: Logger): readonly TelegramPlatform[] {
  const {
    TELEGRAM_TOKEN: token,
    TELEGRAM_API_ROOT: apiRoot,
    TELEGRAM_WEBHOOK_URL: publicUrl,
    TELEGRAM_WEBHOOK_SECRET: secret,
    TELEGRAM_WEBHOOK_HOST: host,
    TELEGRAM_WEBHOOK_PORT: port,
  } = config;
  if (token === undefined) return [];
  const webhook = publicUrl !== undefined && secret !== undefined ? { webhook: { publicUrl, secret, host, port } } : {};
  const dataFolder = join(config.DATA_DIR, 'telegram');
  return [new TelegramPlatform({ token, apiRoot, ...webhook, dataFolder, blobs, log })];
}
