import { afterEach, describe, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { blobKeyOf } from '#src/core/blob-key.js';
import type { MessageReference } from '#src/core/place.js';
import { MessageGoneError, type OutgoingMessage } from '#src/platforms/platform.js';
import type { DiscordChat } from '#test/emulators/discord/discord-chat.js';
import { createStage, type Stage } from '#test/emulators/discord/setup.js';
import { waitFor } from '#test/helpers/wait-for.js';

let stage: Stage;
afterEach(() => stage.end());

const original = '/webhooks/{webhook_id}/{webhook_token}/messages/@original';
const followUp = 'POST /webhooks/{webhook_id}/{webhook_token}';
const blocked = {
  kind: 'refused',
  status: 400,
  code: 200000,
  message: 'Message was blocked by automatic moderation',
} as const;
const secret: OutgoingMessage = { kind: 'info', text: 'the code is 1234', locale: 'en', ephemeral: true };
const { sentInPrivate, writeInPrivate } = locales.en.discord;

/** Anna asks, and Ben stands by; what is answered is known when it was sent. */
async function open(answers: readonly OutgoingMessage[] = [secret]) {
  stage = await createStage();
  await stage.start();
  const anna = stage.emulator.chat();
  const ben = stage.emulator.chat({ name: 'Ben', with: anna });
  const references: MessageReference[] = [];
  stage.bot.script = async ({ place, person, eventId }) => {
    for (const [index, message] of answers.entries()) {
      const partOf = index === 0 ? {} : { partOf: `d-${eventId}` };
      const key = index === 0 ? `d-${eventId}` : `d-${eventId}-part-${index + 1}`;
      references.push(await stage.platform.send(place, message, { key, person, ...partOf }));
    }
  };
  return { anna, ben, references, isAnswered: () => references.length === answers.length };
}

const textsOf = (chat: Pick<DiscordChat, 'messages'>) => chat.messages.map(({ text }) => text);

/** As a person would, once: so that it is deferred for everybody or for the asker, as the next one will be. */
async function getUsedTo(chat: DiscordChat, isEphemeral: boolean): Promise<void> {
  const { script } = stage.bot;
  stage.bot.script = async ({ place, person, eventId }) => {
    const message = { kind: 'info', text: 'before', ...(isEphemeral && { ephemeral: true }) } as const;
    await stage.platform.send(place, message, { key: `d-${eventId}`, person });
  };
  await chat.say('/start');
  await chat.sees(/before/);
  stage.bot.script = script;
}

describe.each([
  ['the asker alone', true],
  ['everybody', false],
] as const)('what is for one pair of eyes, after a promise to %s,', (_, isPromised) => {
  test('is seen by the asker alone', async () => {
    const { anna, ben } = await open();
    await getUsedTo(anna, isPromised);
    await anna.say('/start');
    await anna.sees(/1234/);
    expect(textsOf(ben).join()).not.toContain('1234');
  });

  test('goes to a private message when automatic moderation refuses it, and its place says so', async () => {
    const { anna, ben, references } = await open();
    await getUsedTo(anna, isPromised);
    stage.emulator.failNext(isPromised ? `PATCH ${original}` : followUp, blocked);
    await anna.say('/start');
    await waitFor('the private message', () => anna.privateMessages[0]);
    expect(anna.privateMessages.map(({ text }) => text)).toEqual([secret.text]);
    if (isPromised) await anna.sees((message) => message.text === sentInPrivate);
    await waitFor('the end of thinking', () => !anna.isThinking);
    expect([...textsOf(anna), ...textsOf(ben)].join()).not.toContain('1234');
    const reference = await waitFor('the reference', () => references[0]);
    expect(reference.place.server).toBeUndefined();
  });

  test('becomes a sentence where private messages are closed too', async () => {
    const { anna, ben, isAnswered } = await open();
    await getUsedTo(anna, isPromised);
    anna.speaker.user.isClosed = true;
    stage.emulator.failNext(isPromised ? `PATCH ${original}` : followUp, blocked);
    await anna.say('/start');
    await anna.sees((message) => message.text === writeInPrivate);
    await waitFor('the answer', isAnswered);
    expect([...textsOf(anna), ...textsOf(ben)].join()).not.toContain('1234');
    expect(anna.isThinking).toBe(false);
  });
});

test('what is for one pair of eyes is not posted where the interaction is over', async () => {
  const { anna, ben, references } = await open();
  const { script } = stage.bot;
  stage.bot.script = async (asked) => {
    stage.emulator.advance(16 * 60_000);
    await script?.(asked);
  };
  await anna.say('/start');
  await waitFor('the private message', () => anna.privateMessages[0]);
  await waitFor('the reference', () => references[0]);
  anna.speaker.user.isClosed = true;
  await anna.say('/start');
  await anna.sees((message) => message.text === writeInPrivate);
  expect([...textsOf(anna), ...textsOf(ben)].join()).not.toContain('1234');
});

test('all parts of it are for the asker alone, and one sentence stands for all of them', async () => {
  const parts = [1, 2, 3].map((part): OutgoingMessage => ({ ...secret, text: `part ${part} of the secret` }));
  const { anna, ben } = await open(parts);
  await anna.say('/start');
  for (const { text } of parts) await anna.sees((message) => message.text === text);
  expect(textsOf(ben).join()).not.toContain('secret');
  // The sentence of the first, then each other part and the sentence again.
  stage.emulator.failNext(followUp, blocked, 5);
  stage.emulator.failNext(`PATCH ${original}`, blocked);
  anna.speaker.user.isClosed = true;
  await anna.say('/start');
  await waitFor('all refusals', () => stage.emulator.pendingFaults === 0);
  await anna.sees((message) => message.text === writeInPrivate);
  expect(textsOf(ben).filter((text) => text === writeInPrivate)).toHaveLength(1);
  expect(textsOf(ben).join()).not.toContain('secret');
});

test('a file that is for one pair of eyes is not posted for all', async () => {
  const bytes = new Uint8Array(100).fill(7);
  const files = [{ blob: blobKeyOf(bytes), name: 'biscuit.safetensors' }];
  const { anna, ben } = await open([{ ...secret, files }]);
  await stage.blobs.put(bytes);
  stage.emulator.failNext(followUp, blocked);
  await anna.say('/start');
  const message = await waitFor('the private message', () => anna.privateMessages[0]);
  expect(message.pictureCount).toBe(1);
  expect(ben.messages.every(({ pictureCount }) => pictureCount === 0)).toBe(true);
});

test('it is not written into a message that others see, and its own may be edited', async () => {
  const { anna, ben, references, isAnswered } = await open([secret, { kind: 'info', text: 'for all' }]);
  await anna.say('/start');
  await waitFor('both', isAnswered);
  const [hidden, open_] = references;
  await stage.platform.edit(hidden!, { ...secret, text: 'the code is 5678' });
  await anna.sees(/5678/);
  await expect(stage.platform.edit({ ...open_!, place: { ...open_!.place, server: 's' } }, secret)).rejects.toThrow(
    MessageGoneError,
  );
  expect(textsOf(ben).join()).not.toMatch(/1234|5678/);
});

test('the sentences are there in every language', () => {
  for (const { discord } of Object.values(locales))
    expect(new Set([discord.sentInPrivate, discord.writeInPrivate]).size).toBe(2);
});
