import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import { drawPhoto } from '#test/helpers/photos.js';
import type { SeenMessage } from './chat.js';
import { textPattern, type World } from './world.js';

/**
 * A photo is sent covered, and whatever is made of it is covered too: while it is drawn, as a result, stronger, undone, edited further.
 * Expects a bot and a worker with the fake engine running.
 * @param editCovered sends the photo so that nobody sees it before they uncover it, and asks for a change of it
 */
export async function keepCovered(
  { chat, locale }: World,
  editCovered: (photo: Uint8Array, change: string) => Promise<void>,
): Promise<void> {
  const { buttons } = locales[locale];
  const photo = await drawPhoto(2, 120, 90);
  const seen = new Set<string>();
  const next = async (pattern: RegExp): Promise<SeenMessage> => {
    const found = await chat.sees(({ id, pictureCount, text }) => {
      return !seen.has(id) && pictureCount > 0 && pattern.test(text);
    });
    seen.add(found.id);
    expect(found).toMatchObject({ isHidden: true });
    return found;
  };
  const edited = (change: string) => next(textPattern(locale, 'delivery.edited', { change }));

  await editCovered(photo, 'dog → very slow cat');
  await chat.clicks(await next(/very slow cat/), buttons.cancel);

  await editCovered(photo, 'dog → cat');
  const first = await edited('dog → cat');
  await chat.clicks(first, buttons.stronger);
  const stronger = await edited('dog → cat');
  await chat.clicks(stronger, buttons.undo);
  await next(textPattern(locale, 'commands.undo.replies.undone', { change: 'dog → cat' }));
  await chat.clicksAndSays(stronger, buttons.edit, '+ a red hat');
  await edited('+ a red hat');
  await chat.clicks(stronger, buttons.strip);
  const strip = await edited('dog → cat');
  await chat.clicks(strip, buttons.pick3);
  await next(textPattern(locale, 'commands.pick.replies.pickedEdit', { change: 'dog → cat' }));
  expect(chat.messages.filter(({ pictureCount, isHidden }) => pictureCount > 0 && !isHidden)).toEqual([]);
}
