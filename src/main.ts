import { join } from 'node:path';
import { commands } from '#commands/index.js';
import { startBot } from './bot.js';
import { WebPlatform } from './platforms/web/web-platform.js';
import { runProcess } from './run-process.js';

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
    ],
    log,
  });
});
