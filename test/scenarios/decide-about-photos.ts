import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import { drawBlurredPhoto, drawPhoto } from '#test/helpers/photos.js';
import type { SeenMessage } from './chat.js';
import { textPattern, type World } from './world.js';

/**
 * Good photos go straight to the training; doubtful ones are shown with their numbers, and used anyway, replaced or
 * forgotten, on any platform. Expects a bot and a worker with the fake engine running.
 */
export async function decideAboutPhotos({ chat, locale }: Pick<World, 'chat' | 'locale'>): Promise<void> {
  const { buttons } = locales[locale];
  const says = (...[key, params]: [key: Parameters<typeof textPattern>[1], params?: Record<string, string | number>]) =>
    textPattern(locale, key, params);
  const good = (...seeds: number[]) => Promise.all(seeds.map((seed) => drawPhoto(seed)));
  const blurred = (...seeds: number[]) => Promise.all(seeds.map((seed) => drawBlurredPhoto(seed)));
  const isSheetOf = (pet: string) => {
    const intro = says('coach.intro', { pet });
    return ({ text, pictureCount }: SeenMessage) => pictureCount === 1 && intro.test(text);
  };
  const learns = (pet: string) => chat.sees(says('delivery.trained', { pet }), 60_000);

  await chat.say('/train name: Biscuit kind: dog', { photos: await good(1, 2, 3) });
  await learns('Biscuit');
  expect(chat.messages.some(isSheetOf('Biscuit'))).toBe(false);

  await chat.say('/train name: Rex kind: dog', { photos: [...(await good(4, 5, 6)), ...(await blurred(7))] });
  const sheet = await chat.sees(isSheetOf('Rex'));
  expect(sheet.text).toMatch(says('coach.blurred', { number: 4 }));
  expect(sheet.buttons).toEqual([buttons.useAnyway, buttons.replacePhotos, buttons.forgetPhotos]);
  await chat.clicks(sheet, buttons.useAnyway);
  await learns('Rex');

  await chat.say('/train name: Milo kind: cat', { photos: [...(await good(8, 9)), ...(await blurred(10))] });
  await chat.clicks(await chat.sees(isSheetOf('Milo')), buttons.replacePhotos);
  await chat.sees(says('commands.coach.replies.replace', { pet: 'Milo', kind: 'cat', kept: 2, numbers: 3 }));
  await chat.say('/train name: Milo kind: cat', { photos: await good(11) });
  await learns('Milo');

  await chat.say('/train name: Luna kind: cat', { photos: [...(await good(12, 13)), ...(await blurred(14))] });
  await chat.clicks(await chat.sees(isSheetOf('Luna')), buttons.forgetPhotos);
  await chat.sees(says('commands.coach.replies.forgotten', { pet: 'Luna' }));

  await chat.say('/pets');
  const pets = await chat.sees(says('commands.pets.replies.line', { name: 'Milo', photos: 3 }));
  expect(pets.text).toMatch(says('commands.pets.replies.line', { name: 'Rex', photos: 4 }));
  expect(pets.text).not.toContain('Luna');
}
