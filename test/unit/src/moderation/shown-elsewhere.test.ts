import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import type { MessageReference } from '#src/core/place.js';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

let spine: Spine;
beforeEach(async () => {
  spine = await createSpine();
});
afterEach(() => spine.stop());

const inPrivate = {};
const club = (channel: string) => ({ server: 'club', channel });
const moderator = { person: 'mona', isModerator: true };
const drawn = (prompt: string) => spine.chat.showing('result').find(({ text }) => text.startsWith(`“${prompt}”`));

/** Where a message that shows now was posted. */
function watchPlaces() {
  const { platform } = spine;
  const places = new Map<string, string>();
  const send = platform.send.bind(platform);
  platform.send = async (place, message: OutgoingMessage, options) => {
    const alone = message.ephemeral === true ? ', for one alone' : '';
    if (message.kind === 'result') places.set(message.text, `${place.server ?? 'private'}/${place.channel}${alone}`);
    return send(place, message, options);
  };
  return places;
}

describe('what was given up', () => {
  const rule = (channel: string, here: string) =>
    spine.platform.say('admin', { action: 'channel', here }, { ...club(channel), ...moderator });

  test.each([
    { asked: inPrivate, speaks: inPrivate, isBrought: true },
    { asked: inPrivate, speaks: club('hall'), isBrought: false },
    { asked: club('hall'), speaks: inPrivate, isBrought: false },
    { asked: club('hall'), speaks: { server: 'other', channel: 'lobby' }, isBrought: false },
    { asked: club('hall'), speaks: club('hall'), isBrought: true },
    { asked: club('hall'), speaks: club('garden'), isBrought: true },
    { asked: club('covered'), speaks: club('hall'), isBrought: false },
    { asked: club('hall'), speaks: club('covered'), isBrought: true },
    { asked: club('staff'), speaks: club('hall'), isBrought: false },
    { asked: club('hall'), speaks: { ...club('staff'), isModerator: true }, isBrought: true },
  ])(
    'is brought where it is as private and as strict: $asked → $speaks: $isBrought',
    async ({ asked, speaks, isBrought }) => {
      await spine.startBot({ maxDeliveryAttempts: 1 });
      const { platform } = spine;
      const places = watchPlaces();
      const edit = platform.edit.bind(platform);
      platform.edit = async (reference: MessageReference, message) => {
        if (message.kind === 'result') throw new Error('the platform does not answer');
        return edit(reference, message);
      };
      await platform.say('imagine', { prompt: 'a fox' }, { ...asked, isModerator: true });
      await spine.startWorker();
      await waitFor('the last attempt', () => spine.logLines.some((line) => line.includes('when they speak again')));
      await rule('covered', 'spoiler');
      await rule('staff', 'never');
      platform.edit = edit;
      await platform.say('help', {}, speaks);
      // A second command: by its answer the first one has brought what it brings.
      await new Promise((resolve) => setTimeout(resolve, 500));
      const place = [...places].find(([text]) => text.startsWith('“a fox”'))?.[1];
      // Nobody says who reads another channel.
      const alone =
        'channel' in asked && 'channel' in speaks && asked.channel !== speaks.channel ? ', for one alone' : '';
      const here = 'server' in speaks ? `${speaks.server}/${speaks.channel}${alone}` : 'private/anna';
      expect(place).toBe(isBrought ? here : undefined);
    },
  );
});

describe('what was made elsewhere', () => {
  const { jobElsewhere, nothingToRepeat } = locales.en.errors;
  const last = () => spine.chat.last!.text;

  test('is not repeated, shown or changed in a community, and its owner may take it along into private', async () => {
    await spine.startBot();
    await spine.startWorker();
    const { platform } = spine;
    await platform.say('imagine', { prompt: 'a secret', count: 2 }, { eventId: 'private' });
    await platform.say('imagine', { prompt: 'a gift' }, { ...club('hall'), eventId: 'club' });
    await waitFor('both', () => drawn('a secret') && drawn('a gift'));
    for (const where of [club('hall'), { server: 'other' }])
      for (const action of ['again?job=w-private', 'pick?job=w-private&number=1', 'upscale?job=w-private']) {
        await platform.press(action, where);
        expect(last()).toBe(jobElsewhere);
      }
    await platform.say('edit', { change: '+ a hat', job: 'w-club' }, { server: 'other' });
    expect(last()).toBe(jobElsewhere);
    // Without a number it is the newest of this community.
    await platform.say('again', {}, { server: 'other' });
    expect(last()).toBe(nothingToRepeat);
    await platform.say('again', {}, club('hall'));
    expect(last()).toContain('a gift');
    await platform.say('again');
    expect(last()).toContain('a secret');
    await platform.say('again', { job: 'w-club' });
    expect(last()).toContain('a gift');
    // Moderators of one community reach into no other, nor into private chats.
    await platform.press('again?job=w-private', { ...moderator, ...club('hall') });
    expect(last()).toBe(locales.en.errors.jobUnknown);
  });

  test('stays under the rule of its channel, also for moderators', async () => {
    await spine.startBot();
    await spine.startWorker();
    const { platform } = spine;
    await platform.say('admin', { action: 'channel', here: 'spoiler' }, { ...club('covered'), ...moderator });
    await platform.say('imagine', { prompt: 'a surprise' }, { ...club('covered'), eventId: 'covered' });
    await waitFor('the picture', () => drawn('a surprise'));
    for (const who of [{}, moderator]) {
      await platform.press('again?job=w-covered', { ...club('hall'), ...who });
      expect(last()).toBe(jobElsewhere);
      await platform.press('again?job=w-covered', { ...club('covered'), ...who });
      expect(last()).toContain('a surprise');
    }
  });
});

test('a message that shows a part of a result is taken away by the button that it has, not by one that was made up', async () => {
  await spine.startBot();
  await spine.startWorker();
  const { platform, chat } = spine;
  await platform.say('imagine', { prompt: 'a cat', count: 2 }, { eventId: 'cat' });
  await waitFor('the pictures', () => drawn('a cat'));
  const removed: string[] = [];
  platform.remove = async ({ message }) => void removed.push(message);
  await platform.press('remove?job=w-cat&copy=true', { isOnMessage: false });
  expect(removed).toEqual([]);
  expect(chat.last!.text).toBe(locales.en.commands.remove.replies.gone);
  await platform.press('remove?job=w-cat&copy=true');
  expect(removed).toHaveLength(1);
});
