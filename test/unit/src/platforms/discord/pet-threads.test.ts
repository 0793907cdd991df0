import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import type { DiscordChat } from '#test/emulators/discord/discord-chat.js';
import { createStage, type Stage } from '#test/emulators/discord/setup.js';
import { waitFor } from '#test/helpers/wait-for.js';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
  stage.bot.script = async ({ place, person, eventId }) => {
    await stage.platform.send(place, learnt, { key: `d-${eventId}`, person });
  };
  await stage.start();
});
afterEach(() => stage.end());

const learnt: OutgoingMessage = {
  kind: 'result',
  text: 'I know Biscuit now',
  thread: { name: 'Biscuit', label: 'Thread for Biscuit' },
};
const threadsOf = () => [...stage.emulator.state.channels.values()].filter(({ parentId }) => parentId !== undefined);

async function learn(chat: DiscordChat) {
  await chat.command('start');
  return chat.sees(/I know Biscuit now/);
}

test('a button opens a thread on the message, and what is asked for there is answered there', async () => {
  const chat = stage.emulator.chat();
  const message = await learn(chat);
  await chat.clicks(message, 'Thread for Biscuit');
  await chat.sees(new RegExp(`Here is the thread.*<#${message.id}>`));
  expect(threadsOf()).toMatchObject([{ id: message.id, name: 'Biscuit', parentId: chat.channelId }]);
  const thread = chat.inThreadOn(message);
  await thread.command('start');
  await thread.sees(/I know Biscuit now/);
  expect(stage.bot.invocations.at(-1)!.place).toMatchObject({
    channel: message.id,
    server: stage.emulator.state.guildId,
  });
});

test('a second press leads to the same thread, also where the answer about the first was lost, and after a restart', async () => {
  const chat = stage.emulator.chat();
  const message = await learn(chat);
  stage.emulator.failNext('POST /channels/{channel_id}/messages/{message_id}/threads', { kind: 'answer dropped' });
  await chat.clicks(message, 'Thread for Biscuit');
  await chat.sees(/Here is the thread/);
  await stage.restart();
  await chat.clicks(message, 'Thread for Biscuit');
  await waitFor(
    'the second answer',
    () => chat.messages.filter(({ text }) => /Here is the thread/.test(text)).length === 2,
  );
  expect(threadsOf()).toHaveLength(1);
});

test('who may not open threads opens none, and where the bot may not, it says so', async () => {
  const anna = stage.emulator.chat();
  const guest = stage.emulator.chat({ name: 'Guest', isGuest: true, with: anna });
  const message = await learn(anna);
  await guest.clicks(message, 'Thread for Biscuit');
  await guest.sees(/You may not open threads here/);
  anna.speaker.channel.refusesThreads = true;
  await anna.clicks(message, 'Thread for Biscuit');
  await anna.sees(/Create Public Threads/);
  expect(threadsOf()).toEqual([]);
});

test('in private and inside a thread there is nothing to open', async () => {
  const chat = stage.emulator.chat({ isPrivate: true });
  const message = await learn(chat);
  expect(message.buttons).toEqual([]);
  await chat.press(message, 'thread:Biscuit');
  await chat.sees(/There are no threads here/);
  const anna = stage.emulator.chat({ name: 'Anna' });
  const first = await learn(anna);
  await anna.clicks(first, 'Thread for Biscuit');
  await anna.sees(/Here is the thread/);
  const thread = anna.inThreadOn(first);
  await thread.clicks(await learn(thread), 'Thread for Biscuit');
  await thread.sees(/There are no threads here/);
});

test('a forged button gives a thread no more than a name of ordinary length', async () => {
  const chat = stage.emulator.chat();
  const message = await learn(chat);
  await chat.press(message, `thread:\u202E${'x'.repeat(90)}\n`);
  await chat.sees(/Here is the thread/);
  expect(threadsOf()).toMatchObject([{ name: 'x'.repeat(32) }]);
  await chat.press(message, 'thread:');
  await waitFor('the bot', () => stage.bot.presses.length === 1);
});
