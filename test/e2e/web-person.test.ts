import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import type { BotOptions, RunningBot } from '#src/bot.js';
import { askerTagOf } from '#src/core/action.js';
import { createLog } from '#src/operations/log.js';
import { WebPlatform } from '#src/platforms/web/web-platform.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { decideAboutPhotos } from '#test/scenarios/decide-about-photos.js';
import { editPhoto } from '#test/scenarios/edit-photo.js';
import { enterContest } from '#test/scenarios/enter-contest.js';
import { keepCovered } from '#test/scenarios/keep-covered.js';
import { learnAndDraw } from '#test/scenarios/learn-and-draw.js';
import { scenarioLocales } from '#test/scenarios/locales.js';
import { lookAtPictures, obedientJudge } from '#test/scenarios/look-at-pictures.js';
import { shareAndLeave } from '#test/scenarios/share-and-leave.js';
import { WebPerson } from '#test/scenarios/web-person.js';
import { createWorld, textPattern, type World } from '#test/scenarios/world.js';
import { writeRightToLeft } from '#test/scenarios/write-right-to-left.js';

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

async function startBot(overrides: Partial<BotOptions> = {}) {
  let platform: WebPlatform | undefined;
  const bot = await spine.startBot({
    createPlatforms: (blobs, { notesOf }) => {
      platform = new WebPlatform({
        host: '127.0.0.1',
        port: 0,
        allowedHosts: [],
        notes: notesOf('web'),
        blobs,
        maxPhotoBytes: spine.config.MAX_PHOTO_BYTES,
        log: createLog({ level: 'silent', name: 'test' }),
      });
      return [platform];
    },
    ...overrides,
  });
  address = platform!.url;
  return bot;
}

async function open(language: 'en' | 'de'): Promise<WebPerson> {
  const person = await WebPerson.open(address, language);
  people.push(person);
  return person;
}

/** A bot and a worker that are running; when the bot is started again, the page connects again. */
async function openWorld(language: 'en' | 'de', overrides?: Partial<BotOptions>): Promise<World> {
  let first: RunningBot | undefined = await startBot(overrides);
  const chat = await open(language);
  const world = createWorld(spine, {
    chat,
    locale: language,
    async start() {
      const bot = first ?? (await startBot(overrides));
      if (!first) await chat.reconnect(address);
      first = undefined;
      return bot;
    },
  });
  await world.startBot();
  await world.startWorker();
  return world;
}

describe.each(scenarioLocales)('in the language %s', (language) => {
  test('a pet is learnt and drawn', async () => {
    await learnAndDraw(await openWorld(language));
  });

  test('a pet is shared, taken away, brought back and forgotten', async () => {
    await shareAndLeave(await openWorld(language), await open(language));
  });

  test('nobody presses a button that their own chat has not shown', async () => {
    const { chat } = await openWorld(language);
    await chat.say('/mydata action: delete');
    const question = await chat.sees(textPattern(language, 'commands.mydata.replies.confirm'));
    const other = await open(language);
    await other.say('/help');
    const shown = await other.sees(/\/imagine/);
    const call = 'mydata?action=delete&confirmed=true';
    const asked = { platform: 'web', id: (chat as WebPerson).id } as const;
    for (const action of [`${call}~${askerTagOf(asked)}`, call])
      await expect(other.forges(shown, action)).rejects.toMatchObject({ status: 410 });
    await chat.clicks(question, locales[language].buttons.deleteAll);
    await chat.sees(textPattern(language, 'commands.mydata.replies.deleted'));
  });

  test('doubtful photos are shown and decided about', async () => {
    await decideAboutPhotos(await openWorld(language));
    expect(spine.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  test('a prompt of 6 000 characters is answered with a sentence', async () => {
    const { chat } = await openWorld(language);
    await chat.say(`/imagine ${'x'.repeat(6000)}`);
    await chat.sees(textPattern(language, 'errors.optionTooLong', { option: 'prompt', max: 2000, given: 6000 }));
  });

  test('words from right to left turn nothing around but themselves', async () => {
    await writeRightToLeft(await openWorld(language));
  });

  test('what comes of a photo that was covered is covered', async () => {
    const world = await openWorld(language);
    await keepCovered(world, (photo, change) =>
      world.chat.say(`/edit ${change}`, { file: { name: 'SPOILER_dog.jpg', bytes: photo } }),
    );
  });

  test('explicit pictures are looked after on a page that others reach', async () => {
    const judge = obedientJudge();
    const world = await openWorld(language, { judge, config: { ...spine.config, WEB_HOST: '0.0.0.0' } });
    const { chat } = world;
    await lookAtPictures(world, judge, chat, (photo, change) => chat.say(`/edit ${change}`, { photos: [photo] }));
  });

  test('a picture is entered in a contest and taken back', async () => {
    const world = await openWorld(language);
    await enterContest(world, spine, {
      enterPhoto: (photo) => world.chat.say('/contest enter words: a dog', { photos: [photo] }),
    });
  });

  test('a photo is edited', async () => {
    const world = await openWorld(language);
    const { chat } = world;
    await editPhoto(world, {
      other: chat,
      postAndEdit: (photo, change) => chat.say(`/edit ${change}`, { photos: [photo] }),
    });
  });
});
