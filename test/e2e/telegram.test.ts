import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGenerator } from '#models/tensors/random.js';
import { createBotStage, type TelegramBotStage } from '#test/emulators/telegram/bot-stage.js';
import type { Fault, TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
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

describe('Telegram', () => {
  let spine: Spine;
  let emulator: TelegramEmulator;
  let startBot: TelegramBotStage['startBot'];
  let end: TelegramBotStage['end'];

  beforeEach(async () => {
    ({ spine, emulator, startBot, end } = await createBotStage());
  });
  afterEach(() => end());

  const worldOf = (language: 'en' | 'de'): World =>
    createWorld(spine, {
      chat: emulator.user('Anna', { language }).privateChat(),
      locale: language,
      start: () => startBot(),
    });

  test.each(scenarioLocales)('a pet is learnt and drawn (%s)', async (language) => {
    const world = worldOf(language);
    await world.startBot();
    await world.startWorker();
    await learnAndDraw(world);
  });

  test.each(scenarioLocales)('a pet is shared, taken away, brought back and forgotten (%s)', async (language) => {
    const world = worldOf(language);
    await world.startBot();
    await world.startWorker();
    await shareAndLeave(world, emulator.user('Ben', { language }).privateChat());
  });

  testOnce('who deletes everything leaves nothing behind', async () => {
    const user = emulator.user('Annegret');
    const world = createWorld(spine, {
      chat: user.privateChat(),
      start: () => startBot(),
    });
    await world.startBot();
    await world.startWorker();
    await leaveNothing(world, spine, [String(user.user.id)]);
  });

  test.each(scenarioLocales)('doubtful photos are shown and decided about (%s)', async (language) => {
    const world = worldOf(language);
    await world.startBot();
    await world.startWorker();
    await decideAboutPhotos(world);
  });

  testOnce('words from right to left turn nothing around but themselves', async () => {
    const world = worldOf('de');
    await world.startBot();
    await world.startWorker();
    await writeRightToLeft(world);
  });

  test.each(scenarioLocales)('a photo is edited by somebody else (%s)', async (language) => {
    const group = emulator.group('Pet lovers');
    const anna = group.as(emulator.user('Anna', { language }));
    const other = group.as(emulator.user('Ben', { language }));
    const world = createWorld(spine, {
      chat: anna,
      locale: language,
      start: () => startBot(),
    });
    await world.startBot();
    await world.startWorker();
    await editPhoto(world, {
      other,
      async postAndEdit(photo, change) {
        const [posted] = await anna.send(undefined, { photos: [photo] });
        await other.send(`/edit ${change}`, { replyTo: posted!.message_id });
      },
    });
  });

  testOnce('what comes of a covered photo of somebody else is covered', async () => {
    const group = emulator.group('Pet lovers');
    const anna = group.as(emulator.user('Anna'));
    const ben = group.as(emulator.user('Ben'));
    const world = createWorld(spine, { chat: ben, start: () => startBot() });
    await world.startBot();
    await world.startWorker();
    await keepCovered(world, async (photo, change) => {
      const [posted] = await anna.send(undefined, { photos: [photo], isSpoiler: true });
      await ben.send(`/edit ${change}`, { replyTo: posted!.message_id });
    });
  });

  testOnce('doubtful photos of an album of which one is covered, and what is learnt of them, are covered', async () => {
    await startBot();
    await spine.startWorker();
    const chat = emulator.user('Anna').privateChat();
    const [covered, ...others] = await Promise.all([1, 2, 3, 3].map((seed) => drawPhoto(seed)));
    await chat.send('/train name: Biscuit kind: dog', { photos: [covered!], isSpoiler: true });
    const draft = await chat.sees(/Photos so far/);
    await chat.send(undefined, { photos: others, replyTo: draft.id });
    await chat.clicks(await chat.sees(({ text, buttons }) => text.includes('4') && buttons.includes('Train')), 'Train');
    const picture = async (pattern: RegExp) =>
      chat.sees(({ text, pictureCount }) => pictureCount === 1 && pattern.test(text));
    const asked = await picture(/some of these photos/);
    await chat.clicks(asked, 'Use anyway');
    const learnt = await picture(/I know Biscuit/);
    await chat.send('/pets');
    const listed = await picture(/learnt from/);
    expect([asked, learnt, listed].map(({ isHidden }) => isHidden)).toEqual([true, true, true]);
  });

  testOnce('a question is answered by the one who was asked, whoever presses', async () => {
    const group = emulator.group('Pet lovers');
    const anna = emulator.user('Anna');
    const chat = group.as(anna, { looksAlone: true });
    const other = group.as(emulator.user('Ben'), { looksAlone: true });
    await startBot();
    await other.say('/help');
    const shown = await other.sees(/\/imagine/);
    await answerForAnother(
      { chat, locale: 'en' },
      { platform: 'telegram', id: String(anna.user.id) },
      {
        chat: other,
        async presses(action) {
          await other.pressData(emulator.state.findMessage(group.chat.id, Number(shown.id))!, action);
        },
      },
    );
  });

  test.each(scenarioLocales)('a moderator rules, and members feel it (%s)', async (language) => {
    const group = emulator.group('Pet lovers');
    const mona = emulator.user('Mona', { language });
    group.chat.moderators = new Set([mona.user.id]);
    const world = createWorld(spine, {
      chat: group.as(mona, { looksAlone: true }),
      locale: language,
      start: () => startBot(),
    });
    await world.startBot();
    await world.startWorker();
    const member = group.as(emulator.user('Ben', { language }));
    await moderate(world, member, group.as(emulator.user('Rowdy', { language }), { looksAlone: true }));
    await hostContest(world, member);
    const refusals = () =>
      member.messages.filter(({ text }) => textPattern(language, 'errors.moderatorsOnly').test(text));
    const before = refusals().length;
    await member.say('/admin');
    await waitFor('the refusal', () => refusals().length === before + 1);
  });

  test.each(scenarioLocales)('a picture is entered in a contest and taken back (%s)', async (language) => {
    const group = emulator.group('Pet lovers');
    const mona = emulator.user('Mona', { language });
    group.chat.moderators = new Set([mona.user.id]);
    const chat = group.as(emulator.user('Anna', { language }), { looksAlone: true });
    const world = createWorld(spine, { chat, locale: language, start: () => startBot() });
    await world.startBot();
    await world.startWorker();
    await enterContest(world, spine, {
      other: group.as(emulator.user('Ben', { language })),
      moderator: group.as(mona, { looksAlone: true }),
      enterPhoto: (photo) => chat.say('/contest enter words: a dog', { photos: [photo] }),
    });
  });

  test.each(scenarioLocales)('explicit pictures are looked after (%s)', async (language) => {
    const group = emulator.group('Pet lovers');
    const mona = emulator.user('Mona', { language });
    group.chat.moderators = new Set([mona.user.id]);
    const member = group.as(emulator.user('Ben', { language }), { looksAlone: true });
    const judge = obedientJudge();
    const world = createWorld(spine, {
      chat: group.as(mona, { looksAlone: true }),
      locale: language,
      start: () => startBot({ judge }),
    });
    await world.startBot();
    await world.startWorker();
    const results = await lookAtPictures(world, judge, member, async (photo, change) => {
      const [posted] = await member.send(undefined, { photos: [photo] });
      await member.send(`/edit ${change}`, { replyTo: posted!.message_id });
    });
    await ruleOverPictures(world, judge, member, results);
  });

  testOnce(
    '/admin ban in a topic, without anybody named, asks whom; an anonymous administrator bans, and trains nothing',
    async () => {
      await startBot();
      const forum = emulator.group('Pet lovers', { isForum: true });
      const mona = emulator.user('Mona');
      forum.chat.moderators = new Set([mona.user.id]);
      const thread = forum.topic('Dogs', emulator.user('Tom'));
      const inTopic = forum.as(mona, { thread });
      await inTopic.send('/admin ban');
      await inTopic.sees(textPattern('en', 'errors.adminIncomplete', { action: 'ban', options: 'person' }));
      const rowdy = forum.as(emulator.user('Rowdy'), { thread, looksAlone: true });
      const anonymous = forum.asItself({ thread });
      await anonymous.say('/imagine a fox');
      await anonymous.sees(textPattern('en', 'errors.anonymousAdmin'));
      await rowdy.say('/queue');
      await anonymous.say('/admin ban', { about: rowdy });
      await anonymous.sees(textPattern('en', 'commands.admin.replies.banned', { names: 'Rowdy' }));
      await rowdy.say('/imagine a muddy carpet');
      await rowdy.sees(textPattern('en', 'errors.banned'));
    },
  );

  testOnce('where Telegram does not say who moderates, a moderator is told so in a sentence', async () => {
    await startBot();
    const group = emulator.group('Pet lovers');
    const user = emulator.user('Mona');
    group.chat.moderators = new Set([user.user.id]);
    const mona = group.as(user, { looksAlone: true });
    const refusal: Fault = { kind: 'refused', code: 400, description: 'Bad Request: CHAT_ADMIN_REQUIRED' };
    emulator.failNext('getChatAdministrators', refusal);
    await mona.say('/admin');
    await mona.sees(textPattern('en', 'errors.moderatorsUnknown'));
    await mona.say('/admin');
    await mona.sees(textPattern('en', 'commands.admin.replies.none'));
  });

  testOnce('a group becomes a supergroup: bans, rules, what is drawn and what was drawn go along', async () => {
    await startBot();
    const group = emulator.group('Pets', { type: 'group' });
    const [moderator, anna, rowdy] = [emulator.user('Mona'), emulator.user('Anna'), emulator.user('Rowdy')];
    group.chat.moderators = new Set([moderator.user.id]);
    const mona = group.as(moderator, { looksAlone: true });
    await group.as(rowdy).say('/queue');
    await mona.say('/admin ban', { about: group.as(rowdy) });
    await mona.sees(textPattern('en', 'commands.admin.replies.banned', { names: 'Rowdy' }));
    await mona.say('/admin channel here: spoiler');
    await mona.sees(textPattern('en', 'commands.admin.replies.spoiler'));
    await group.as(anna).say('/imagine a fox');
    await group.as(anna).sees(/a fox/);
    // The migration is learnt from one message alone, and before anything is drawn.
    const supergroup = group.becomesSupergroup(['to']);
    const barred = supergroup.as(rowdy, { looksAlone: true });
    await barred.say('/imagine a muddy carpet');
    await barred.sees(textPattern('en', 'errors.banned'));
    await spine.startWorker();
    const isFox = (text: string, pictureCount: number) => pictureCount > 0 && /“a fox” for Anna/.test(text);
    const drawn = await supergroup.as(anna).sees(({ text, pictureCount }) => isFox(text, pictureCount), 30_000);
    expect(drawn.isHidden).toBe(true);
    await supergroup.as(anna).clicksAndSays(drawn, 'Other words', 'a red fox');
    await supergroup.as(anna).sees(({ text, pictureCount }) => pictureCount > 0 && /“a red fox” for Anna/.test(text));
    await sleep(300);
    const foxes = supergroup.as(anna).messages.filter(({ text, pictureCount }) => isFox(text, pictureCount));
    expect(foxes).toHaveLength(1);
    expect(anna.privateChat().messages).toEqual([]);
  });

  testOnce('a draft in a topic is trained there, and who has no part in it cannot start it', async () => {
    await startBot();
    await spine.startWorker();
    const forum = emulator.group('Pet lovers', { isForum: true });
    const anna = forum.as(emulator.user('Anna'), { thread: 31 });
    const bob = forum.as(emulator.user('Bob'), { thread: 31 });
    await anna.send('/train@PetboothBot name: Biscuit kind: dog');
    const draft = await anna.sees(/reply to this message/);
    for (let number = 1; number <= 4; number += 1)
      await anna.send(undefined, { photos: [await drawPhoto(number)], replyTo: draft.id });
    const ready = await anna.sees(({ text, buttons }) => text.includes('4') && buttons.includes('Train'));
    await bob.clicks(ready, 'Train');
    await anna.clicks(ready, 'Train');
    const learnt = await anna.sees(({ text, pictureCount }) => /I know Biscuit/.test(text) && pictureCount === 1);
    const announced = await anna.sees(/ready to be drawn/);
    expect(anna.messages.map(({ id }) => id)).toEqual([draft.id, learnt.id, announced.id]);
    expect(forum.as(emulator.user('Clara')).messages).toEqual([]);
  });

  testOnce('the token reaches neither Redis nor the disk', async () => {
    await startBot();
    const chat = emulator.user('Anna').privateChat();
    await chat.send('/imagine a cat');
    await chat.sees(/a cat/);
    await chat.send('/train name: Biscuit kind: dog', { photos: [await drawPhoto(1)] });
    await chat.sees(/Biscuit/);
    const secret = emulator.token.split(':')[1]!;
    const dump = await dumpRedis(spine);
    expect(dump).toContain('a cat');
    expect(dump).not.toContain(secret);
    expect(await keptWith(['a cat'], spine)).not.toEqual([]);
    expect(await keptWith([secret], spine)).toEqual([]);
  });

  testOnce('a message as long as Telegram lets through is answered with a sentence', async () => {
    await startBot();
    const chat = emulator.user('Anna').privateChat();
    const prompt = 'x'.repeat(4096 - '/imagine '.length);
    await chat.send(`/imagine ${prompt}`);
    await chat.sees(textPattern('en', 'errors.optionTooLong', { option: 'prompt', max: 2000, given: prompt.length }));
    await chat.send('/queue');
    await chat.sees(/Nothing of yours is waiting/);
  });

  testOnce('a command in the wrong place is refused', async () => {
    await startBot();
    await spine.startWorker();
    const chat = emulator.user('Anna').privateChat();
    await chat.send('/admin');
    await chat.sees(textPattern('en', 'errors.adminNoServer'));
    await chat.say('/train name: Biscuit kind: dog', {
      photos: await Promise.all([1, 2, 3].map((seed) => drawPhoto(seed))),
    });
    await chat.sees(/I know Biscuit/);
    await chat.send('/pets share: Biscuit with: server');
    await chat.sees(textPattern('en', 'errors.shareNoServer'));
  });

  testOnce('/help explains in a group, and there alone, what Telegram keeps from the bot', async () => {
    await startBot();
    const anna = emulator.user('Anna');
    const privacy = textPattern('en', 'commands.help.replies.privacy');
    const alone = anna.privateChat();
    await alone.say('/help');
    expect((await alone.sees(/This is what I can do/)).text).not.toMatch(privacy);
    const group = emulator.group('Pet lovers').as(anna);
    await group.say('/help');
    expect((await group.sees(/This is what I can do/)).text).toMatch(privacy);
  });

  testOnce('who leaves a group while a picture is drawn leaves it there', async () => {
    await startBot();
    const group = emulator.group('Pet lovers');
    const anna = group.as(emulator.user('Anna'));
    const ben = group.as(emulator.user('Ben'));
    group.chat.moderators = new Set([ben.actor.user.id]);
    await leaveWhileDrawing(
      { startWorker: async () => void (await spine.startWorker()) },
      { leaving: anna, staying: ben, privateMessages: () => anna.actor.privateChat().messages },
    );
  });

  testOnce('a person who blocks the bot and comes back gets the result with the next command', async () => {
    await startBot();
    const chat = emulator.user('Anna').privateChat();
    await chat.send('/imagine a fox');
    await chat.sees(/a fox/);
    chat.blocks();
    await spine.startWorker();
    await waitFor('a refused delivery', () => spine.logLines.some((line) => line.includes('could not be delivered')));
    chat.unblocks();
    await chat.send('/help');
    await chat.sees(({ pictureCount }) => pictureCount === 1, 30_000);
  });

  testOnce('what was given up is brought with the next command, once, and not where others would see it', async () => {
    await startBot({ maxDeliveryAttempts: 1 });
    const user = emulator.user('Anna');
    const chat = user.privateChat();
    const group = emulator.group('Pet lovers').as(user);
    await chat.send('/imagine a fox');
    await chat.sees(/a fox/);
    chat.blocks();
    await spine.startWorker();
    const isGivenUp = () => spine.logLines.some((line) => line.includes('when they speak again'));
    await waitFor('the last attempt', isGivenUp);
    await group.send('/queue');
    await group.sees(/Anna, that is for your eyes only/);
    chat.unblocks();
    await chat.send('/start');
    await chat.sees(({ text, pictureCount }) => /“a fox” for Anna/.test(text) && pictureCount === 1);
    await chat.send('/queue');
    await chat.sees(textPattern('en', 'commands.queue.replies.empty'));
    await sleep(300);
    expect(chat.messages.filter(({ pictureCount }) => pictureCount > 0)).toHaveLength(1);
    expect(group.messages.filter(({ pictureCount }) => pictureCount > 0)).toEqual([]);
  });

  testOnce('a group that throws the bot out while it draws: the picture comes in private, once', async () => {
    const bot = await startBot();
    const user = emulator.user('Anna');
    const group = emulator.group('Pet lovers').as(user);
    const alone = user.privateChat();
    await alone.say('/start');
    await alone.sees(/Hello Anna/);
    await group.say('/imagine a fox');
    await group.sees(/a fox/);
    group.blocks();
    await spine.startWorker();
    await alone.sees(({ text, pictureCount }) => /“a fox” for Anna/.test(text) && pictureCount === 1, 30_000);
    await bot.stop();
    await startBot();
    await sleep(500);
    expect(alone.messages).toHaveLength(2);
    expect(group.messages).toHaveLength(1);
  });

  testOnce('a group that forbids pictures while one is drawn: it comes in private, and the group is told', async () => {
    await startBot();
    const user = emulator.user('Anna');
    const pets = emulator.group('Pet lovers');
    const alone = user.privateChat();
    await alone.say('/start');
    await alone.sees(/Hello Anna/);
    await pets.as(user).say('/imagine a fox');
    await pets.as(user).sees(/a fox/);
    pets.chat.picturesForbidden = true;
    await spine.startWorker();
    await alone.sees(({ text, pictureCount }) => /“a fox” for Anna/.test(text) && pictureCount === 1, 30_000);
    await pets
      .as(user)
      .sees(/“a fox” for Anna[\s\S]*Pictures may not be posted here; I have sent them to you in private/);
    expect(pets.as(user).messages).toHaveLength(1);
  });

  testOnce('faults of every kind and restarts: each job has one message, and each message its picture', async () => {
    const generator = createGenerator(7);
    const people = ['Anna', 'Bob', 'Clara'].map((name) => emulator.user(name).privateChat());
    const faults: Fault[] = [
      { kind: 'dropped' },
      { kind: 'answer dropped' },
      { kind: 'status', status: 502 },
      { kind: 'refused', code: 429, description: 'Too Many Requests: retry after 1', retryAfter: 1 },
    ];
    const methods = ['sendMessage', 'editMessageText', 'editMessageMedia', 'sendPhoto', 'getUpdates'] as const;
    let bot = await startBot();
    await spine.startWorker();
    for (let round = 0; round < 4; round += 1) {
      for (const method of methods)
        if (generator.uniform() < 0.8) emulator.failNext(method, faults[generator.integer(faults.length)]!);
      for (const [index, chat] of people.entries())
        await chat.send(`/imagine picture ${round} of ${index} count: ${1 + (round % 2)}`);
      if (round % 2 === 1) {
        await bot.stop();
        bot = await startBot();
      }
    }
    for (const [index, chat] of people.entries()) {
      for (let round = 0; round < 4; round += 1) {
        const words = `picture ${round} of ${index}`;
        const isShown = () => chat.messages.some(({ text, pictureCount }) => text.includes(words) && pictureCount > 0);
        await waitFor(`“${words}” in full`, isShown, 60_000);
      }
    }
    await sleep(1000);
    for (const [index, chat] of people.entries()) {
      expect(chat.messages.map(({ text }) => text)).toHaveLength(4);
      expect(chat.messages.every(({ text, pictureCount }) => text.includes(`of ${index}`) && pictureCount === 1)).toBe(
        true,
      );
    }
  });
});
