import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { waitFor } from '#test/helpers/wait-for.js';
import type { SeenMessage } from './chat.js';
import { textPattern, type World } from './world.js';

/**
 * A pet is learnt, drawn, drawn again after a restart, stopped, refused and delivered late, on any platform.
 * Expects a bot and a worker with the fake engine running, and a person who has not spoken yet.
 */
export async function learnAndDraw(world: World): Promise<void> {
  const { chat, locale } = world;
  const { buttons } = locales[locale];
  const says = (...[key, params]: [key: Parameters<typeof textPattern>[1], params?: Record<string, string | number>]) =>
    textPattern(locale, key, params);
  const photos = (count: number) => Promise.all(Array.from({ length: count }, (_, index) => drawPhoto(index + 1)));
  const pictures =
    (pattern: RegExp) =>
    ({ text, pictureCount }: SeenMessage) =>
      pictureCount > 0 && pattern.test(text);

  await chat.say('/start');
  await chat.sees(says('commands.start.replies.hello', { name: chat.personName }));
  await chat.say('/help');
  await chat.sees(says('commands.help.replies.title'));

  // The fake engine is slow where it reads “slow”, so that progress can be seen.
  await chat.say('/train name: Biscuit kind: slow dog', { photos: await photos(4) });
  const learning = await chat.sees(
    (message) => message.hasProgress === true && message.buttons.includes(buttons.cancel),
  );
  expect(learning.text).toContain('Biscuit');
  const shown = await chat.sees(
    ({ id, pictureCount, buttons: labels }) =>
      id === learning.id && pictureCount === 1 && labels.includes(buttons.cancel),
  );
  expect(shown.hasProgress).toBe(true);
  const learnt = await chat.sees(pictures(says('delivery.trained', { pet: 'Biscuit' })));
  expect(learnt.id).toBe(learning.id);
  expect(learnt.buttons).not.toContain(buttons.cancel);
  await chat.sees(says('delivery.announced', { pet: 'Biscuit', person: chat.personName }));
  await chat.say('/pets');
  await chat.sees(pictures(says('commands.pets.replies.line', { name: 'Biscuit', photos: 4 })));

  await chat.say('/imagine Biscuit surfing a wave count: 2 seed: 7');
  const drawn = await chat.sees(pictures(says('delivery.drawn', { prompt: 'Biscuit surfing a wave', seed: 7 })));
  expect(drawn.text).toContain(chat.personName);
  expect(drawn.buttons).toContain(buttons.again);
  expect(drawn.pictureCount).toBe(1);

  await chat.clicks(drawn, buttons.pick2);
  const picked = await chat.sees(pictures(says('commands.pick.replies.picked', { number: 2 })));
  await chat.clicks(picked, buttons.info);
  await chat.sees(says('commands.info.replies.numbers', { seed: 7, count: 2 }));
  await chat.clicks(picked, buttons.upscale);
  const enlarged = await chat.sees(pictures(says('delivery.upscaled', { prompt: 'Biscuit surfing a wave' })));
  const forEverybody = enlarged.buttons.filter((label) => label !== buttons.report);
  expect(forEverybody).toEqual([buttons.again, buttons.info, buttons.remove]);
  expect(enlarged.text).toMatch(/7$/);
  await chat.clicks(picked, buttons.remove);
  await chat.sees(says('commands.remove.replies.removed'));
  await waitFor('the picked picture to be gone', () => chat.messages.every(({ id }) => id !== picked.id));
  expect(chat.messages.map(({ id }) => id)).toContain(drawn.id);
  await chat.clicksAndSays(drawn, buttons.vary, 'Biscuit on the moon');
  const varied = await chat.sees(pictures(says('delivery.drawn', { prompt: 'Biscuit on the moon', seed: 7 })));
  await chat.clicks(varied, buttons.remove);
  await waitFor('the picture to be gone', () => chat.messages.every(({ id }) => id !== varied.id));

  // A button outlives the bot that made it.
  await world.stopBot();
  await world.startBot();
  await chat.clicks(drawn, buttons.again);
  await chat.sees(
    (message) =>
      message.id !== drawn.id &&
      message.buttons.includes(buttons.pick1) &&
      pictures(says('delivery.drawn', { prompt: 'Biscuit surfing a wave' }))(message),
  );

  await world.stopWorker();
  await chat.say('/imagine Biscuit asleep');
  const waiting = await chat.sees(
    (message) => message.text.includes('Biscuit asleep') && message.buttons.includes(buttons.cancel),
  );
  await chat.say('/queue');
  await chat.sees(says('commands.queue.replies.drawing', { position: 1, title: 'Biscuit asleep' }));
  await chat.clicks(waiting, buttons.cancel);
  const cancelled = await chat.sees(
    says('delivery.cancelled', { title: textOf(world, 'delivery.drawingTitle', 'Biscuit asleep') }),
  );
  expect(cancelled.id).toBe(waiting.id);

  const [first, second] = await photos(2);
  await chat.say('/train name: Rex kind: dog', { photos: [first!, second!, first!.subarray(0, 200)] });
  const sheet = await chat.sees(pictures(says('coach.intro', { pet: 'Rex' })));
  expect(sheet.text).toMatch(says('coach.tooFew', { different: 2 }));
  await chat.say('/train name: Rex! kind: dog', { photos: await photos(3) });
  await chat.sees(says('errors.petNameInvalid'));

  // The work is finished while nobody listens, and told once.
  await chat.say('/imagine Biscuit in the snow');
  await chat.sees((message) => message.text.includes('Biscuit in the snow'));
  await world.stopBot();
  await world.startWorker();
  await world.drawn('in the snow');
  await sleep(300);
  await world.startBot();
  const late = says('delivery.drawn', { prompt: 'Biscuit in the snow' });
  await chat.sees(pictures(late));
  await sleep(1000);
  expect(chat.messages.filter(({ text }) => text.includes('Biscuit in the snow'))).toHaveLength(1);
}

function textOf({ locale }: World, key: 'delivery.drawingTitle', prompt: string): string {
  return locales[locale].delivery[key.slice('delivery.'.length) as 'drawingTitle'].replace('{prompt}', prompt);
}
