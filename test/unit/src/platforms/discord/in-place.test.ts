import { AsyncResource } from 'node:async_hooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import type { DiscordChat } from '#test/emulators/discord/discord-chat.js';
import { createStage, type Stage } from '#test/emulators/discord/setup.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { waitFor } from '#test/helpers/wait-for.js';
import type { SeenMessage } from '#test/scenarios/chat.js';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
  await stage.start();
  stage.bot.inPlace.add(action);
});
afterEach(() => stage.end());

const action = 'mark?c=k3v9q2ab&e=5&v=1&p=1';
const button = { label: '5', action };
const ballot: OutgoingMessage = { kind: 'info', text: 'your ballot', ephemeral: true, buttons: [button] };
const marked: OutgoingMessage = { ...ballot, text: 'your ballot: 5' };
const notice: OutgoingMessage = { kind: 'error', text: 'too late', isNotice: true, ephemeral: true };

const saying = (text: string) => (message: SeenMessage) => message.text === text;

/** Whatever is called is answered so. */
function answersCommands(message: OutgoingMessage): void {
  stage.bot.script = async ({ place, person, eventId }) => {
    await stage.platform.send(place, message, { key: eventId, person });
  };
}

/** Whatever is pressed is answered so, in place of the message. */
function answersPresses(...messages: readonly OutgoingMessage[]): void {
  let count = 0;
  stage.bot.onPress = async ({ place, person, eventId, message, isOnMessage }) => {
    const order = ++count;
    await stage.platform.send(place, messages[order - 1] ?? messages.at(-1)!, {
      key: eventId,
      person,
      ...(isOnMessage && { replaces: { message, order } }),
    });
  };
}

async function opened(chat: DiscordChat, message = ballot) {
  answersCommands(message);
  await chat.say('/queue');
  return chat.sees(saying(message.text));
}

describe('a press that is answered in place', () => {
  test('changes the message for the one person who sees it, again and again, and posts nothing', async () => {
    const chat = stage.emulator.chat();
    const shown = await opened(chat);
    answersPresses(marked, { ...marked, text: 'your ballot: 5, once more' });
    await chat.clicks(shown, '5');
    await chat.sees(saying('your ballot: 5'));
    await chat.clicks(shown, '5');
    await chat.sees(saying('your ballot: 5, once more'));
    expect(chat.messages).toMatchObject([{ id: shown.id, buttons: ['5'] }]);
    expect(chat.isThinking).toBe(false);
    // Also where an earlier process wrote it.
    await stage.restart();
    answersPresses(marked);
    await chat.clicks(shown, '5');
    await chat.sees(saying('your ballot: 5'));
    expect(chat.messages).toHaveLength(1);
  });

  test('changes a message that everybody sees, and keeps a picture that it shows already', async () => {
    const anna = stage.emulator.chat();
    const ben = stage.emulator.chat({ name: 'Ben', with: anna });
    const blob = await stage.blobs.put(await drawPhoto(1));
    const picture = { blob, alt: 'a sheet' };
    const shown = await opened(anna, { kind: 'info', text: 'page 1', buttons: [button], pictures: [picture] });
    answersPresses({ kind: 'info', text: 'page 1, marked', buttons: [button], pictures: [picture] });
    await anna.clicks(shown, '5');
    await ben.sees(saying('page 1, marked'));
    expect(anna.messages).toMatchObject([{ id: shown.id, pictureCount: 1 }]);
    expect(stage.emulator.requests.findLast(({ route }) => route.startsWith('PATCH'))!.fileCount).toBe(0);
  });

  test('may be a notice: for whoever pressed alone, and the message stays as it is', async () => {
    const anna = stage.emulator.chat();
    const ben = stage.emulator.chat({ name: 'Ben', with: anna });
    const shown = await opened(anna, { kind: 'info', text: 'a post', buttons: [button] });
    stage.bot.onPress = async ({ place, person, eventId }) => {
      await stage.platform.send(place, notice, { key: eventId, person });
    };
    await ben.clicks(shown, '5');
    await ben.sees(saying('too late'));
    expect(anna.messages.map(({ text }) => text)).toEqual(['a post']);
    expect(ben.messages.map(({ text }) => text)).toEqual(['a post', 'too late']);
    expect(anna.isThinking).toBe(false);
  });

  test('is posted anew where the message is gone, or others see it and it is for one person', async () => {
    const anna = stage.emulator.chat();
    const ben = stage.emulator.chat({ name: 'Ben', with: anna });
    const post = await opened(anna, { kind: 'info', text: 'a post', buttons: [button] });
    answersPresses(ballot);
    await ben.clicks(post, '5');
    await ben.sees(saying('your ballot'));
    expect(anna.messages.map(({ text }) => text)).toEqual(['a post']);
    const own = await opened(anna);
    stage.bot.onPress = async ({ place, person, eventId, message }) => {
      anna.deletes(own);
      await stage.platform.send(place, marked, { key: eventId, person, replaces: { message, order: 2 } });
    };
    await anna.clicks(own, '5');
    const anew = await anna.sees(saying('your ballot: 5'));
    expect(anew.id).not.toBe(own.id);
  });

  test('and is forged is answered like any other, without touching the message', async () => {
    const chat = stage.emulator.chat();
    const shown = await opened(chat, { kind: 'info', text: 'a post', buttons: [{ label: '1', action: 'mark?e=1' }] });
    answersPresses(ballot);
    await chat.press(shown, action);
    await chat.sees(saying('your ballot'));
    expect(chat.messages.map(({ text }) => text)).toEqual(['a post', 'your ballot']);
  });

  test('of several at once shows the newest in the end, whichever is sent last', async () => {
    const chat = stage.emulator.chat();
    const shown = await opened(chat);
    const waiting: (() => Promise<unknown>)[] = [];
    let order = 0;
    stage.bot.onPress = async ({ place, person, eventId, message }) => {
      order += 1;
      const answer = { ...marked, text: `state ${order}` };
      const replaces = { message, order };
      await new Promise<void>((resolve) => {
        const send = () => stage.platform.send(place, answer, { key: eventId, person, replaces }).then(() => resolve());
        waiting.push(AsyncResource.bind(send));
      });
    };
    await Promise.all([1, 2, 3].map(() => chat.clicks(shown, '5')));
    await waitFor('three presses', () => waiting.length === 3);
    await Promise.all(waiting.toReversed().map((send) => send()));
    expect(chat.messages).toMatchObject([{ id: shown.id, text: 'state 3' }]);
  });
});

test('an event has the moment of its id, and tells how long its person is there', async () => {
  const chat = stage.emulator.chat();
  await opened(chat);
  const [incoming] = stage.bot.invocations;
  expect(Math.abs(incoming!.at.getTime() - stage.emulator.clock.now())).toBeLessThan(60_000);
  expect(await incoming!.standing!()).toMatchObject({
    joinedAt: new Date(0),
    accountCreatedAt: expect.any(Date),
  });
});

test('who is a member of a server is asked of Discord', async () => {
  const chat = stage.emulator.chat();
  const person = (id: string) => ({ platform: 'discord', id, name: '?' }) as const;
  const server = { platform: 'discord', server: stage.emulator.state.guildId } as const;
  const memberOf = (id: string, of = server) => stage.platform.memberOf(person(id), of);
  const { moderators } = stage.emulator.state;
  expect(await memberOf(chat.personId)).toEqual({
    roles: [moderators.id],
    joinedAt: new Date(0),
    name: chat.personName,
  });
  expect(await memberOf('404')).toBe('none');
  expect(await stage.platform.communityName(server)).toEqual(expect.any(String));
  expect(await stage.platform.communityName({ ...server, server: '405' })).toBeUndefined();
  expect(await memberOf(chat.personId, { ...server, server: '405' })).toBe('unknown');
  chat.leaves();
  expect(await memberOf(chat.personId)).toBe('none');
});

test('a clock that differs from Discord’s is told once, and one that agrees is not', async () => {
  const told = () => stage.logLines.filter((line) => line.includes('aheadSeconds')).map((line) => JSON.parse(line));
  const chat = stage.emulator.chat();
  await opened(chat);
  expect(told()).toEqual([]);
  await stage.platform.stop();
  stage.platform = stage.createPlatform({ now: () => stage.emulator.clock.now() + 40_000 });
  await stage.start();
  await chat.say('/queue');
  await chat.say('/queue');
  await waitFor('the answers', () => chat.messages.length === 3);
  expect(told()).toMatchObject([{ level: 50, aheadSeconds: 40 }]);
});

test('buttons stand in the rows that they begin, five to a row', async () => {
  const chat = stage.emulator.chat();
  const numbers = Array.from({ length: 9 }, (_, index) => ({ label: `${index + 1}`, action: `mark?e=${index + 1}` }));
  const shown = await opened(chat, {
    ...ballot,
    buttons: [
      ...numbers,
      { label: '2/7', action: 'ballot?p=2', startsRow: true },
      { label: '▶', action: 'ballot?p=3' },
    ],
  });
  const rows = chat.storedOf(shown).components as readonly { readonly components: readonly { label: string }[] }[];
  expect(rows.map(({ components }) => components.map(({ label }) => label))).toEqual([
    ['1', '2', '3', '4', '5'],
    ['6', '7', '8', '9'],
    ['2/7', '▶'],
  ]);
});
