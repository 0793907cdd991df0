import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '#src/config.js';
import { blobKeyOf } from '#src/storage/blobs.js';
import { openDatabase } from '#src/storage/database/open-database.js';
import { PetsTable } from '#src/storage/database/pets.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';

let spine: Spine;
beforeEach(async () => {
  spine = await createSpine();
});
afterEach(() => spine.stop());

test('more pictures than a message takes follow in the next one, none left out', async () => {
  const { database, close } = await openDatabase({
    folder: spine.folder,
    migrationsFolder: join(packageRoot, 'src/storage/database/migrations'),
  });
  const pets = new PetsTable(database);
  const names = Array.from('abcdefghijkl', (letter) => `Pet ${letter}`);
  for (const name of names) {
    const blob = blobKeyOf(new TextEncoder().encode(name));
    const pet = { id: name, name, className: 'dog', lora: blob, photos: [], previews: [blob] };
    await pets.save({ platform: 'web', id: 'anna' }, pet);
  }
  await close();
  await spine.startBot();
  await spine.platform.say('pets');
  const messages = spine.chat.showing('info');
  expect(messages.map(({ pictures }) => pictures?.length)).toEqual([10, 2]);
  expect(new Set(messages.flatMap(({ pictures = [] }) => pictures.map(({ blob }) => blob))).size).toBe(names.length);
  for (const { alt } of messages[1]!.pictures!) expect(messages[1]!.text).toContain(alt);
});
