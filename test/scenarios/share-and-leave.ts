import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import { drawPhoto } from '#test/helpers/photos.js';
import type { ScenarioChat, SeenMessage } from './chat.js';
import { textPattern, type World } from './world.js';

/**
 * A pet is learnt, shared with another person, who draws it, taken away as a file, brought back, and everything is deleted,
 * on any platform. Expects a bot and a worker with the fake engine running.
 * @param other somebody else, answered in the same language
 */
export async function shareAndLeave(world: World, other: ScenarioChat): Promise<void> {
  const { chat, locale } = world;
  const { buttons } = locales[locale];
  const says = (...[key, params]: [key: Parameters<typeof textPattern>[1], params?: Record<string, string | number>]) =>
    textPattern(locale, key, params);
  const withPicture =
    (pattern: RegExp) =>
    ({ text, pictureCount }: SeenMessage) =>
      pictureCount > 0 && pattern.test(text);

  const photos = await Promise.all([1, 2, 3].map((seed) => drawPhoto(seed)));
  await chat.say('/train name: Biscuit kind: dog', { photos });
  await chat.sees(withPicture(says('delivery.trained', { pet: 'Biscuit' })));

  await other.say('/imagine Biscuit in a hat');
  const drawn = says('delivery.drawn', { prompt: 'Biscuit in a hat' });
  const stranger = await other.sees(withPicture(drawn));
  await chat.say('/pets share: Biscuit with: person');
  const invitation = await chat.sees(says('commands.pets.replies.invited', { name: 'Biscuit' }));
  const code = /accept:(\w+)/.exec(invitation.text)![1];
  await other.say(`/pets accept: ${code}`);
  await other.sees(says('commands.pets.replies.accepted', { name: 'Biscuit', person: chat.personName }));
  await other.say('/pets');
  await other.sees(says('commands.pets.replies.sharedLine', { name: 'Biscuit', person: chat.personName }));
  await other.say('/imagine Biscuit in a hat');
  await other.sees((message) => message.id !== stranger.id && withPicture(drawn)(message));
  // The engine was told of a pet this time.
  await world.drawn('imagine {pet} in a hat');
  await other.say(`/pets accept: ${code}`);
  await other.sees(says('errors.shareCodeUnknown'));

  // Two of one name: which one is meant is asked.
  await other.say('/train name: Biscuit kind: cat', { photos });
  await other.sees(withPicture(says('delivery.trained', { pet: 'Biscuit' })));
  await other.say('/imagine Biscuit on a boat');
  const which = await other.sees(says('commands.choose.replies.which', { name: 'Biscuit' }));
  await other.clicks(which, `Biscuit (${chat.personName})`);
  await other.sees(withPicture(says('delivery.drawn', { prompt: 'Biscuit on a boat' })));
  await other.say('/pets forget: Biscuit');
  await other.sees(says('commands.pets.replies.forgotten', { name: 'Biscuit' }));
  await chat.say('/pets unshare: Biscuit');
  await chat.sees(says('commands.pets.replies.unshared', { name: 'Biscuit', count: 1 }));
  await other.say('/imagine a lamp pet: Biscuit');
  await other.sees(says('errors.petUnknown', { name: 'Biscuit' }));

  await chat.say('/pets export: Biscuit');
  const exported = await chat.sees(withPicture(says('commands.pets.replies.exported', { name: 'Biscuit' })));
  const file = { name: 'biscuit.safetensors', bytes: await chat.takes(exported) };
  await chat.say('/import name: Bruno kind: dog', { file });
  await chat.sees(withPicture(says('delivery.imported', { pet: 'Bruno' })));
  await chat.say('/imagine Bruno on a bench');
  await chat.sees(withPicture(says('delivery.drawn', { prompt: 'Bruno on a bench' })));
  await world.drawn('imagine {pet} on a bench');
  const lie = {
    name: 'liar.safetensors',
    bytes: new TextEncoder().encode('PK\u0003\u0004 is how a pickled one begins'),
  };
  await chat.say('/import name: Liar kind: dog', { file: lie });
  await chat.sees(says('errors.loraPickle'));
  await chat.say('/pets');
  const pets = await chat.sees(says('commands.pets.replies.importedLine', { name: 'Bruno' }));
  expect(pets.text).not.toContain('Liar');
  await world.stopWorker();
  await chat.say('/imagine Biscuit waiting');
  const waiting = await chat.sees((message) => message.text.includes('Biscuit waiting'));
  await chat.clicks(waiting, buttons.cancel);
  await chat.sees((message) => message.id === waiting.id && !message.buttons.includes(buttons.cancel));
  await world.startWorker();

  await chat.say('/mydata action: delete');
  const asked = await chat.sees(says('commands.mydata.replies.confirm'));
  await chat.clicks(asked, buttons.deleteAll);
  await chat.sees(says('commands.mydata.replies.deleted'));
  await chat.say('/pets');
  await chat.sees(says('commands.pets.replies.none'));
}
