import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { createGenerator } from '#models/tensors/random.js';
import { createBotStage, type DiscordBotStage } from '#test/emulators/discord/bot-stage.js';
import type { DiscordChat } from '#test/emulators/discord/discord-chat.js';
import type { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';
import type { Fault } from '#test/emulators/discord/faults.js';
import { dumpRedis, keptWith } from '#test/helpers/kept-by-spine.js';
import { drawPhoto } from '#test/helpers/photos.js';
import type { Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { answerForAnother } from '#test/scenarios/answer-for-another.js';
import { decideAboutPhotos } from '#test/scenarios/decide-about-photos.js';
import { editPhoto } from '#test/scenarios/edit-photo.js';
import { enterContest } from '#test/scenarios/enter-contest.js';
import { hostContest } from '#test/scenarios/host-contest.js';
import { keepCovered } from '#test/scenarios/keep-covered.js';
import { learnAndDraw } from '#test/scenarios/learn-and-draw.js';
import { leaveNothing } from '#test/scenarios/leave-nothing.js';
import { leaveWhileDrawing } from '#test/scenarios/leave-while-drawing.js';
import { scenarioLocales, testOnce } from '#test/scenarios/locales.js';
import { lookAtPictures, obedientJudge, ruleOverPictures } from '#test/scenarios/look-at-pictures.js';
import { moderate } from '#test/scenarios/moderate.js';
import { shareAndLeave } from '#test/scenarios/share-and-leave.js';
import { createWorld, textPattern, type World } from '#test/scenarios/world.js';
import { writeRightToLeft } from '#test/scenarios/write-right-to-left.js';

describe('Discord', () => {
  let spine: Spine;
  let emulator: DiscordEmulator;
  let startBot: DiscordBotStage['startBot'];
  let end: DiscordBotStage['end'];

  beforeEach(async () => {
    ({ spine, emulator, startBot, end } = await createBotStage());
  });
  afterEach(() => end());

  const worldOf = (locale: 'en' | 'de', isPrivate = false): World =>
    createWorld(spine, {
      chat: emulator.chat({ locale: locale === 'de' ? 'de' : 'en-US', isPrivate }),
      locale,
      start: () => startBot(),
    });

  const placesOfLocale = { en: ['in a server', false], de: ['in private', true] } as const;
  test.each(scenarioLocales.map((locale) => [locale, ...placesOfLocale[locale]] as const))(
    'a pet is learnt and drawn (%s, %s)',
    async (locale, _, isPrivate) => {
      const world = worldOf(locale, isPrivate);
      await world.startBot();
      await world.startWorker();
      await learnAndDraw(world);
      const slowest = Math.max(
        ...[...emulator.state.interactions.values()].map((each) => each.acknowledgedAfterMs ?? 9999),
      );
      expect(slowest).toBeLessThan(3000);
    },
  );

  test.each(scenarioLocales)('a pet is shared, taken away, brought back and forgotten (%s)', async (locale) => {
    const world = worldOf(locale, true);
    await world.startBot();
    await world.startWorker();
    const other = emulator.chat({ name: 'Ben', locale: locale === 'de' ? 'de' : 'en-US', isPrivate: true });
    await shareAndLeave(world, other);
  });

  testOnce.each([
    ['a server', false],
    ['private', true],
  ] as const)('who deletes everything in %s leaves nothing behind', async (_, isPrivate) => {
    const chat = emulator.chat({ name: 'Annegret', isPrivate });
    const world = createWorld(spine, { chat, start: () => startBot() });
    await world.startBot();
    await world.startWorker();
    await leaveNothing(world, spine, [chat.personId, ...(isPrivate ? [chat.channelId] : [])]);
  });

  test.each(scenarioLocales)('doubtful photos are shown and decided about (%s)', async (language) => {
    const world = worldOf(language);
    await world.startBot();
    await world.startWorker();
    await decideAboutPhotos(world);
  });

  testOnce('what comes of a covered photo is covered', async () => {
    const anna = emulator.chat({ name: 'Anna' });
    const ben = emulator.chat({ name: 'Ben', with: anna });
    const world = createWorld(spine, { chat: ben, start: () => startBot() });
    await world.startBot();
    await world.startWorker();
    await keepCovered(world, async (photo, change) => {
      const posted = anna.writes('', [{ name: 'SPOILER_photo.jpg', type: 'image/jpeg', bytes: photo }]);
      await ben.submits(await ben.chooses('Edit this photo', posted), { change });
    });
  });

  testOnce('words from right to left turn nothing around but themselves', async () => {
    const world = worldOf('en');
    await world.startBot();
    await world.startWorker();
    await writeRightToLeft(world);
  });

  testOnce('a question is answered by the one who was asked, whoever presses', async () => {
    const chat = emulator.chat();
    const other = emulator.chat({ name: 'Ben', with: chat });
    await startBot();
    await other.say('/help');
    const shown = await other.sees(/\/imagine/);
    await answerForAnother(
      { chat, locale: 'en' },
      { platform: 'discord', id: chat.personId },
      {
        chat: other,
        async presses(action) {
          await other.press(shown, action);
        },
      },
    );
  });

  test.each(scenarioLocales)('a photo is edited by somebody else (%s)', async (locale) => {
    const world = worldOf(locale);
    await world.startBot();
    await world.startWorker();
    const chat = world.chat as ReturnType<DiscordEmulator['chat']>;
    const other = emulator.chat({ name: 'Ben', locale: locale === 'de' ? 'de' : 'en-US', with: chat });
    await editPhoto(world, {
      other,
      async postAndEdit(bytes, change) {
        const message = chat.writes('look', [{ name: 'photo.jpg', type: 'image/jpeg', bytes }]);
        await other.submits(await other.chooses(locales[locale].commands.edit.menu, message), { change });
      },
    });
  });

  test.each(scenarioLocales)('a moderator rules, and members feel it (%s)', async (locale) => {
    const world = worldOf(locale);
    await world.startBot();
    await world.startWorker();
    const moderator = world.chat as DiscordChat;
    const asGuest = (name: string) =>
      emulator.chat({ name, with: moderator, locale: moderator.speaker.locale, isGuest: true });
    const member = asGuest('Ben');
    await moderate(world, member, asGuest('Rowdy'));
    await hostContest(world, member, { hasThreads: true });
    await expect(member.say('/admin')).rejects.toThrow('does not show here');
  });

  test.each(scenarioLocales)('a picture is entered in a contest and taken back (%s)', async (locale) => {
    const moderator = worldOf(locale).chat as DiscordChat;
    const asGuest = (name: string) =>
      emulator.chat({ name, with: moderator, locale: moderator.speaker.locale, isGuest: true });
    const chat = asGuest('Anna');
    const world = createWorld(spine, { chat, locale, start: () => startBot() });
    await world.startBot();
    await world.startWorker();
    await enterContest(world, spine, {
      other: asGuest('Ben'),
      moderator,
      privateMessages: () => chat.privateMessages,
      async enterPhoto(bytes) {
        const message = chat.writes('look', [{ name: 'photo.jpg', type: 'image/jpeg', bytes }]);
        await chat.submits(await chat.chooses(locales[locale].commands.contest.menu, message), { words: 'a dog' });
      },
    });
  });

  test.each(scenarioLocales)('explicit pictures are looked after (%s)', async (locale) => {
    const judge = obedientJudge();
    const moderator = worldOf(locale).chat as DiscordChat;
    const world = createWorld(spine, { chat: moderator, locale, start: () => startBot({ judge }) });
    await world.startBot();
    await world.startWorker();
    const member = emulator.chat({ name: 'Ben', with: moderator, locale: moderator.speaker.locale, isGuest: true });
    const results = await lookAtPictures(world, judge, member, async (bytes, change) => {
      const message = member.writes('look', [{ name: 'photo.jpg', type: 'image/jpeg', bytes }]);
      await member.submits(await member.chooses(locales[locale].commands.edit.menu, message), { change });
    });
    await ruleOverPictures(world, judge, member, results);
  });

  testOnce('no token reaches Redis or the disk', async () => {
    await startBot();
    const chat = emulator.chat();
    await chat.say('/imagine a cat');
    await chat.sees(/a cat/);
    const tokens = [emulator.token, ...[...emulator.state.interactions.values()].map(({ token }) => token)];
    const dump = await dumpRedis(spine);
    expect(dump).toContain('a cat');
    for (const token of tokens) expect(dump).not.toContain(token);
    expect(await keptWith(['a cat'], spine)).not.toEqual([]);
    expect(await keptWith(tokens, spine)).toEqual([]);
  });

  testOnce('a prompt of 6 000 characters, which Discord lets through, is answered with a sentence', async () => {
    await startBot();
    const chat = emulator.chat();
    await chat.say(`/imagine ${'x'.repeat(6000)}`);
    await chat.sees(textPattern('en', 'errors.optionTooLong', { option: 'prompt', max: 2000, given: 6000 }));
    await chat.say('/queue');
    await chat.sees(/Nothing of yours is waiting/);
  });

  testOnce('a command forged where it may not be given is refused', async () => {
    await startBot();
    const anna = emulator.chat({ isPrivate: true });
    await expect(anna.say('/admin')).rejects.toThrow('does not show here');
    await anna.forges('admin');
    await anna.sees(textPattern('en', 'errors.adminNoServer'));
    const guest = emulator.chat({ name: 'Ben', isGuest: true });
    await guest.forges('admin');
    await guest.sees(textPattern('en', 'errors.moderatorsOnly'));
  });

  testOnce('who leaves while a picture is drawn leaves it where it was asked for', async () => {
    await startBot();
    const anna = emulator.chat();
    const ben = emulator.chat({ name: 'Ben', with: anna });
    await leaveWhileDrawing(
      { startWorker: async () => void (await spine.startWorker()) },
      { leaving: anna, staying: ben, privateMessages: () => anna.privateMessages },
    );
  });

  testOnce('somebody else’s job is stopped by its button only for a moderator, which is noted', async () => {
    await startBot();
    const anna = emulator.chat();
    const ben = emulator.chat({ name: 'Ben', with: anna, isGuest: true });
    const mona = emulator.chat({ name: 'Mona', with: anna });
    await anna.say('/imagine a cat');
    const waiting = await anna.sees(/a cat/);
    await ben.clicks(waiting, 'Stop');
    await ben.sees(/Only Anna or a moderator can do that/);
    expect(anna.messages).toHaveLength(1);
    await mona.clicks(waiting, 'Stop');
    await anna.sees(/“a cat”: stopped/);
    await mona.sees(/I am stopping it/);
    await mona.say('/admin audit');
    await mona.sees(/Mona: stopped a job of Anna/);
  });

  testOnce('a result finds its person where the message was deleted, and where the channel was', async () => {
    const { stop } = await startBot();
    const chat = emulator.chat();
    await chat.say('/imagine a cat');
    chat.deletes(await chat.sees(/a cat/));
    const ben = emulator.chat({ name: 'Ben' });
    await ben.say('/imagine a dog');
    await ben.sees(/a dog/);
    ben.speaker.channel.isDeleted = true;
    await spine.startWorker();
    await chat.sees(({ text, pictureCount }) => text.includes('a cat') && pictureCount === 1);
    await waitFor('the private message', () => ben.privateMessages[0]?.pictureCount === 1);
    expect(chat.messages).toHaveLength(1);
    expect(ben.privateMessages).toHaveLength(1);
    await stop();
  });

  testOnce('a photo whose link has expired is named, and nothing is learnt', async () => {
    await startBot();
    emulator.attachmentLifeMs = -1;
    const chat = emulator.chat();
    const photos = await Promise.all([1, 2, 3].map((seed) => drawPhoto(seed)));
    await chat.say('/train name: Biscuit kind: dog', { photos });
    const refused = await chat.sees(/I cannot use some of the photos/);
    expect(refused.text).toContain('Photo 1 (photo-1.jpg) could not be fetched. Please send it again.');
    await chat.say('/queue');
    await chat.sees(/Nothing of yours is waiting/);
  });

  testOnce('through lost answers, refusals, dropped connections and restarts each picture comes once', async () => {
    const seed = Number(process.env.TEST_SEED ?? 7);
    const generator = createGenerator(seed);
    const integer = (maxExclusive: number) => generator.integer(maxExclusive);
    const faults: readonly Fault[] = [
      { kind: 'answer dropped' },
      { kind: 'dropped' },
      { kind: 'status', status: 502 },
      { kind: 'rate limited', retryAfterSeconds: 0.1 },
    ];
    const routes = [
      'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original',
      'PATCH /channels/{channel_id}/messages/{message_id}',
      'POST /channels/{channel_id}/messages',
    ];
    let bot = await startBot();
    await spine.startWorker();
    const chats = ['Anna', 'Ben', 'Clara'].map((name) => emulator.chat({ name }));
    const prompts = Array.from({ length: 24 }, (_, index) => `picture number ${index}`);
    for (const [index, prompt] of prompts.entries()) {
      emulator.failNext(routes[integer(routes.length)]!, faults[integer(faults.length)]!);
      const what = integer(8);
      if (what === 0) {
        await bot.stop();
        bot = await startBot();
      } else if (what === 1) {
        const resumed = emulator.gateway.resumes;
        emulator.gateway.dropConnections();
        await waitFor('the connection', () => emulator.gateway.resumes > resumed);
      }
      const chat = chats[index % chats.length]!;
      await chat.say(`/imagine ${prompt}`);
      await chat.sees(({ text }) => text.includes(prompt));
    }
    const shows = (prompt: string) => (message: { text: string; pictureCount: number }) =>
      message.text.includes(`“${prompt}”`) && message.pictureCount === 1;
    for (const [index, prompt] of prompts.entries()) await chats[index % chats.length]!.sees(shows(prompt), 60_000);
    await sleep(1000);
    for (const [index, prompt] of prompts.entries()) {
      const said = chats[index % chats.length]!.messages.filter(({ text }) => text.includes(`“${prompt}”`));
      expect(
        said.map(({ text }) => text),
        `seed ${seed}`,
      ).toHaveLength(1);
    }
    expect(chats.flatMap(({ messages }) => messages)).toHaveLength(prompts.length);
    await bot.stop();
  });
});
