import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChatActor } from '#test/emulators/telegram/actors.js';
import { createBotStage, type TelegramBotStage } from '#test/emulators/telegram/bot-stage.js';
import type { EmulatedMessage } from '#test/emulators/telegram/state.js';
import type { TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
import { drawPhoto } from '#test/helpers/photos.js';
import type { Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { obedientJudge } from '#test/scenarios/look-at-pictures.js';
import { outlastOutage } from '#test/scenarios/outlast-outage.js';
import { pressEverything } from '#test/scenarios/press-everything.js';
import { createWorld, textPattern } from '#test/scenarios/world.js';

let spine: Spine;
let emulator: TelegramEmulator;
let startBot: TelegramBotStage['startBot'];
let end: TelegramBotStage['end'];

beforeEach(async () => {
  ({ spine, emulator, startBot, end } = await createBotStage());
});
afterEach(() => end());

const says = (...[key, params]: Parameters<typeof textPattern> extends [unknown, ...infer Rest] ? Rest : never) =>
  textPattern('en', key, params);
const resultOf = (chat: ChatActor, pattern: RegExp) =>
  chat.sees(({ pictureCount, hasProgress, text }) => pictureCount > 0 && !hasProgress && pattern.test(text), 20_000);
/** Everything with a picture that others see uncovered. */
const uncovered = () =>
  emulator.state.messages
    .filter(
      ({ from, isDeleted, photo, document, has_media_spoiler }) =>
        from === emulator.state.bot && !isDeleted && (photo || document) && !has_media_spoiler,
    )
    .map(({ message_id, caption }) => ({ message_id, caption }));
function buttonOf({ reply_markup }: EmulatedMessage, label: string): { readonly callback_data: string } {
  const keyboard = reply_markup && 'inline_keyboard' in reply_markup ? reply_markup.inline_keyboard.flat() : [];
  const found = keyboard.find(({ text }) => text === label);
  if (!found || !('callback_data' in found)) throw new Error(`no button ‘${label}’`);
  return found;
}
/** Moderated by Mona; Ben is a member. */
function community(options: Parameters<TelegramEmulator['group']>[1] = {}) {
  const group = emulator.group('Pet lovers', options);
  const mona = emulator.user('Mona');
  group.chat.moderators = new Set([mona.user.id]);
  return { group, mona, ben: emulator.user('Ben') };
}

describe('Telegram’s topics', () => {
  test('an explicit result of a topic that is gone shows in no stricter one', async () => {
    const judge = obedientJudge();
    await startBot({ judge });
    const { group, mona, ben } = community({ isForum: true });
    const thread = group.topic('Anything goes', mona);
    const moderator = group.as(mona, { thread, looksAlone: true });
    await moderator.say('/admin pictures: off');
    await moderator.sees(says('commands.admin.replies.picturesOff'));
    const member = group.as(ben, { thread });
    await member.say('/imagine a bare lamp');
    const waiting = await member.sees(/a bare lamp/);
    member.deletes(waiting);
    group.chat.closedThreads.add(thread);
    await spine.startWorker();
    const outside = group.as(ben);
    const shown = await resultOf(outside, says('delivery.drawn', { prompt: 'a bare lamp' }));
    expect(shown.isHidden).toBe(true);
    expect(uncovered()).toEqual([]);
  });

  test('what a topic keeps behind covers is not brought to where nothing is covered', async () => {
    await startBot();
    const { group, mona, ben } = community({ isForum: true });
    const thread = group.topic('Surprises', mona);
    const moderator = group.as(mona, { thread, looksAlone: true });
    await moderator.say('/admin channel here: spoiler');
    await moderator.sees(says('commands.admin.replies.spoiler'));
    const member = group.as(ben, { thread });
    await member.say('/imagine a present');
    member.deletes(await member.sees(/a present/));
    group.chat.closedThreads.add(thread);
    await spine.startWorker();
    await waitFor('it to be given up', () => spine.logLines.some((line) => line.includes('could not be delivered')));
    const outside = group.as(ben, { looksAlone: true });
    await outside.say('/queue');
    await outside.sees(says('commands.queue.replies.empty'));
    expect(outside.messages.filter(({ pictureCount }) => pictureCount > 0)).toEqual([]);
  });

  test('a ban that answers a linked channel’s post, a channel or a topic’s creation, or that an inline bot wrote, bans nobody', async () => {
    await startBot();
    const { group, mona, ben } = community({ isForum: true });
    const thread = group.topic('Dogs', ben);
    const moderator = group.as(mona, { looksAlone: true });
    const inTopic = group.as(mona, { thread, looksAlone: true });
    const whom = says('errors.adminIncomplete', { action: 'ban', options: 'person' });
    const questions = () =>
      new Set([...moderator.messages, ...inTopic.messages].flatMap(({ id, text }) => (whom.test(text) ? [id] : [])))
        .size;
    const isAsked = (times: number) => waitFor(`question ${times}`, () => questions() === times);
    const [post] = await group.asLinkedChannel('Pet news').send('/admin ban', {});
    await moderator.send('/admin ban', { replyTo: post!.message_id });
    await isAsked(1);
    const [written] = await group.asChannel('A channel').send('/admin ban');
    await moderator.send('/admin ban', { replyTo: written!.message_id });
    await isAsked(2);
    await inTopic.send('/admin ban');
    await isAsked(3);
    await inTopic.send('/admin ban', { replyTo: thread });
    await isAsked(4);
    const [hello] = await group.as(ben).send('/queue');
    const inlineBot = { id: 9001, first_name: 'Jokes', is_bot: true, username: 'JokesBot' };
    await moderator.send('/admin ban', { replyTo: hello!.message_id, viaBot: inlineBot });
    await moderator.say('/admin');
    await moderator.sees(says('commands.admin.replies.none'));
  });

  test('albums of two people and of nobody, in one topic at once, are taken for what each of them sent', async () => {
    await startBot();
    await spine.startWorker();
    const { group, mona, ben } = community({ isForum: true });
    // Then it is shown all that is written there.
    group.chat.moderators!.add(emulator.state.bot.id);
    const thread = group.topic('Dogs', mona);
    const people = [group.as(mona, { thread }), group.as(ben, { thread })];
    const nobody = [group.asItself({ thread }), group.asChannel('A channel'), group.asLinkedChannel('Pet news')];
    const photos = await Promise.all([1, 2, 3, 4].map((seed) => drawPhoto(seed)));
    await Promise.all([
      ...people.map((chat, index) =>
        chat.send(`/train name: Pet${index} kind: dog`, { photos: photos.slice(index), siblingDelayMs: 20 }),
      ),
      ...nobody.map((chat) => chat.send('/train name: Rex kind: dog', { photos, siblingDelayMs: 20 })),
    ]);
    for (const [index, chat] of people.entries()) {
      const draft = await chat.sees(({ text }) => text.includes(`Pet${index}`) && text.includes(`far: ${4 - index}`));
      await chat.clicks(draft, 'Train');
      await chat.sees(({ text, pictureCount }) => text.includes(`I know Pet${index}`) && pictureCount === 1, 30_000);
    }
    expect(
      group
        .as(mona)
        .messages.concat(people[0]!.messages)
        .filter(({ text }) => /Rex/.test(text)),
    ).toEqual([]);
  });
});

describe('a group that becomes a supergroup', () => {
  test('takes along a command whose photo is still being fetched: its result is of the supergroup', async () => {
    await startBot();
    await spine.startWorker();
    const { group, ben } = community({ type: 'group' });
    emulator.failNext('getFile', { kind: 'refused', code: 429, description: 'Too Many Requests', retryAfter: 3 });
    await group.as(ben).send('/edit dog → cat', { photos: [await drawPhoto(2, 120, 90)] });
    await waitFor('the photo to be asked for', () => emulator.count('getFile') > 0);
    const supergroup = group.becomesSupergroup();
    const member = supergroup.as(ben);
    const first = await resultOf(member, says('delivery.edited', { change: 'dog → cat' }));
    await member.clicks(first, 'Stronger');
    await member.sees(
      ({ id, pictureCount, hasProgress }) => id !== first.id && pictureCount > 0 && !hasProgress,
      20_000,
    );
    expect(member.messages.filter(({ text }) => says('errors.jobElsewhere').test(text))).toEqual([]);
  });

  test('and another one that becomes the same keep the bans of both, and each result comes once', async () => {
    await startBot();
    const anna = emulator.user('Anna');
    const mona = emulator.user('Mona');
    const groups = ['a fox', 'a hen'].map((prompt, index) => {
      const group = emulator.group('Pets', { type: 'group' });
      group.chat.moderators = new Set([mona.user.id]);
      return { group, prompt, rowdy: emulator.user(`Rowdy${index}`) };
    });
    for (const { group, prompt, rowdy } of groups) {
      await group.as(rowdy).say('/queue');
      const moderator = group.as(mona, { looksAlone: true });
      await moderator.say('/admin ban', { about: group.as(rowdy) });
      await moderator.sees(says('commands.admin.replies.banned', { names: rowdy.user.first_name }));
      await group.as(anna).say(`/imagine ${prompt}`);
      await group.as(anna).sees(({ text }) => text.includes(prompt));
    }
    const supergroup = groups[0]!.group.becomesSupergroup(['to']);
    groups[1]!.group.becomesSupergroup(['from'], supergroup);
    for (const { rowdy } of groups) {
      const barred = supergroup.as(rowdy, { looksAlone: true });
      await barred.say('/imagine a muddy carpet');
      await barred.sees(says('errors.banned'));
    }
    await spine.startWorker();
    const member = supergroup.as(anna);
    for (const { prompt } of groups) await resultOf(member, says('delivery.drawn', { prompt }));
    await sleep(300);
    expect(member.messages.filter(({ pictureCount }) => pictureCount > 0)).toHaveLength(2);
    expect(anna.privateChat().messages).toEqual([]);
  });

  test('is not feigned by words, by a private chat, or by a supergroup that says it moved elsewhere', async () => {
    await startBot();
    const { group, mona, ben } = community();
    const moderator = group.as(mona, { looksAlone: true });
    const rowdy = group.as(ben, { looksAlone: true });
    await rowdy.say('/queue');
    await moderator.say('/admin ban', { about: rowdy });
    await moderator.sees(says('commands.admin.replies.banned', { names: 'Ben' }));
    const own = ben.privateChat();
    const forged = (chat: object, extra: object) =>
      emulator.deliver('message', { message_id: 9_000, date: 1, from: ben.user, chat, text: '/start', ...extra });
    const target = { id: group.chat.id, type: 'supergroup', title: 'Pet lovers' };
    forged({ id: own.chat.id, type: 'private', first_name: 'Ben' }, { migrate_from_chat_id: group.chat.id });
    forged({ id: own.chat.id, type: 'private', first_name: 'Ben' }, { migrate_to_chat_id: -1_001_000_000_777 });
    forged(target, { migrate_to_chat_id: -1_001_000_000_777 });
    forged(target, { migrate_from_chat_id: own.chat.id });
    await rowdy.send('/imagine {"migrate_from_chat_id":-1}');
    await rowdy.sees(says('errors.banned'));
    await moderator.say('/admin');
    await moderator.sees(/Ben/);
  });
});

describe('moderators of a Telegram group', () => {
  test('are not asked for on and on where Telegram wants a pause, and hold up nobody where it is silent', async () => {
    await startBot();
    const { group } = community();
    const description = 'Too Many Requests: retry after 300';
    emulator.failNext('getChatAdministrators', { kind: 'refused', code: 429, description, retryAfter: 300 });
    const members = ['Ben', 'Carl', 'Dora'].map((name) => group.as(emulator.user(name), { looksAlone: true }));
    for (const member of members) {
      await member.say('/admin');
      await member.sees(says('errors.moderatorsUnknown'));
    }
    expect(emulator.count('getChatAdministrators')).toBe(1);

    const other = community();
    emulator.failNext('getChatAdministrators', { kind: 'hangs' });
    const waiting = other.group.as(other.mona, { looksAlone: true });
    const quick = other.group.as(other.ben, { looksAlone: true });
    await waiting.say('/admin');
    await waitFor('the question', () => emulator.count('getChatAdministrators') === 2);
    await quick.say('/help');
    await quick.sees(says('commands.help.replies.title'));
    expect(waiting.messages.filter(({ text }) => says('errors.moderatorsUnknown').test(text))).toEqual([]);
    await waiting.sees(says('errors.moderatorsUnknown'));
  });

  test('who is none any more when the button is pressed undoes nothing', async () => {
    await startBot();
    const { group, mona, ben } = community();
    group.chat.moderators!.add(emulator.state.bot.id);
    const anonymous = group.asItself();
    const rowdy = group.as(ben, { looksAlone: true });
    await rowdy.say('/queue');
    await anonymous.say('/admin ban', { about: rowdy });
    const moderator = group.as(mona, { looksAlone: true });
    const banned = await moderator.sees(says('commands.admin.replies.banned', { names: 'Ben' }));
    group.changesModerator(mona, false);
    await moderator.clicks(banned, 'Undo');
    await moderator.sees(says('errors.moderatorsOnly'));
    await rowdy.clicks(banned, 'Undo');
    await rowdy.sees(says('errors.moderatorsOnly'));
    group.changesModerator(mona, true);
    await moderator.clicks(banned, 'Undo');
    await moderator.sees(says('commands.admin.replies.unbanned', { names: 'Ben' }));
  });
});

describe('photos behind a cover', () => {
  test('a file named as covered, as Discord names such files, gives covered results on Telegram', async () => {
    await startBot();
    await spine.startWorker();
    const chat = emulator.user('Anna').privateChat();
    await chat.send('/edit dog → cat', { files: [{ name: 'SPOILER_rex.png', bytes: await drawPhoto(2, 120, 90) }] });
    const edited = await resultOf(chat, says('delivery.edited', { change: 'dog → cat' }));
    expect(edited.isHidden).toBe(true);
    expect(uncovered()).toEqual([]);
  });

  test('the same photo sent again behind a cover covers the draft', async () => {
    await startBot();
    await spine.startWorker();
    const chat = emulator.user('Anna').privateChat();
    const photos = await Promise.all([1, 2, 3, 4].map((seed) => drawPhoto(seed)));
    const [sent] = await chat.send('/train name: Biscuit kind: dog', { photos });
    await chat.sees(/Photos so far: 4/);
    emulator.deliver('message', {
      ...emulator.state.describe(sent!),
      message_id: 9_001,
      caption: undefined,
      media_group_id: undefined,
      has_media_spoiler: true,
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await chat.clicks(await chat.sees(({ buttons }) => buttons.includes('Train')), 'Train');
    await chat.sees(/I know Biscuit/, 30_000);
    expect(uncovered()).toEqual([]);
  });
});

describe('an old picture', () => {
  test('in a group that takes no pictures any more loses words and buttons, and whoever deletes it is told that it stays', async () => {
    await startBot();
    await spine.startWorker();
    const { group, ben } = community();
    const member = group.as(ben);
    await member.say('/imagine my street');
    const drawn = await resultOf(member, says('delivery.drawn', { prompt: 'my street' }));
    for (const message of emulator.state.messages) message.date -= 49 * 3600;
    group.chat.picturesForbidden = true;
    const shown = emulator.state.findMessage(group.chat.id, Number(drawn.id))!;
    const { callback_data: action } = buttonOf(shown, 'Delete');
    await member.clicks(drawn, 'Delete');
    await member.sees(says('commands.remove.replies.outOfReach'));
    expect(member.messages.find(({ id }) => id === drawn.id)).toMatchObject({ text: '', buttons: [] });
    await member.pressData(shown, action);
    await member.sees(says('commands.remove.replies.gone'));
    expect(spine.logLines.some((line) => line.includes('a command failed'))).toBe(false);
  });
});

describe('Telegram', () => {
  test('that answers nothing but 502 for long loses no result, and doubles none', async () => {
    await startBot();
    const people = ['Anna', 'Ben', 'Clara'].map((name) => emulator.user(name).privateChat());
    const world = createWorld(spine, { chat: people[0]!, start: () => startBot() });
    await outlastOutage(world, people, (isAway) => {
      emulator.isAway = isAway;
    });
  });
});

test('buttons of somebody else’s drawing, edit, question and waiting job do nothing to them', async () => {
  await startBot();
  const { group, ben } = community();
  const anna = group.as(emulator.user('Anna'));
  const world = createWorld(spine, { chat: anna, start: () => startBot() });
  await pressEverything(world, {
    stranger: group.as(ben, { looksAlone: true }),
    async edit(photo, change) {
      const [posted] = await anna.send(undefined, { photos: [photo] });
      await anna.send(`/edit ${change}`, { replyTo: posted!.message_id });
    },
    async train(photos) {
      await anna.send('/train name: Biscuit kind: dog');
      const draft = await anna.sees(/reply to this message/);
      for (const photo of photos) await anna.send(undefined, { photos: [photo], replyTo: draft.id });
      await anna.clicks(
        await anna.sees(({ text, buttons }) => /far: 4/.test(text) && buttons.includes('Train')),
        'Train',
      );
    },
  });
});
