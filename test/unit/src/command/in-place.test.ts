import { afterEach, beforeEach, expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { type Command, option } from '#src/command/define-command.js';
import { UserError } from '#src/core/errors.js';
import type { Reply } from '#src/core/reply.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';

let spine: Spine;
let underWay = 0;
let mostAtOnce = 0;

/** A counter that a button moves on; of 3 it says so alone, 5 it refuses, and 7 is a fault. */
const counter: Command = {
  name: 'info',
  internal: true,
  inPlace: true,
  options: { job: option('text', { required: true }) },
  async run({ options }): Promise<Reply> {
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    const job = String(options.job);
    if (job === '7') throw new Error('the disk is full');
    if (job === '5') throw new UserError('draftGone');
    return {
      text: { key: 'errors.petUnknown', params: { name: job } },
      buttons: [{ for: 'everybody', label: 'again', command: 'info', options: { job: Number(job) + 1 } }],
      ...(job === '3' && { isNotice: true }),
    };
  },
};

beforeEach(async () => {
  spine = await createSpine({ FLOOD_MAX_COMMANDS: '3', FLOOD_WINDOW_SECONDS: '30' });
  await spine.startBot({ commands: [...commands.filter(({ name }) => name !== 'info'), counter] });
});
afterEach(() => spine.stop());

const press = (job: number, more: Parameters<Spine['platform']['press']>[1] = {}) =>
  spine.platform.press(`info?job=${job}`, more);
const showing = (key: string) => spine.chat.messages.get(key)?.contents.map(({ text }) => text);

test('an answer takes the place of the pressed message, a notice and a refusal leave it as it is', async () => {
  await press(1, { isOnMessage: false, eventId: 'first' });
  const shown = [...spine.chat.messages.keys()].at(-1)!;
  await press(2, { message: shown });
  expect(spine.chat.messages.size).toBe(1);
  expect(showing(shown)).toEqual([expect.stringContaining('called 1'), expect.stringContaining('called 2')]);
  for (const job of [3, 5, 7]) {
    await press(job, { message: shown });
    expect(showing(shown)).toHaveLength(2);
    expect(spine.chat.last).toMatchObject({ isNotice: true, ephemeral: true, kind: job === 3 ? 'info' : 'error' });
  }
});

test('a button that the message has not leaves it as it is', async () => {
  await press(1, { isOnMessage: false });
  const shown = [...spine.chat.messages.keys()].at(-1)!;
  await press(2, { message: shown, isOnMessage: false });
  expect(showing(shown)).toHaveLength(1);
  expect(spine.chat.messages.size).toBe(2);
});

test('presses of one person are answered one by one; five a second are no flood, more are told so once', async () => {
  mostAtOnce = 0;
  const kinds = () => [...spine.chat.messages.values()].map(({ contents }) => contents.at(-1)!.kind);
  const pressTimes = (count: number) =>
    Promise.all(Array.from({ length: count }, () => press(1, { isOnMessage: false, person: 'flo' })));
  await pressTimes(150);
  expect(mostAtOnce).toBe(1);
  expect(kinds()).toEqual(Array(150).fill('info'));
  await pressTimes(5);
  expect(kinds().filter((kind) => kind === 'error')).toHaveLength(1);
  expect(spine.chat.last).toMatchObject({ isNotice: true });
  // What is typed is counted apart.
  await spine.platform.say('help', {}, { person: 'flo' });
  expect(spine.chat.last).toMatchObject({ kind: 'info' });
});

test('what nobody may type is not typed', async () => {
  await spine.platform.say('info', { job: '1' });
  expect(spine.chat.last).toMatchObject({ kind: 'error' });
  expect(spine.chat.last!.isNotice).toBeUndefined();
});
