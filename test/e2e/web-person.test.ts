import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '#src/log.js';
import { WebPlatform } from '#src/platforms/web/web-platform.js';
import type { BlobStore } from '#src/storage/blobs.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { decideAboutPhotos } from '#test/scenarios/decide-about-photos.js';
import { editPhoto } from '#test/scenarios/edit-photo.js';
import { shareAndLeave } from '#test/scenarios/share-and-leave.js';
import { WebPerson } from '#test/scenarios/web-person.js';
import { createWorld } from '#test/scenarios/world.js';

let spine: Spine;
let address: string;
const people: WebPerson[] = [];

beforeEach(async () => {
  spine = await createSpine();
});
afterEach(async () => {
  for (const person of people.splice(0)) person.close();
  await spine.stop();
});

async function startBot() {
  let platform: WebPlatform | undefined;
  const bot = await spine.startBot({
    createPlatforms: (blobs: BlobStore) => {
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
  address = platform!.url;
  return bot;
}

async function openWorld(language: 'en' | 'de') {
  const bot = await startBot();
  const chat = await WebPerson.open(address, language);
  people.push(chat);
  return { bot, chat };
}

test('doubtful photos are shown and decided about', async () => {
  const { chat } = await openWorld('en');
  await spine.startWorker();
  await decideAboutPhotos({ chat, locale: 'en' });
  expect(spine.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
});

test('a pet is shared, taken away and forgotten', async () => {
  const { chat, bot } = await openWorld('en');
  const other = await WebPerson.open(address, 'en');
  people.push(other);
  const world = createWorld(spine, { chat, start: async () => bot });
  await world.startWorker();
  await shareAndLeave(world, other);
});

test.each(['en', 'de'] as const)('a photo is edited (%s)', async (language) => {
  const { chat, bot } = await openWorld(language);
  let running: typeof bot | undefined = bot;
  const world = createWorld(spine, { chat, locale: language, start: startBot });
  await world.startWorker();
  await editPhoto(
    {
      ...world,
      stopBot: async () => {
        await running?.stop();
        running = undefined;
      },
      startBot: async () => {
        running = await startBot();
        await chat.reconnect(address);
      },
    },
    { other: chat, postAndEdit: (photo, change) => chat.say(`/edit ${change}`, { photos: [photo] }) },
  );
});
