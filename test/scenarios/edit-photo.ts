import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import { drawPhoto } from '#test/helpers/photos.js';
import type { ScenarioChat, SeenMessage } from './chat.js';
import { textPattern, type World } from './world.js';

export interface EditPhotoPeople {
  /** Who edits a photo of the world's person; they may be the same where nobody else reads along. */
  readonly other: ScenarioChat;
  /** The world's person posts the photo, and the other asks for a change of it, in whatever way the platform has. */
  postAndEdit(photo: Uint8Array, change: string): Promise<void>;
}

/**
 * A photo is posted, another person edits it, makes the change stronger, takes it back, and goes on from there, on any platform.
 * Expects a bot and a worker with the fake engine running, and two people who have not spoken yet.
 */
export async function editPhoto(world: World, { other, postAndEdit }: EditPhotoPeople): Promise<void> {
  const { chat, locale } = world;
  const { buttons } = locales[locale];
  const says = (...[key, params]: [key: Parameters<typeof textPattern>[1], params?: Record<string, string | number>]) =>
    textPattern(locale, key, params);
  const seen = new Set<string>();
  /** The next picture, not one of those before. */
  const next = async (pattern: RegExp): Promise<SeenMessage> => {
    const found = await other.sees(
      (message) => !seen.has(message.id) && message.pictureCount > 0 && pattern.test(message.text),
    );
    seen.add(found.id);
    return found;
  };
  const edited = (change: string) => next(says('delivery.edited', { change, person: other.personName }));

  await postAndEdit(await drawPhoto(1, 120, 90), 'dog → cat');
  const first = await edited('dog → cat');
  expect(first.text).toMatch(says('delivery.editCaption', { caption: 'a photo of dog' }));
  expect(first.text).not.toMatch(says('delivery.editCached'));

  await other.clicks(first, buttons.stronger);
  const stronger = await edited('dog → cat');
  expect(stronger.text).toMatch(says('delivery.editCached'));
  await chat.clicks(stronger, buttons.undo);
  const before = await next(says('commands.undo.replies.undone', { change: 'dog → cat' }));

  // The words for the photo belong to the photo: another edit of it finds it taken apart already.
  await other.clicksAndSays(before, buttons.edit, 'dog → bear');
  expect((await edited('dog → bear')).text).toMatch(says('delivery.editCached'));

  // An edit of an edit of an edit, and back by one.
  await other.clicksAndSays(first, buttons.edit, 'cat → fox');
  const second = await edited('cat → fox');
  await other.clicksAndSays(second, buttons.edit, '+ a red hat');
  const third = await edited('+ a red hat');
  await other.clicks(third, buttons.undo);
  const back = await next(says('commands.undo.replies.undone', { change: '+ a red hat' }));
  expect(back.buttons).toEqual(expect.arrayContaining([buttons.edit, buttons.stronger, buttons.undo]));

  await other.clicksAndSays(third, buttons.edit, 'scarf → tie');
  await other.sees(says('errors.editWordsMissing', { words: 'scarf', caption: 'a photo of fox a red hat' }));
  await other.clicksAndSays(third, buttons.edit, 'fox → fox → fox');
  await other.sees(says('errors.editArrowsSeveral'));
  await other.say('/edit dog → cat');
  await other.sees(says('errors.editNoPhoto'));

  await other.clicks(first, buttons.strip);
  const strip = await next(says('delivery.edited', { change: 'dog → cat' }));
  expect(strip.buttons.slice(0, 3)).toEqual([buttons.pick1, buttons.pick2, buttons.pick3]);
  await other.clicks(strip, buttons.pick3);
  await next(says('commands.pick.replies.pickedEdit', { strength: 4, change: 'dog → cat' }));

  await other.clicks(stronger, buttons.info);
  const info = await other.sees(says('commands.info.replies.edited', { change: 'dog → cat' }));
  const line = /\/edit (.+)$/m.exec(info.text)![0];
  expect(line).toContain('strength:4');
  await other.say(line);
  await edited('dog → cat');

  // Buttons outlive the bot that made them.
  await world.stopBot();
  await world.startBot();
  await other.clicks(stronger, buttons.weaker);
  await edited('dog → cat');

  await other.say('/imagine a dog in the snow seed: 3');
  const drawn = await next(says('delivery.drawn', { prompt: 'a dog in the snow' }));
  await other.clicksAndSays(drawn, buttons.edit, 'snow ×2, dog → nothing happens, endless');
  const replayed = await edited('snow ×2, dog → nothing happens, endless');
  await world.drawn('replayed');
  expect(replayed.text).not.toMatch(says('delivery.editCaption'));
  expect(replayed.text).toMatch(says('delivery.editNothingChanged'));
  expect(replayed.text).toMatch(says('delivery.promptCut'));

  // At work: what it looks like so far is shown, and it stops when told to.
  await other.clicksAndSays(drawn, buttons.edit, 'dog → very slow cat');
  const working = await other.sees(
    (message) => message.text.includes('very slow cat') && message.pictureCount > 0 && message.buttons.length > 0,
  );
  await other.clicks(working, buttons.cancel);
  const cancelled = await other.sees(
    (message) => message.id === working.id && !message.buttons.includes(buttons.cancel),
  );
  expect(cancelled.text).toMatch(says('delivery.cancelled'));

  await world.stopWorker();
  await other.clicksAndSays(drawn, buttons.edit, 'dog → slow cat');
  const waiting = await other.sees(
    (message) => message.text.includes('slow cat') && message.buttons.includes(buttons.cancel),
  );
  await other.clicks(waiting, buttons.cancel);
  await other.sees((message) => message.id === waiting.id && !message.buttons.includes(buttons.cancel));
}
