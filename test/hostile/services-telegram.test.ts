import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunningBot } from '#src/bot.js';
import { createLog } from '#src/log.js';
import { TelegramPlatform } from '#src/platforms/telegram/telegram-platform.js';
import type { BlobStore } from '#src/storage/blobs.js';
import type { ChatActor } from '#test/emulators/telegram/actors.js';
import { fastPace, fastTimings } from '#test/emulators/telegram/fast-timings.js';
import { TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { obedientJudge } from '#test/scenarios/look-at-pictures.js';
import { textPattern } from '#test/scenarios/world.js';

let spine: Spine;
let emulator: TelegramEmulator;

beforeEach(async () => {
  emulator = await TelegramEmulator.start();
  spine = await createSpine();
});
afterEach(async () => {
  await spine.stop();
  await emulator.stop();
  expect(emulator.violations).toEqual([]);
});

const log = createLog({
  level: 'debug',
  name: 'test',
  destination: { write: (line) => void spine.logLines.push(line) },
});
const createPlatforms = (blobs: BlobStore) => [
  new TelegramPlatform({
    token: emulator.token,
    apiRoot: emulator.apiRoot,
    dataFolder: join(spine.folder, 'telegram'),
    blobs,
    log,
    pace: fastPace,
    timings: fastTimings,
  }),
];
const startBot = (overrides: Parameters<Spine['startBot']>[0] = {}): Promise<RunningBot> =>
  spine.startBot({ createPlatforms, ...overrides });

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

  test('a ban that answers a linked channel’s post, an inline bot or a topic’s creation bans nobody', async () => {
    await startBot();
    const { group, mona } = community();
    const channel = group.asLinkedChannel('Pet news');
    const [post] = await channel.send('/admin ban', {});
    const moderator = group.as(mona, { looksAlone: true });
    await moderator.send('/admin ban', { replyTo: post!.message_id });
    await moderator.sees(says('errors.adminIncomplete', { action: 'ban', options: 'person' }));
    const [written] = await group.asChannel('A channel').send('/admin ban');
    await moderator.send('/admin ban', { replyTo: written!.message_id });
    await waitFor(
      'the second question',
      () => moderator.messages.filter(({ text }) => /person/.test(text)).length === 2,
    );
    await moderator.say('/admin');
    await moderator.sees(says('commands.admin.replies.none'));
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
