import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askerTagOf } from '#src/core/action.js';
import { blobKeyOf } from '#src/core/blob-key.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { PetsTable } from '#src/pets/pets-table.js';
import { incoming, incomingPhotos } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';

let spine: Spine;
beforeEach(async () => {
  spine = await createSpine();
});
afterEach(() => spine.stop());

test('more pictures than a message takes follow in the next one, none left out, and covered where one is', async () => {
  const { database, close } = await openDatabase({
    folder: spine.folder,
    migrationsFolder,
  });
  const pets = new PetsTable(database);
  const names = Array.from('abcdefghijkl', (letter) => `Pet ${letter}`);
  for (const name of names) {
    const blob = blobKeyOf(new TextEncoder().encode(name));
    const pet = {
      id: name,
      name,
      className: 'dog',
      lora: blob,
      photos: [],
      previews: [blob],
      isSpoiler: name === 'Pet c',
    };
    await pets.save({ platform: 'web', id: 'anna' }, pet);
  }
  await close();
  await spine.startBot();
  await spine.platform.say('pets');
  const messages = spine.chat.showing('info');
  expect(messages.map(({ pictures }) => pictures?.length)).toEqual([10, 2]);
  expect(messages.map(({ isSpoiler }) => isSpoiler)).toEqual([true, true]);
  expect(new Set(messages.flatMap(({ pictures = [] }) => pictures.map(({ blob }) => blob))).size).toBe(names.length);
  for (const { alt } of messages[1]!.pictures!) expect(messages[1]!.text).toContain(alt);
});

describe('a button of the one who was asked', () => {
  const server = 'pet-lovers';
  const notYours = 'Only the one who was asked can answer.';
  const pressed = () => spine.chat.last!.buttons!.map(({ action }) => action);
  const isKnown = async (person: string) => {
    await spine.platform.say('settings', {}, { person });
    return spine.chat.last!.text.includes('English');
  };

  test('deletes nothing when somebody else presses it, who is told so alone', async () => {
    await spine.startBot();
    await spine.platform.say('settings', { language: 'en' }, { person: 'ben' });
    await spine.platform.say('mydata', { action: 'delete' }, { server });
    const [deleteAll] = pressed();
    await spine.platform.press(deleteAll!, { person: 'ben', server });
    expect(spine.chat.last).toMatchObject({ kind: 'error', text: notYours, ephemeral: 'preferably' });
    expect(await isKnown('ben')).toBe(true);
    await spine.platform.press(deleteAll!, { server });
    expect(spine.chat.last).toMatchObject({ kind: 'info', ephemeral: true });
  });

  test('does nothing when the action names nobody, or somebody else, however it was forged', async () => {
    await spine.startBot();
    await spine.platform.say('settings', { language: 'en' }, { person: 'ben' });
    const call = 'mydata?action=delete&confirmed=true';
    const tagOf = (id: string) => askerTagOf({ platform: 'web', id });
    for (const forged of [call, `${call}~`, `${call}~${tagOf('anna')}`, `${call}~${tagOf('ben')}~${tagOf('anna')}`]) {
      await spine.platform.press(forged, { person: 'ben', server });
      expect(spine.chat.last?.kind, forged).toBe('error');
      expect(await isKnown('ben'), forged).toBe(true);
    }
  });

  test('opens no form for somebody else', async () => {
    await spine.startBot();
    const ask = (action: string, id: string) =>
      spine.platform.bot!.questionOf({
        action,
        person: { platform: 'web', id, name: id },
        place: { platform: 'web', channel: server },
      });
    const action = `vary~${askerTagOf({ platform: 'web', id: 'anna' })}`;
    expect(await ask(action, 'anna')).toMatchObject({ command: 'vary', option: 'prompt' });
    expect(await ask(action, 'ben')).toBeUndefined();
  });

  test('leaves the question of a training to its owner, also where somebody names themselves in it', async () => {
    await spine.startBot();
    const photos = [...(await incomingPhotos(3)), incoming(new Uint8Array(), 'empty.jpg')];
    await spine.platform.say('train', { name: 'Biscuit', kind: 'dog', photos }, { server });
    const actions = pressed();
    expect(actions.length).toBeGreaterThan(1);
    for (const action of actions) {
      const [call] = action.split('~');
      for (const forged of [action, call!, `${call}~${askerTagOf({ platform: 'web', id: 'ben' })}`]) {
        await spine.platform.press(forged, { person: 'ben', server });
        expect(spine.chat.last?.kind, forged).toBe('error');
      }
    }
    await spine.platform.press(actions.at(-1)!, { server });
    expect(spine.chat.last!.text).toContain('Biscuit');
    expect(spine.chat.last!.kind).toBe('info');
  });
});
