import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import { incomingPhotos } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

let spine: Spine;
let score: number;
let hall: { readonly server: string };
let moderator: { readonly server: string; readonly person: string; readonly isModerator: true };
let communities = 0;
beforeEach(() => {
  score = 0.9;
  communities += 1;
  hall = { server: `hall ${communities}` };
  moderator = { ...hall, person: 'mona', isModerator: true };
});
beforeAll(async () => {
  // Not a page on loopback, which shows everything.
  spine = await createSpine({ WEB_HOST: '0.0.0.0' });
  await spine.startBot({ judge: { scoreOf: async () => score, stop: () => {} } });
  await spine.startWorker();
});
afterAll(() => spine.stop());

async function draw(): Promise<OutgoingMessage> {
  const before = spine.chat.showing('result').length;
  await spine.platform.say('imagine', { prompt: 'a lamp' }, hall);
  await waitFor('a result', () => spine.chat.showing('result').length > before);
  return shownResult();
}

const shownResult = () => spine.chat.showing('result').at(-1)!;
const buttonOf = (message: OutgoingMessage, label: string) =>
  message.buttons!.find((button) => button.label === label)!.action;

describe('covered results', () => {
  test('say why, are uncovered by moderators alone, and stay so; the trail has it with the score', async () => {
    const covered = await draw();
    expect(covered).toMatchObject({ isSpoiler: true, text: expect.stringContaining('Covered: it may be explicit.') });
    const uncover = buttonOf(covered, 'Uncover');
    await spine.platform.press(uncover, hall);
    expect(spine.chat.last).toMatchObject({ kind: 'error', text: 'Only moderators may do that here.' });
    await spine.platform.press(uncover, { ...moderator, server: 'elsewhere' });
    expect(spine.chat.last).toMatchObject({ kind: 'error' });
    expect(shownResult().isSpoiler).toBe(true);

    await spine.platform.press(uncover, moderator);
    expect(spine.chat.last).toMatchObject({ text: 'The picture is uncovered.', ephemeral: true });
    expect(shownResult()).not.toHaveProperty('isSpoiler');
    expect(shownResult().text).not.toContain('Covered');
    await spine.platform.say('admin', { action: 'audit' }, moderator);
    expect(spine.chat.last!.text).toMatch(/mona: uncovered a picture of anna \(explicit: 90 %\)/);
  });

  test('are what a moderator chose for the channel', async () => {
    await spine.platform.say('admin', { pictures: 'off' }, moderator);
    expect(spine.chat.last!.text).toContain('Explicit pictures are shown in this channel.');
    expect(await draw()).not.toHaveProperty('isSpoiler');
    await spine.platform.say('admin', { action: 'pictures', pictures: 'refuse' }, moderator);
    const refused = await draw();
    expect(refused.pictures).toBeUndefined();
    expect(refused.text).toContain('Not shown here: it may be explicit.');
  });

  test('harmless ones are shown', async () => {
    score = 0.1;
    const shown = await draw();
    expect(shown).not.toHaveProperty('isSpoiler');
    expect(shown.buttons!.map(({ label }) => label)).not.toContain('Uncover');
  });
});

test('what was drawn of a pet that is not shared any more stays covered', async () => {
  score = 0.1;
  const photos = await incomingPhotos(3);
  await spine.platform.say('train', { name: 'Biscuit', kind: 'dog', photos }, hall);
  await waitFor('the pet', () => spine.chat.showing('result').some(({ text }) => text.startsWith('I know Biscuit')));
  await spine.platform.say('pets', { share: 'Biscuit' }, hall);
  score = 0.9;
  const before = spine.chat.showing('result').length;
  await spine.platform.say('imagine', { prompt: 'Biscuit asleep' }, { ...hall, person: 'ben' });
  await waitFor('the result', () => spine.chat.showing('result').length > before);
  await spine.platform.say('pets', { unshare: 'Biscuit' }, hall);
  await spine.platform.press(buttonOf(shownResult(), 'Uncover'), moderator);
  expect(spine.chat.last).toMatchObject({
    kind: 'error',
    text: 'This picture stays covered: what ben may draw here has changed since.',
  });
  expect(shownResult().isSpoiler).toBe(true);
  await spine.platform.press(buttonOf(shownResult(), '🚩'), { ...hall, person: 'rita' });
  expect(spine.chat.last).toMatchObject({ kind: 'info' });
});

describe('a report', () => {
  test('is made once by each, tells moderators in private with the score, and is in the trail', async () => {
    await spine.platform.say('admin', { pictures: 'off' }, moderator);
    const report = buttonOf(await draw(), '🚩');
    await spine.platform.press(report, { ...hall, person: 'rita' });
    const told = spine.chat.showing('info').findLast(({ text }) => text.startsWith('🚩'));
    expect(told).toMatchObject({ ephemeral: true, text: expect.stringContaining('a picture that anna asked for') });
    const messages = [...spine.chat.messages.values()];
    expect(messages.find(({ contents }) => contents.at(-1) === told)!.person?.id).toBe('mona');
    expect(spine.chat.last).toMatchObject({ text: 'Thank you, the moderators know.', ephemeral: true });
    await spine.platform.press(report, { ...hall, person: 'rita' });
    expect(spine.chat.last!.text).toBe('You have told the moderators already.');
    await spine.platform.say('admin', { action: 'audit' }, moderator);
    expect(spine.chat.last!.text.match(/rita: 🚩 reported a picture of anna/g)).toHaveLength(1);
  });

  test('is told to those who moderate now, the last ones first, and honestly noted where there are none', async () => {
    for (const person of ['mona', 'moritz', 'max', 'mia', 'mo'])
      await spine.platform.say('admin', { pictures: 'off' }, { ...moderator, person });
    for (const person of ['mia', 'mo']) spine.platform.moderators.delete(`${hall.server}/${person}`);
    const [first, second] = [await draw(), await draw()];
    const told = () =>
      [...spine.chat.messages.values()].filter(({ key }) => key.includes('-reported-')).map(({ person }) => person?.id);
    const before = told().length;
    await spine.platform.press(buttonOf(first, '🚩'), { ...hall, person: 'rita' });
    expect(told().slice(before)).toEqual(['max', 'moritz', 'mona']);
    expect(spine.chat.last!.text).toBe('Thank you, the moderators know.');
    spine.platform.moderators.clear();
    await spine.platform.press(buttonOf(second, '🚩'), { ...hall, person: 'rita' });
    expect(told().slice(before)).toHaveLength(3);
    expect(spine.chat.last!.text).toContain('I noted it for the moderators, but could reach none of them just now');
  });

  test('reaches a moderator later who could not be told at once, unless they moderate no more', async () => {
    for (const person of ['mona', 'max'])
      await spine.platform.say('admin', { pictures: 'off' }, { ...moderator, person });
    const report = buttonOf(await draw(), '🚩');
    const send = spine.platform.send.bind(spine.platform);
    let isAway = true;
    spine.platform.send = async (place, message, options) => {
      if (isAway && options.key.includes('-reported-')) throw new Error('the platform does not answer');
      return send(place, message, options);
    };
    const told = () =>
      [...spine.chat.messages.values()].filter(({ key }) => key.includes('-reported-')).map(({ person }) => person?.id);
    const before = told().length;
    await spine.platform.press(report, { ...hall, person: 'rita' });
    expect(spine.chat.last!.text).toContain('could reach none of them just now');
    spine.platform.moderators.delete(`${hall.server}/max`);
    isAway = false;
    await waitFor('the word', () => told().length > before);
    // Those of both were due by then.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(told().slice(before)).toEqual(['mona']);
    spine.platform.send = send;
  });

  test('is one of few within an hour, and never of another community', async () => {
    const reports: string[] = [];
    for (let index = 0; index < 6; index += 1) reports.push(buttonOf(await draw(), '🚩'));
    await spine.platform.press(reports[0]!, { server: 'elsewhere', person: 'rita' });
    expect(spine.chat.last).toMatchObject({ kind: 'error' });
    for (const report of reports) await spine.platform.press(report, { ...hall, person: 'rita' });
    expect(spine.chat.last).toMatchObject({ kind: 'error', text: expect.stringContaining('many pictures') });
    await spine.platform.press(reports[5]!, { ...hall, person: 'rudi' });
    expect(spine.chat.last).toMatchObject({ kind: 'info', text: expect.stringContaining('Thank you') });
  });

  test('has no button in private, where there are no moderators', async () => {
    const before = spine.chat.showing('result').length;
    await spine.platform.say('imagine', { prompt: 'a lamp' });
    await waitFor('a result', () => spine.chat.showing('result').length > before);
    expect(shownResult().buttons!.map(({ label }) => label)).not.toContain('🚩');
  });
});
