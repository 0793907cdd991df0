import { afterEach, beforeEach, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { createBotStage, type DiscordBotStage } from '#test/emulators/discord/bot-stage.js';
import type { DiscordChat } from '#test/emulators/discord/discord-chat.js';
import type { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';
import type { Spine } from '#test/helpers/spine.js';

/* People take the bot along to where they talk with others, and where it is no member. */

const { errors } = locales.en;
let spine: Spine;
let emulator: DiscordEmulator;
let end: DiscordBotStage['end'];
/** Anna alone with the bot, and in a group of her friends. */
let alone: DiscordChat;
let amongFriends: DiscordChat;
let friend: DiscordChat;

beforeEach(async () => {
  let startBot: DiscordBotStage['startBot'];
  ({ spine, emulator, startBot, end } = await createBotStage({ platform: { allowsUserInstall: true } }));
  await startBot();
  await spine.startWorker();
  alone = emulator.chat({ isPrivate: true });
  const group = emulator.chat({ isElsewhere: true });
  amongFriends = Object.assign(group, { speaker: { ...group.speaker, user: alone.speaker.user } });
  friend = emulator.chat({ name: 'Ben', with: amongFriends, isElsewhere: true });
});
afterEach(() => end());

const textsOf = (chat: DiscordChat) => chat.messages.map(({ text }) => text).join('\n');

test('a friend wants Anna to repeat in their group what she asked for alone', async () => {
  await alone.say('/imagine a secret');
  const drawn = await alone.sees(({ text, pictureCount }) => text.includes('a secret') && pictureCount > 0);
  await amongFriends.say('/again');
  await amongFriends.sees((message) => message.text === errors.nothingToRepeat);
  const job = emulator.state.messages.get(drawn.id)!.buttons[0]!.customId!.split('job=')[1]!;
  for (const line of [`/again job:${job}`, `/vary prompt:a joke job:${job}`, `/edit change:+ a hat job:${job}`]) {
    await amongFriends.say(line);
    await amongFriends.sees((message) => message.text === errors.jobElsewhere);
  }
  expect(textsOf(friend)).not.toContain('secret');
});

test('a friend wants Anna’s data to be exported where all of the group can see it', async () => {
  await amongFriends.say('/mydata action:export');
  await amongFriends.sees((message) => message.text === errors.privateOnly);
  expect(friend.messages.every(({ pictureCount }) => pictureCount === 0)).toBe(true);
});
