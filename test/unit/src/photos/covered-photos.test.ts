import { afterAll, beforeAll, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import { incomingPhotos } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

const { buttons } = locales.en;
const covered = async (count: number) => (await incomingPhotos(count)).map((photo) => ({ ...photo, isSpoiler: true }));
let spine: Spine;
let seen: Set<OutgoingMessage>;
beforeAll(async () => {
  spine = await createSpine();
  await spine.startBot();
  await spine.startWorker();
  seen = new Set();
  await spine.platform.say('train', { name: 'Biscuit', kind: 'dog', photos: await covered(3) });
  await next(/^I know Biscuit/);
});
afterAll(() => spine.stop());

/** A message with pictures that was not seen before. */
function next(pattern: RegExp): Promise<OutgoingMessage> {
  return waitFor(String(pattern), () => {
    const contents = [...spine.chat.messages.values()].map((message) => message.contents.at(-1)!);
    const found = contents.find(
      (message) =>
        !seen.has(message) && message.kind !== 'status' && message.pictures?.length && pattern.test(message.text),
    );
    if (found) seen.add(found);
    return found;
  });
}

const press = (message: OutgoingMessage, label: string) =>
  spine.platform.press(message.buttons!.find((button) => button.label === label)!.action);
const shown = () =>
  [...spine.chat.messages.values()].flatMap(({ contents }) =>
    contents.filter(({ pictures = [] }) => pictures.length > 0),
  );

test('whatever is drawn of a pet that was learnt from covered photos is covered, previews too, and nothing else', async () => {
  await spine.platform.say('imagine', { prompt: 'Biscuit asleep', count: 2 });
  const grid = await next(/“Biscuit asleep”/);
  await press(grid, buttons.pick2);
  const picked = await next(/“Biscuit asleep”/);
  await press(picked, buttons.upscale);
  await next(/enlarged/);
  await press(grid, buttons.again);
  await next(/“Biscuit asleep”/);
  await spine.platform.say('vary', { prompt: 'Biscuit awake' });
  await next(/“Biscuit awake”/);
  await spine.platform.say('edit', { change: 'dog → Biscuit', photo: await incomingPhotos(1) });
  await next(/“dog → Biscuit”/);
  const job = new URLSearchParams(picked.buttons![0]!.action.split('?')[1]).get('job')!;
  await spine.platform.say('edit', { change: '+ a hat', job });
  await next(/“\+ a hat”/);
  expect(shown().filter(({ isSpoiler }) => !isSpoiler)).toEqual([]);

  await spine.platform.say('vary', { prompt: 'a lamp' });
  expect(await next(/“a lamp”/)).not.toHaveProperty('isSpoiler');
});

test('a covered result that could not be delivered is covered where it is brought later', async () => {
  spine.platform.closedChannels.add('anna');
  await spine.platform.say('edit', { change: 'dog → cat', photo: await covered(1) }, { channel: 'anna' });
  await waitFor('the end', () => spine.logLines.some((line) => line.includes('gets it when they speak again')));
  spine.platform.closedChannels.clear();
  await spine.platform.say('queue');
  expect(await next(/“dog → cat”/)).toMatchObject({ isSpoiler: true });
});
