import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { PermanentError } from '#src/core/errors.js';
import type { MessageReference, Person, Place } from '#src/core/place.js';
import { MessageGoneError, type OutgoingMessage, PlaceClosedError } from '#src/platforms/platform.js';
import type { ChatActor, GroupActor, UserActor } from '#test/emulators/telegram/actors.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { Harness, info } from './harness.js';

const secret: OutgoingMessage = { kind: 'info', text: 'the code is 1234', locale: 'en', ephemeral: true };
const writeInPrivate = (name: string) => locales.en.telegram.writeInPrivate.replace('{person}', name);

describe('what is for one pair of eyes, in a group,', () => {
  let harness: Harness;
  let group: GroupActor;
  let anna: UserActor;
  let inGroup: ChatActor;
  let bystander: ChatActor;
  beforeEach(async () => {
    harness = await Harness.start();
    group = harness.emulator.group('Pet lovers');
    anna = harness.emulator.user('Anna');
    inGroup = group.as(anna);
    bystander = group.as(harness.emulator.user('Ben'));
  });
  afterEach(() => harness.stop());

  const personOf = ({ user }: UserActor): Person => ({
    platform: 'telegram',
    id: String(user.id),
    name: user.first_name,
  });
  const place = (): Place => {
    const id = String(group.chat.id);
    return { platform: 'telegram', server: id, channel: id };
  };
  const send = (message: OutgoingMessage, key: string, partOf?: string) =>
    harness.platform.send(place(), message, { key, person: personOf(anna), ...(partOf !== undefined && { partOf }) });
  const textsOf = (chat: ChatActor) => chat.messages.map(({ text }) => text);

  /** Presses a button below which the bot sends this. */
  async function press(message: OutgoingMessage): Promise<MessageReference> {
    await harness.platform.send(
      place(),
      { ...info('a picture'), buttons: [{ label: 'Info', action: 'info?job=t-1' }] },
      { key: 'shown', person: personOf(anna) },
    );
    const references: MessageReference[] = [];
    harness.bot.onPress = async ({ eventId }) => {
      references.push(await send(message, eventId));
    };
    const shown = inGroup.messages.find(({ text }) => text === 'a picture')!;
    await inGroup.press(shown, 'Info');
    return waitFor('the answer', () => references[0]);
  }

  test('goes to the private chat, with its files, and the same key again changes that message', async () => {
    const alone = anna.privateChat();
    const blob = await harness.picture(1);
    await send({ ...secret, files: [{ blob, name: 'biscuit.safetensors' }] }, 't-1');
    await send({ ...secret, text: 'the code is 5678' }, 't-1');
    expect(alone.messages).toMatchObject([{ text: 'the code is 5678', pictureCount: 1 }]);
    expect(bystander.messages).toEqual([]);
    await harness.platform.stop();
    await harness.startPlatform();
    const again = await send(secret, 't-1');
    expect(alone.messages).toMatchObject([{ text: secret.text }]);
    expect(again.place.server).toBeUndefined();
  });

  test('asks whoever cannot be reached alone to write first, once for all parts, with a link', async () => {
    await send(secret, 't-1');
    await send({ ...secret, text: 'part 2' }, 't-1-part-2', 't-1');
    expect(textsOf(bystander)).toEqual([writeInPrivate('Anna')]);
    const [asked] = bystander.raw;
    expect(asked!.reply_markup).toEqual({
      inline_keyboard: [
        [
          {
            text: locales.en.telegram.openPrivate,
            url: expect.stringMatching(/^https:\/\/t\.me\/PetboothBot\?start=\w+$/),
          },
        ],
      ],
    });
    const alone = anna.privateChat();
    alone.blocks();
    await send(secret, 't-2');
    alone.unblocks();
    await send(secret, 't-2');
    expect(textsOf(alone)).toEqual([secret.text]);
    expect(textsOf(bystander).join()).not.toContain('1234');
  });

  test('does not take an anonymous administrator for somebody to write to: their id is the group’s', async () => {
    const itself: Person = { platform: 'telegram', id: String(group.chat.id), name: 'Pet lovers' };
    await harness.platform.send(place(), secret, { key: 't-1', person: itself });
    expect(textsOf(bystander)).toEqual([locales.en.telegram.writeAsYourself]);
  });

  test('answers a press for the one who pressed alone', async () => {
    for (const text of ['the code is 1234', 'and 5678']) {
      await press({ ...secret, text });
      await inGroup.sees((message) => message.text === text);
    }
    expect(textsOf(bystander)).toEqual(['a picture']);
    expect(anna.privateChat().messages).toEqual([]);
    expect(harness.emulator.count('sendMessage')).toBe(3);
  });

  test('never meets a server that would overlook that it is for one person', async () => {
    harness.emulator.state.knowsEphemeral = false;
    const alone = anna.privateChat();
    await press(secret);
    await press({ ...secret, text: 'the code is 5678' });
    expect(textsOf(alone)).toEqual(['the code is 1234', 'the code is 5678']);
    const shown = harness.emulator.state.messages.filter(({ chat }) => chat === group.chat);
    expect(shown.flatMap(({ history }) => history).join()).not.toMatch(/1234|5678/);
    expect(textsOf(bystander)).toEqual(['a picture']);
  });

  test('goes to the private chat where a press cannot be answered so any more, or has something to keep', async () => {
    const alone = anna.privateChat();
    await press({ ...secret, text: 'seen below the button' });
    const tooLate = { kind: 'refused', code: 400, description: 'Bad Request: QUERY_ID_INVALID' } as const;
    harness.emulator.failNext('sendMessage', tooLate);
    await press(secret);
    const blob = await harness.picture(1);
    await press({ ...secret, text: 'with a file', files: [{ blob, name: 'biscuit.safetensors' }] });
    expect(alone.messages).toMatchObject([{ text: secret.text }, { text: 'with a file', pictureCount: 1 }]);
    expect(textsOf(bystander)).toEqual(['a picture']);
  });

  test('has to say whose; what is for everybody is posted once, and where it cannot be, nobody is told in private instead', async () => {
    const alone = anna.privateChat();
    const notice = (message: OutgoingMessage, key: string) => harness.platform.send(place(), message, { key });
    await notice(info('voting has begun'), 'n-1');
    await notice(info('voting has begun'), 'n-1');
    await notice({ ...info('voting ends soon'), ephemeral: 'preferably' }, 'n-2');
    await expect(notice(secret, 'n-3')).rejects.toThrow(PermanentError);
    const shown = ['voting has begun', 'voting ends soon'];
    expect(textsOf(bystander)).toEqual(shown);
    inGroup.blocks();
    await expect(notice(info('voting has ended'), 'n-4')).rejects.toThrow(PlaceClosedError);
    expect(textsOf(bystander)).toEqual(shown);
    expect(alone.messages).toEqual([]);
  });

  test('is not written into a message that others see', async () => {
    const reference = await harness.platform.send(place(), info('for all'), { key: 't-1', person: personOf(anna) });
    await expect(harness.platform.edit(reference, secret)).rejects.toThrow(MessageGoneError);
    expect(textsOf(bystander)).toEqual(['for all']);
  });

  test('may be seen where it cannot be hidden if it is nothing to others', async () => {
    await send({ ...info('Only a number.'), ephemeral: 'preferably' }, 't-1');
    expect(textsOf(bystander)).toEqual(['Only a number.']);
    await press({ ...info('Nothing was stopped.'), ephemeral: 'preferably' });
    expect(textsOf(bystander)).toEqual(['Only a number.', 'a picture']);
    expect(textsOf(inGroup)).toContain('Nothing was stopped.');
  });
});
