import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { blobKeyOf } from '#src/core/blob-key.js';
import { packageRoot } from '#src/core/package-root.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { PetSharesTable } from '#src/pets/pet-shares-table.js';
import { PetsTable } from '#src/pets/pets-table.js';
import { incomingPhotos } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

const biscuits = ['anna', 'ben'] as const;
let spine: Spine;
beforeEach(async () => {
  spine = await createSpine();
  const { database, close } = await openDatabase({
    folder: spine.folder,
    migrationsFolder,
  });
  const pets = new PetsTable(database);
  for (const id of biscuits) {
    const lora = blobKeyOf(new TextEncoder().encode(id));
    const owner = { platform: 'web', id, name: id } as const;
    await pets.save(owner, { id: `of-${id}`, name: 'Biscuit', className: 'dog', lora, photos: [], previews: [] });
  }
  await new PetSharesTable(database).share('of-ben', { scope: 'person', platform: 'web', target: 'anna' }, 'Ben');
  await close();
});
afterEach(() => spine.stop());

const buttons = () => spine.chat.last!.buttons!;

test('which pet is meant is asked with a button for each, only who was asked may answer, and a restart changes nothing', async () => {
  const bot = await spine.startBot();
  await spine.platform.say('imagine', { prompt: 'Biscuit asleep', seed: 7 });
  expect(spine.chat.last).toMatchObject({ kind: 'info', text: 'Which Biscuit do you mean?', ephemeral: 'preferably' });
  const offered = buttons();
  expect(offered.map(({ label }) => label)).toEqual(['Biscuit', 'Biscuit (Ben)']);
  await spine.platform.press(offered[1]!.action, { person: 'clara' });
  expect(spine.chat.last!.text).toBe('Only the one who was asked can answer.');
  const { action } = offered[1]!;
  for (const forged of [
    action.replace(/question=\w+/, 'question=0123456789abcdef'),
    action.replace(/number=\d/, 'number=4'),
  ]) {
    await spine.platform.press(forged);
    expect(spine.chat.last!.text).toContain('too old');
  }
  await bot.stop();
  await spine.startBot();
  await spine.platform.press(offered[1]!.action);
  expect(spine.chat.last).toMatchObject({ kind: 'status', text: expect.stringContaining('“Biscuit asleep”') });
});

test('an edit keeps its photo until the question is answered, and a pet that is no longer shared is refused', async () => {
  await spine.startBot();
  const photo = await incomingPhotos(1);
  await spine.platform.say('edit', { change: 'dog → Biscuit', photo });
  const [own, bens] = buttons();
  await spine.platform.press(own!.action);
  expect(spine.chat.last).toMatchObject({ kind: 'status', text: expect.stringContaining('“dog → Biscuit”') });
  await spine.platform.say('pets', { unshare: 'Biscuit' }, { person: 'ben' });
  await spine.platform.press(bens!.action);
  expect(spine.chat.last).toMatchObject({ kind: 'error' });
});

test('what may be an instruction is asked about, each answer does what its button says, and the next question follows the first', async () => {
  await spine.startBot();
  const photo = await incomingPhotos(1);
  await spine.platform.say('edit', { change: 'make the sky pink', photo });
  expect(spine.chat.last).toMatchObject({
    kind: 'info',
    ephemeral: 'preferably',
    text: expect.stringContaining('“make the sky pink”'),
  });
  expect(buttons().map(({ label }) => label)).toEqual(['sky → pink sky', 'Draw this as the whole description']);
  const [swap, whole] = buttons();
  await spine.platform.press(swap!.action);
  expect(spine.chat.last).toMatchObject({ kind: 'status', text: expect.stringContaining('“sky → pink sky”') });
  await spine.platform.press(whole!.action);
  expect(spine.chat.last).toMatchObject({ kind: 'status', text: expect.stringContaining('“make the sky pink”') });

  await spine.platform.say('edit', { change: 'make it a Biscuit', photo: await incomingPhotos(1) });
  await spine.platform.press(buttons()[0]!.action);
  expect(buttons().map(({ label }) => label)).toEqual(['Biscuit', 'Biscuit (Ben)']);
  await spine.platform.press(buttons()[0]!.action);
  expect(spine.chat.last).toMatchObject({ kind: 'status', text: expect.stringContaining('“Biscuit”') });
});

test('a covered photo stays covered while a question about it is open', async () => {
  await spine.startBot();
  await spine.startWorker();
  const [photo] = await incomingPhotos(1);
  await spine.platform.say('edit', { change: 'make the sky pink', photo: [{ ...photo!, isSpoiler: true }] });
  await spine.platform.press(buttons()[0]!.action);
  const result = await waitFor('the result', () => spine.chat.showing('result')[0]);
  expect(result).toMatchObject({ isSpoiler: true });
});

test('words that can be read in two ways are offered in both', async () => {
  await spine.startBot();
  await spine.platform.say('edit', { change: 'replace the dog with a hat with a cat', photo: await incomingPhotos(1) });
  expect(buttons().map(({ label }) => label)).toEqual(['dog → hat with a cat', 'dog with a hat → cat']);
});

test('where nothing is known of what was asked for, that is said before anything is queued, with what comes nearest', async () => {
  const knows = { CHECKPOINT: join(packageRoot, 'models/checkpoints/toy-pets') };
  const other = await createSpine(knows);
  try {
    await other.startBot();
    await other.platform.say('imagine', { prompt: 'a horse' });
    expect(other.chat.last!.text).toMatch(/^I do not know: horse\. I know: dog, .*; white, .*\. Do you mean/);
    expect(other.chat.last!.buttons!.map(({ label }) => label)).toEqual(['a dog', 'All my words']);
    const [dog, all] = other.chat.last!.buttons!;
    await other.platform.press(all!.action);
    expect(other.chat.last!.text).toContain('sunflowers');
    await other.platform.press(dog!.action);
    expect(other.chat.last).toMatchObject({ kind: 'status', text: expect.stringContaining('“a dog”') });
    await other.platform.say('imagine', { prompt: 'a dog and a dragon fighting' });
    expect(other.chat.last!.text).toBe('I do not know: dragon, fighting. What shall I do?');
    const [turtle, rest, words] = other.chat.last!.buttons!;
    expect([turtle!.label, rest!.label, words!.label]).toEqual([
      'a dog and a turtle fighting',
      'Draw the rest anyway',
      'All my words',
    ]);
    await other.platform.press(rest!.action, { person: 'ben' });
    expect(other.chat.last!.text).toBe('Only the one who was asked can answer.');
    await other.platform.press(rest!.action);
    expect(other.chat.last).toMatchObject({ kind: 'status', text: expect.stringContaining('a dragon fighting') });
    await other.platform.press(turtle!.action);
    expect(other.chat.last).toMatchObject({ kind: 'status', text: expect.stringContaining('a turtle fighting') });
    await other.platform.say('imagine', { prompt: 'qwertz' });
    expect(other.chat.last!.text).toContain('I do not know: qwertz.');
    await other.platform.say('edit', { change: 'dog → dragon', photo: await incomingPhotos(1) });
    expect(other.chat.last!.buttons!.map(({ label }) => label)).toEqual(['dog → turtle', 'All my words']);
    const withCaption = { change: '+ a red cap', caption: 'a corgi in snow', photo: await incomingPhotos(1) };
    await other.platform.say('edit', withCaption);
    expect(other.chat.last!.buttons![0]!.label).toBe('a dog in snow');
    await other.platform.press(other.chat.last!.buttons![0]!.action);
    expect(other.chat.last!.buttons!.map(({ label }) => label).slice(0, 2)).toEqual([
      '+ a red hat',
      'Draw the rest anyway',
    ]);
    await other.platform.press(other.chat.last!.buttons![0]!.action);
    expect(other.chat.last).toMatchObject({ kind: 'status', text: expect.stringContaining('+ a red hat') });
  } finally {
    await other.stop();
  }
});
