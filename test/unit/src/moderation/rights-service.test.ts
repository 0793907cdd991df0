import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { incomingPhotos } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

let spine: Spine;
beforeEach(async () => {
  spine = await createSpine();
  await spine.startBot();
});
afterEach(() => spine.stop());

const here = { server: 'pets' };
const mona = { ...here, person: 'mona', isModerator: true };
const rule = async (options: Record<string, string | number>) => {
  await spine.platform.say('admin', options, mona);
  expect(spine.chat.last!.kind).toBe('info');
};
const last = () => spine.chat.last!.text;
const quotaReached = 'You have reached the limit here: 1 a day. A day after each one there is room for another.';
const stopButton = () =>
  spine.chat
    .showing('status')
    .at(-1)!
    .buttons!.find(({ label }) => label === 'Stop')!.action;

describe('a limit', () => {
  test('counts an event that is delivered again once, and holds for buttons and for other channels', async () => {
    const { platform, chat } = spine;
    await rule({ action: 'limit', activity: 'draw', per_day: 1 });
    await spine.startWorker();
    await platform.say('imagine', { prompt: 'a cat' }, { ...here, eventId: 'one' });
    await platform.say('imagine', { prompt: 'a cat' }, { ...here, eventId: 'one' });
    await waitFor('the picture', () => chat.showing('result')[0]);
    await platform.say('imagine', { prompt: 'a cat' }, { ...here, eventId: 'one' });
    expect(chat.showing('error')).toEqual([]);
    await platform.press('again?job=w-one', here);
    expect(last()).toBe(quotaReached);
    await platform.say('imagine', { prompt: 'a dog' }, { ...here, channel: 'elsewhere' });
    expect(last()).toBe(quotaReached);
    // It is of that community alone.
    await platform.say('imagine', { prompt: 'a dog' }, { server: 'other' });
    await platform.say('imagine', { prompt: 'a dog' });
    expect(chat.showing('error')).toHaveLength(2);
  });

  test.each([
    ['stopped', 'a slow cat'],
    ['failed', 'an impossible cat'],
    ['broken', 'an unusable cat'],
  ])('is given back what was %s', async (kind, prompt) => {
    const { platform, chat } = spine;
    await rule({ action: 'limit', activity: 'draw', per_day: 1 });
    await platform.say('imagine', { prompt }, here);
    await platform.say('imagine', { prompt: 'a dog' }, here);
    expect(last()).toBe(quotaReached);
    if (kind === 'stopped') await platform.press(stopButton(), here);
    await spine.startWorker();
    await waitFor('the end', () => chat.showing('status').length === 0);
    await platform.say('imagine', { prompt: 'a dog' }, here);
    await waitFor('the picture', () => chat.showing('result').some(({ text }) => text.startsWith('“a dog”')));
  });

  test('refuses a training before its photos are kept, and counts sharing', async () => {
    const { platform, chat } = spine;
    await spine.startWorker();
    await platform.say('train', { name: 'Biscuit', kind: 'dog', photos: await incomingPhotos(3) });
    await waitFor('the training', () => chat.showing('result')[0]);
    await rule({ action: 'allow', activity: 'train', who: 'moderators' });
    await platform.say('train', { name: 'Milo', kind: 'cat', photos: await incomingPhotos(3) }, here);
    expect(last()).toBe('Only moderators may do that here.');
    await rule({ action: 'limit', activity: 'share', per_day: 1 });
    await platform.say('pets', { share: 'Biscuit' }, { ...here, eventId: 'share' });
    await platform.say('pets', { share: 'Biscuit' }, { ...here, eventId: 'share' });
    expect(last()).toMatch(/^Everybody in this channel can draw Biscuit now/);
    await platform.say('pets', { share: 'Biscuit', with: 'person' }, here);
    expect(last()).toBe(quotaReached);
  });

  test('for a role holds for those who have it when they ask', async () => {
    const { platform } = spine;
    await rule({ action: 'allow', activity: 'draw', role: '5 Regulars' });
    await platform.say('imagine', { prompt: 'a cat' }, { ...here, roles: ['5'] });
    expect(last()).toMatch(/^I will draw/);
    await platform.press('again', { ...here, roles: [] });
    expect(last()).toBe('Only these roles may do that here: Regulars.');
  });
});

describe('moderating', () => {
  test('is for moderators of the community, whatever a button says', async () => {
    const { platform } = spine;
    await platform.say('admin', { action: 'show' }, here);
    expect(last()).toBe('Only moderators may do that here.');
    await platform.press('admin?action=limit&activity=draw&per_day=1', here);
    expect(last()).toBe('Only moderators may do that here.');
    await platform.say('admin', { action: 'show' }, { person: 'mona', isModerator: true });
    expect(last()).toMatch(/^There is nothing to moderate in private/);
    await platform.say('help');
    expect(last()).not.toContain('/admin');
    await platform.say('help', {}, here);
    expect(last()).toContain('/admin');
  });

  test('stops and deletes what others did in the same community alone, and notes it', async () => {
    const { platform, chat } = spine;
    await platform.say('imagine', { prompt: 'a cat' }, { ...here, eventId: 'cat' });
    await platform.press(stopButton(), { server: 'other', person: 'eve', isModerator: true });
    expect(last()).toBe('I do not know that job of yours, or it is too old.');
    await platform.press('cancel?job=w-cat', { ...here, person: 'ben' });
    expect(last()).toBe('Only anna or a moderator can do that.');
    await platform.press('cancel?job=w-cat', mona);
    await waitFor('the end', () => chat.showing('status').length === 0);
    await platform.press('remove?job=w-cat', mona);
    await platform.say('admin', { action: 'audit' }, mona);
    expect(last().split('\n').slice(1)).toEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d mona: deleted a picture of anna$/),
      expect.stringMatching(/mona: stopped a job of anna$/),
    ]);
    await platform.say('admin', { action: 'audit' }, { ...mona, server: 'other' });
    expect(last()).toBe('No moderator has done anything here yet.');
  });

  test('one channel by its own settings gives others’ work in it, and neither rules nor other channels', async () => {
    const { platform, chat } = spine;
    const cleo = { ...here, channel: 'cats', person: 'cleo', isChannelModerator: true };
    const adminOfOneChannel = /^You moderate this channel only/;
    await platform.say('admin', { action: 'ban', person: '12 anna' }, cleo);
    expect(last()).toMatch(adminOfOneChannel);
    await platform.press('admin?action=limit&activity=draw&per_day=1', cleo);
    expect(last()).toMatch(adminOfOneChannel);
    await platform.say('imagine', { prompt: 'a cat' }, { ...here, channel: 'cats', eventId: 'cat' });
    await platform.say('imagine', { prompt: 'a dog' }, { ...here, channel: 'dogs', eventId: 'dog' });
    await platform.press('cancel?job=w-dog', cleo);
    expect(last()).toBe('Only anna or a moderator can do that.');
    await platform.press('cancel?job=w-cat', cleo);
    await waitFor('the end', () => chat.showing('status').length === 1);
    await platform.press('remove?job=w-cat', cleo);
    await platform.say('admin', { action: 'audit' }, mona);
    expect(last().split('\n').slice(1)).toEqual([
      expect.stringMatching(/cleo: deleted a picture of anna$/),
      expect.stringMatching(/cleo: stopped a job of anna$/),
    ]);
  });

  test('one channel gives no way around the rules of the community', async () => {
    const { platform } = spine;
    await rule({ action: 'allow', activity: 'draw', who: 'moderators' });
    await platform.say('imagine', { prompt: 'a cat' }, { ...here, person: 'cleo', isChannelModerator: true });
    expect(last()).toBe('Only moderators may do that here.');
  });

  test('a ban stops what is waiting there, keeps other places open, and leaves people their data', async () => {
    const { platform, chat } = spine;
    await platform.say('imagine', { prompt: 'a cat' }, here);
    await platform.say('imagine', { prompt: 'a dog' });
    // The platform’s numbers stand for people; names are for reading.
    await platform.say('admin', { action: 'ban', person: '12 anna' }, mona);
    expect(last()).toContain('Banned: anna');
    await platform.say('imagine', { prompt: 'a fox' }, { ...here, person: '12' });
    expect(last()).toBe('Moderators have barred you from using me here.');
    await platform.say('pets', {}, { ...here, person: '12' });
    expect(last()).toBe('Moderators have barred you from using me here.');
    await platform.say('imagine', { prompt: 'a fox' }, { person: '12' });
    expect(last()).toMatch(/^I will draw/);
    await platform.say('queue', {}, { ...here, person: '12' });
    expect(last()).toContain('a fox');
    await platform.say('admin', { action: 'unban', person: '12' }, mona);
    await platform.say('imagine', { prompt: 'a hen' }, { ...here, person: '12' });
    await platform.say('imagine', { prompt: 'an owl' }, { person: '12' });
    await platform.say('admin', { action: 'ban', person: '12 anna' }, mona);
    const stopped = '“a hen”: stopped.\nModerators have barred you from using me here.';
    await waitFor('the stop', () => chat.showing('error').some(({ text }) => text === stopped));
    expect(chat.showing('status').map(({ text }) => text)).toEqual(
      expect.arrayContaining([expect.stringContaining('a fox'), expect.stringContaining('an owl')]),
    );
  });
});
