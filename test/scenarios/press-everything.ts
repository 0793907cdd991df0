import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { waitFor } from '#test/helpers/wait-for.js';
import type { ScenarioChat } from './chat.js';
import { textPattern, type World } from './world.js';

export interface PressedPeople {
  /** Somebody else in the same place, who moderates nothing. */
  readonly stranger: ScenarioChat;
  /** The world's person asks for a change of a photo of theirs. */
  edit(photo: Uint8Array, change: string): Promise<void>;
  /** The world's person gives photos of a dog named Biscuit, so that the bot asks about them. */
  train(photos: readonly Uint8Array[]): Promise<void>;
}

/**
 * A stranger presses every button below what somebody has asked for: a drawing of several, an edit, a question about photos, what
 * waits. None of it changes, and its person goes on with all of it. Expects a bot, and people who have not spoken yet.
 */
export async function pressEverything(world: World, { stranger, edit, train }: PressedPeople): Promise<void> {
  const { chat, locale } = world;
  const { buttons } = locales[locale];
  const says = (...[key, params]: [key: Parameters<typeof textPattern>[1], params?: Record<string, string | number>]) =>
    textPattern(locale, key, params);
  await world.startWorker();
  await chat.say('/imagine a lamp count: 2');
  await chat.sees(says('delivery.drawn', { prompt: 'a lamp' }));
  await edit(await drawPhoto(2, 120, 90), 'dog → cat');
  await chat.sees(says('delivery.edited', { change: 'dog → cat' }));
  await train(await Promise.all([1, 2, 3, 3].map((seed) => drawPhoto(seed))));
  const asked = await chat.sees(({ buttons: shown }) => shown.includes(buttons.useAnyway));
  await world.stopWorker();
  await chat.say('/imagine a chair');
  await chat.sees(({ text, buttons: shown }) => text.includes('a chair') && shown.includes(buttons.cancel));

  // What was under way is written.
  await sleep(300);
  const before = chat.messages;
  const pressed = new Set<string>();
  for (const message of before)
    for (const label of message.buttons) {
      await stranger.clicks(message, label);
      pressed.add(label);
    }
  const some = [buttons.again, buttons.pick1, buttons.remove, buttons.stronger, buttons.undo, buttons.cancel];
  expect([...pressed]).toEqual(expect.arrayContaining([...some, buttons.useAnyway, buttons.forgetPhotos]));
  await stranger.sees(says('errors.jobNotYours', { person: chat.personName }));
  await sleep(300);
  const ids = new Set(before.map(({ id }) => id));
  expect(chat.messages.filter(({ id }) => ids.has(id))).toEqual(before);

  await chat.clicks(asked, buttons.useAnyway);
  await world.startWorker();
  await chat.sees(says('delivery.trained', { pet: 'Biscuit' }), 60_000);
  await waitFor('the chair', () =>
    chat.messages.some(({ text, pictureCount }) => pictureCount > 0 && text.includes('a chair')),
  );
}
