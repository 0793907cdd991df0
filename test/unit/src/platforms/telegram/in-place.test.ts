import { AsyncResource } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import type { ChatActor } from '#test/emulators/telegram/actors.js';
import { fastTimings } from '#test/emulators/telegram/fast-timings.js';
import { waitFor } from '#test/helpers/wait-for.js';
import type { SeenMessage } from '#test/scenarios/chat.js';
import { Harness } from './harness.js';

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.start();
  harness.bot.inPlace.add(action);
});
afterEach(() => harness.stop());

const action = 'mark?c=k3v9q2ab&e=5&v=1&p=1';
const button = { label: '5', action };
const ballot: OutgoingMessage = { kind: 'info', text: 'your ballot', ephemeral: true, buttons: [button] };
const notice: OutgoingMessage = { kind: 'info', text: 'marked: 5', isNotice: true, ephemeral: true };
const saying = (text: string) => (message: SeenMessage) => message.text === text;

/** A message with the button, posted to whoever calls the bot there. */
async function opened(chat: ChatActor, message = ballot) {
  harness.bot.script = async ({ place, person, eventId }) => {
    await harness.platform.send(place, message, { key: eventId, person });
  };
  await chat.send('/queue');
  return chat.sees(saying(message.text));
}

/** Whatever is pressed is answered so, in place of the message. */
function answersPresses(...messages: readonly OutgoingMessage[]): void {
  let order = 0;
  harness.bot.onPress = async ({ place, person, eventId, message }) => {
    order += 1;
    const answer = messages[order - 1] ?? messages.at(-1)!;
    await harness.platform.send(place, answer, { key: eventId, person, replaces: { message, order } });
  };
}

describe('a press that is answered in place', () => {
  test('changes the message, its picture too, and posts nothing', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    const shown = await opened(chat);
    const sheet = { blob: await harness.picture(1), alt: 'a sheet' };
    const other = { blob: await harness.picture(2), alt: 'another sheet' };
    answersPresses(
      { ...ballot, text: 'page 1', pictures: [sheet] },
      { ...ballot, text: 'page 2', pictures: [other] },
      { ...ballot, text: 'done', buttons: [] },
    );
    for (const text of ['page 1', 'page 2', 'done']) {
      expect(await chat.press(shown, '5')).toEqual({});
      await chat.sees((message) => message.id === shown.id && message.text === text && message.pictureCount === 1);
    }
    expect(chat.messages).toHaveLength(1);
    // The same once more, as after a press that came twice, is no error.
    await harness.platform.send(
      { platform: 'telegram', channel: String(chat.chat.id) },
      { ...ballot, text: 'done', buttons: [] },
      {
        key: 'again',
        person: { platform: 'telegram', id: '5001', name: 'Anna' },
        replaces: { message: { place: { platform: 'telegram', channel: '5001' }, message: shown.id }, order: 9 },
      },
    );
    expect(chat.messages).toHaveLength(1);
  });

  test('may be a notice: words in the app of whoever pressed, at most 200 letters, and nothing else', async () => {
    const group = harness.emulator.group('Pets');
    const anna = group.as(harness.emulator.user('Anna'));
    const ben = group.as(harness.emulator.user('Ben'));
    const post = await opened(anna, { kind: 'info', text: 'sheets', buttons: [button] });
    harness.bot.onPress = async ({ place, person, eventId }) => {
      await sleep(50);
      await harness.platform.send(place, notice, { key: eventId, person });
    };
    expect(await ben.press(post, '5')).toEqual({ text: 'marked: 5' });
    const long = { ...notice, text: 'x'.repeat(300) };
    harness.bot.onPress = async ({ place, person, eventId }) => {
      await harness.platform.send(place, long, { key: eventId, person });
    };
    expect((await ben.press(post, '5')).text).toBe(`${'x'.repeat(199)}…`);
    expect(anna.messages.map(({ text }) => text)).toEqual(['sheets']);
  });

  test('tells the app that it has arrived also where nothing is said', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    const shown = await opened(chat);
    harness.bot.onPress = () => {};
    expect(await chat.press(shown, '5')).toEqual({});
  });

  test('is posted anew where the message is gone, and alone where others would see it', async () => {
    const anna = harness.emulator.user('Anna');
    const alone = anna.privateChat();
    const shown = await opened(alone);
    harness.bot.onPress = async ({ place, person, eventId, message }) => {
      alone.deletes(shown);
      const replaces = { message, order: 1 };
      await harness.platform.send(place, { ...ballot, text: 'anew' }, { key: eventId, person, replaces });
    };
    await alone.press(shown, '5');
    expect((await alone.sees(saying('anew'))).id).not.toBe(shown.id);

    const chat = harness.emulator.group('Pets').as(anna);
    const post = await opened(chat, { kind: 'info', text: 'a post', buttons: [button] });
    answersPresses({ ...ballot, text: 'for Anna alone' });
    await chat.press(post, '5');
    await alone.sees(saying('for Anna alone'));
    expect(chat.messages.map(({ text }) => text)).toEqual(['a post']);
  });

  test('of several at once shows the newest in the end, in fewer edits than presses', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    const shown = await opened(chat);
    const sends: (() => Promise<unknown>)[] = [];
    harness.bot.onPress = async ({ place, person, eventId, message }) => {
      const order = sends.length + 1;
      const replaces = { message, order };
      await new Promise<void>((resolve) => {
        const answer = { ...ballot, text: `state ${order}` };
        const send = () =>
          harness.platform.send(place, answer, { key: eventId, person, replaces }).then(() => resolve());
        sends.push(AsyncResource.bind(send));
      });
    };
    const presses = Array.from({ length: 9 }, () => chat.press(shown, '5'));
    await waitFor('nine presses', () => sends.length === 9);
    const before = harness.emulator.count('editMessageText');
    await Promise.all([...sends.toReversed().map((send) => send()), ...presses]);
    expect(chat.messages).toMatchObject([{ id: shown.id, text: 'state 9' }]);
    expect(harness.emulator.count('editMessageText') - before).toBe(1);
  });
});

describe('a link to the bot', () => {
  test('is where a press in a group leads to, for what the group shows to nobody alone', async () => {
    const anna = harness.emulator.user('Anna');
    const [group, alone] = [harness.emulator.group('Pets').as(anna), anna.privateChat()];
    const post = await opened(group, { kind: 'info', text: 'a post', buttons: [button] });
    const blob = await harness.picture(1);
    answersPresses({ ...ballot, pictures: [{ blob, alt: 'a sheet' }], start: 'v_k3v9q2ab' });
    expect(await group.press(post, '5')).toEqual({ url: 'https://t.me/PetboothBot?start=v_k3v9q2ab' });
    expect(alone.messages).toEqual([]);
    // Where one is alone already, it stands there.
    const shown = await opened(alone);
    expect(await alone.press(shown, '5')).toEqual({});
    await alone.sees(({ id, pictureCount }) => id === shown.id && pictureCount === 1);
    expect(group.messages.map(({ text }) => text)).toEqual(['a post']);
  });

  test.each([
    ['/start v_k3v9q2ab', 'v_k3v9q2ab'],
    ['/start', undefined],
    ['/start two words', undefined],
    [`/start ${'x'.repeat(65)}`, undefined],
  ])('arrives as data: %s', async (line, start) => {
    const chat = harness.emulator.user('Anna').privateChat();
    await chat.send(line);
    expect(await harness.invoked()).toMatchObject({ command: 'start', options: {} });
    expect(harness.bot.invocations[0]!.start).toBe(start);
  });
});

test('who is a member of a group is asked of Telegram, which need not say', async () => {
  const group = harness.emulator.group('Pets');
  const [anna, ben] = [harness.emulator.user('Anna'), harness.emulator.user('Ben')];
  const memberOf = ({ user }: typeof anna) =>
    harness.platform.memberOf(
      { platform: 'telegram', id: String(user.id), name: user.first_name },
      { platform: 'telegram', server: String(group.chat.id) },
    );
  expect(await memberOf(anna)).toBe('unknown');
  group.chat.moderators = new Set([harness.emulator.state.bot.id]);
  group.as(ben).leaves();
  expect(await memberOf(ben)).toBe('none');
  const cleo = harness.emulator.user('Cleo');
  const cleoThere = { roles: [], name: 'Cleo' };
  expect([await memberOf(cleo), await memberOf(cleo)]).toEqual([cleoThere, cleoThere]);
  // Whoever presses a dozen times is not asked about a dozen times.
  expect(harness.emulator.count('getChatMember')).toBe(3);
});

test('a message has the moment that Telegram tells, a press the one at which it came first', async () => {
  await harness.stop();
  harness = await Harness.start({ timings: { ...fastTimings, stopGraceMs: 50 } });
  harness.bot.inPlace.add(action);
  const chat = harness.emulator.user('Anna').privateChat();
  const [sent] = await chat.send('/queue');
  expect((await harness.invoked()).at).toEqual(new Date(sent!.date * 1000));
  const shown = await opened(chat);
  // The bot dies before it has answered.
  let tries = 0;
  harness.bot.onPress = () => {
    tries += 1;
    return tries === 1 ? new Promise(() => {}) : undefined;
  };
  const pressedAt = Date.now();
  void chat.press(shown, '5').catch(() => {});
  await waitFor('the press', () => tries === 1);
  const cameAt = harness.bot.presses[0]!.at.getTime();
  expect(cameAt).toBeGreaterThanOrEqual(pressedAt);
  await harness.platform.stop();
  await sleep(30);
  await harness.startPlatform();
  await waitFor('the press once more', () => tries === 2);
  expect(harness.bot.presses[1]).toMatchObject({ at: new Date(cameAt), action });
});

test('buttons stand in the rows that they begin, three to a row', async () => {
  const chat = harness.emulator.user('Anna').privateChat();
  const numbers = Array.from({ length: 9 }, (_, index) => ({ label: `${index + 1}`, action: `mark?e=${index + 1}` }));
  await opened(chat, {
    ...ballot,
    buttons: [
      ...numbers,
      { label: '2/7', action: 'ballot?p=2', startsRow: true },
      { label: '▶', action: 'ballot?p=3' },
    ],
  });
  const markup = chat.raw.at(-1)!.reply_markup as { inline_keyboard: readonly (readonly { text: string }[])[] };
  expect(markup.inline_keyboard.map((row) => row.map(({ text }) => text))).toEqual([
    ['1', '2', '3'],
    ['4', '5', '6'],
    ['7', '8', '9'],
    ['2/7', '▶'],
  ]);
});
