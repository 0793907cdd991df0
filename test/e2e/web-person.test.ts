import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLog } from '#src/log.js';
import { WebPlatform } from '#src/platforms/web/web-platform.js';
import { createSpine } from '#test/helpers/spine.js';
import { decideAboutPhotos } from '#test/scenarios/decide-about-photos.js';
import { WebPerson } from '#test/scenarios/web-person.js';

test('at the chat page, doubtful photos are shown and decided about', async () => {
  const spine = await createSpine();
  let person: WebPerson | undefined;
  try {
    let platform: WebPlatform | undefined;
    await spine.startBot({
      createPlatforms: (blobs) => {
        platform = new WebPlatform({
          host: '127.0.0.1',
          port: 0,
          allowedHosts: [],
          dataFolder: join(spine.folder, 'web'),
          blobs,
          maxPhotoBytes: spine.config.MAX_PHOTO_BYTES,
          log: createLog({ level: 'silent', name: 'test' }),
        });
        return [platform];
      },
    });
    await spine.startWorker();
    person = await WebPerson.open(platform!.url);
    await decideAboutPhotos({ chat: person, locale: 'en' });
    expect(spine.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
  } finally {
    person?.close();
    await spine.stop();
  }
});
