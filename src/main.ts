import { join } from 'node:path';
import type { Logger } from 'pino';
import { commands } from '#commands/index.js';
import type { HeldBlobs } from './blobs/held-blobs.js';
import { type PlatformParts, startBot } from './bot.js';
import type { Config } from './operations/config.js';
import { runProcess } from './operations/run-process.js';
import type { Platform } from './platforms/platform.js';
import { WebPlatform } from './platforms/web/web-platform.js';

/** Undefined where the service is not switched on. Client libraries, slow to load, are loaded only where it is. */
type Service = (
  config: Config,
) => Promise<((blobs: HeldBlobs, log: Logger, parts: PlatformParts) => Platform) | undefined>;

const webPage: Service =
  async (config) =>
  (blobs, log, { notesOf, health }) =>
    new WebPlatform({
      host: config.WEB_HOST,
      port: config.WEB_PORT,
      allowedHosts: config.WEB_ALLOWED_HOSTS,
      notes: notesOf('web'),
      olderFolder: join(config.DATA_DIR, 'web'),
      blobs,
      maxPhotoBytes: config.MAX_PHOTO_BYTES,
      log,
      health: () => health.report(),
    });

const discord: Service = async (config) => {
  const { DISCORD_TOKEN: token, DISCORD_SHARDS: shards, DISCORD_USER_INSTALL: install } = config;
  if (token === undefined) return undefined;
  const { DiscordPlatform } = await import('./platforms/discord/discord-platform.js');
  return (blobs, log, { notesOf, assertLeading }) =>
    new DiscordPlatform({
      token,
      notes: notesOf('discord'),
      olderFolder: join(config.DATA_DIR, 'discord'),
      blobs,
      log,
      shards,
      allowsUserInstall: install === 'yes',
      beforeRequest: assertLeading,
    });
};

const telegram: Service = async (config) => {
  const {
    TELEGRAM_TOKEN: token,
    TELEGRAM_API_ROOT: apiRoot,
    TELEGRAM_WEBHOOK_URL: publicUrl,
    TELEGRAM_WEBHOOK_SECRET: secret,
    TELEGRAM_WEBHOOK_HOST: host,
    TELEGRAM_WEBHOOK_PORT: port,
  } = config;
  if (token === undefined) return undefined;
  const { TelegramPlatform } = await import('./platforms/telegram/telegram-platform.js');
  const webhook = publicUrl !== undefined && secret !== undefined ? { webhook: { publicUrl, secret, host, port } } : {};
  return (blobs, log, { notesOf, fitPhoto, assertLeading: beforeRequest }) =>
    new TelegramPlatform({
      token,
      apiRoot,
      ...webhook,
      notes: notesOf('telegram'),
      olderFolder: join(config.DATA_DIR, 'telegram'),
      blobs,
      fitPhoto,
      beforeRequest,
      log,
    });
};

await runProcess('bot', async (config, log, { stopping }) => {
  if (config.REDIS_URL === undefined)
    throw new Error('REDIS_URL is not set: start everything with `npm start`, or name a Redis');
  const services = await Promise.all([webPage, discord, telegram].map((service) => service(config)));
  return startBot({
    config,
    redisUrl: config.REDIS_URL,
    commands,
    createPlatforms: (blobs, parts) => services.flatMap((create) => create?.(blobs, log, parts) ?? []),
    log,
    stopping,
  });
});
