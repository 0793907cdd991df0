import { afterAll, beforeAll, expect, test } from 'vitest';
import { ContestRules } from '#src/contests/contest-rules.js';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import { openContestAt } from '#test/helpers/contests.js';
import { drawPhoto, incoming } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

let spine: Spine;
const hall = { server: 'hall' };
const ann = { ...hall, person: 'ann' };
const mona = { ...hall, person: 'mona', isModerator: true };

beforeAll(async () => {
  spine = await createSpine();
  await spine.startBot();
  const rules = ContestRules.parse({ accepts: ['photos'], perPerson: 2 });
  await openContestAt(spine.database!, { platform: 'web', server: 'hall', channel: 'hall' }, { rules });
});
afterAll(() => spine.stop());

const last = () => spine.chat.last!;
const page = () => spine.chat.showing('info').findLast(({ text }) => /waiting: |Why is it|Nothing waits/.test(text))!;
const buttonOf = ({ buttons = [] }: OutgoingMessage, label: string) =>
  buttons.find((button) => button.label === label)!.action;
const toldTo = (person: string) =>
  [...spine.chat.messages.values()]
    .filter((sent) => sent.person?.id === person && sent.key.startsWith('contest-entry-'))
    .map(({ contents }) => contents.at(-1)!.text);

async function enterPhoto(seed: number): Promise<void> {
  const photo = [incoming(await drawPhoto(seed))];
  await spine.platform.say('contest', { action: 'enter', photo, words: 'a dog' }, ann);
  expect(last().text).toContain('A moderator looks at it');
  await spine.platform.press(buttonOf(last(), '✅ Agree and enter'), ann);
  expect(last().text).toContain('a moderator looks at your entry');
}

test('what is no photo is refused with the sentence that photos have, and nothing is entered', async () => {
  const photo = [incoming(new TextEncoder().encode('no photo'))];
  await spine.platform.say('contest', { action: 'enter', photo, words: 'a dog' }, ann);
  expect(last()).toMatchObject({ kind: 'error', text: expect.stringContaining('is not a picture') });
  await spine.platform.say('contest', { action: 'mine' }, ann);
  expect(last().text).not.toContain('First snow');
});

test('a photo waits for a moderator, who takes it or says why not, and its author is told in private', async () => {
  await enterPhoto(1);
  await enterPhoto(2);
  await spine.platform.say('host', { action: 'review' }, { ...hall, person: 'ben' });
  expect(last()).toMatchObject({ kind: 'error', text: 'Only moderators may do that here.' });
  await spine.platform.say('host', { action: 'review' }, mona);
  expect(page()).toMatchObject({ ephemeral: true, text: expect.stringContaining('By ann') });
  expect(page().text).toContain('(waiting: 2)');
  await spine.platform.press(buttonOf(page(), '✅ Accept'), mona);
  await waitFor('the word to the author', () => toldTo('ann').length === 1);
  expect(toldTo('ann')).toEqual([expect.stringContaining('Your entry in “First snow”: it takes part.')]);

  expect(page().text).toContain('(waiting: 1)');
  await spine.platform.press(buttonOf(page(), '❌ Not accepted'), mona);
  const inWords = buttonOf(page(), '✍️ In words');
  const question = await spine.platform.bot!.questionOf({
    action: inWords,
    person: { platform: 'web', id: 'mona', name: 'mona' },
    place: { platform: 'web', server: 'hall', channel: 'hall' },
  });
  expect(question).toMatchObject({ command: 'host', option: 'reason' });
  await spine.platform.say('host', { ...question!.given, reason: 'Not a pet' }, mona);
  expect(page().text).toContain('Nothing waits for you');
  await waitFor('the other word', () => toldTo('ann').length === 2);
  expect(toldTo('ann')[1]).toContain('not accepted: Not a pet');
  await spine.platform.say('admin', { action: 'audit' }, mona);
  expect(last().text).toMatch(/mona: host reject contest:\w+ entry:\w+ Not a pet/);
  await spine.platform.say('contest', { action: 'mine' }, ann);
  expect(last().text).toMatch(/1\. First snow: it takes part\n2\. First snow: not accepted: Not a pet/);
});
