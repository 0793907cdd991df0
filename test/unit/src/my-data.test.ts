import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '#src/config.js';
import { openDatabase } from '#src/storage/database/open-database.js';
import * as schema from '#src/storage/database/schema.js';
import { incomingPhotos } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { redisContent } from '#test/helpers/traces.js';
import { waitFor } from '#test/helpers/wait-for.js';

let spine: Spine;
beforeEach(async () => {
  spine = await createSpine();
});
afterEach(() => spine.stop());

async function learnAndDraw(): Promise<void> {
  const { platform, chat } = spine;
  await platform.say('settings', { language: 'en' });
  await platform.say('train', { name: 'Biscuit', kind: 'dog', photos: await incomingPhotos(3) });
  await waitFor('the training', () => chat.showing('result')[0]);
  await platform.say('imagine', { prompt: 'Biscuit surfing a wave', count: 2, seed: 7 });
  await waitFor('the picture', () => chat.showing('result')[1]);
}

async function storedFiles(): Promise<string[]> {
  const entries = await readdir(join(spine.folder, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test('what is kept about a person can be taken away whole', async () => {
  await spine.startBot();
  await spine.startWorker();
  await learnAndDraw();
  await spine.platform.say('imagine', { prompt: 'Biscuit in a club' }, { server: 'club' });
  await waitFor('the picture', () => spine.chat.showing('result')[2]);
  await spine.platform.say('admin', { action: 'ban', person: '12 Ben' }, { server: 'club', isModerator: true });
  const before = await storedFiles();
  spine.platform.everythingOf = async ({ id }) => ({ drafts: [`a draft of ${id}`] });
  await spine.platform.say('mydata', { action: 'export' });
  const [file, ...others] = spine.chat.last!.files!;
  expect(others).toEqual([]);
  const path = (await storedFiles()).find((name) => file!.blob.includes(name) || name.includes(file!.blob.slice(7)));
  const folder = await readdir(join(spine.folder, 'blobs'), { recursive: true });
  const bytes = await readFile(join(spine.folder, 'blobs', folder.find((name) => name.endsWith(path!))!));
  const archive = unzipSync(bytes);
  const facts = JSON.parse(new TextDecoder().decode(archive['data.json']));
  expect(facts.pets).toMatchObject([{ name: 'Biscuit', className: 'dog' }]);
  expect(facts.jobs.map(({ title }: { title: string }) => title)).toEqual([
    'Biscuit',
    'Biscuit surfing a wave',
    'Biscuit in a club',
  ]);
  expect(facts.usage).toMatchObject([{ server: 'club', activity: 'draw' }]);
  expect(facts.moderation).toMatchObject({
    did: [{ server: 'club', text: { params: { line: 'ban person:Ben' } } }],
    happened: [],
    bannedFrom: [],
  });
  expect(facts.platform).toEqual({ drafts: ['a draft of anna'] });
  expect(facts.settings).toMatchObject({ locale: 'en' });
  expect(Object.keys(archive)).toHaveLength(before.length + 1);
});

test('nothing stays of a person who wants to be forgotten, and others keep theirs', async () => {
  const bot = await spine.startBot();
  const worker = await spine.startWorker();
  await learnAndDraw();
  await spine.platform.say('mydata', { action: 'export' });
  await spine.platform.say('imagine', { prompt: 'a lamp', seed: 1 }, { person: 'ben' });
  await waitFor("Ben's picture", () => spine.chat.showing('result')[2]);
  await spine.platform.say('imagine', { prompt: 'Biscuit in a club' }, { server: 'club' });
  await waitFor('the picture', () => spine.chat.showing('result')[3]);
  await spine.platform.say('admin', { action: 'ban', person: '12 Ben' }, { server: 'club', isModerator: true });
  // Half way through a training, with a draw behind it.
  await spine.platform.say('train', { name: 'Milo', kind: 'slow cat', photos: await incomingPhotos(4) });
  await spine.platform.say('imagine', { prompt: 'Biscuit waiting' });
  await waitFor('the training to be under way', () => spine.chat.showing('status').some(({ progress }) => progress));

  await spine.platform.say('mydata', { action: 'delete' });
  const [button] = spine.chat.last!.buttons!;
  await spine.platform.press(button!.action);
  expect(spine.chat.last!.text).toBe('Everything about you is deleted here.');
  await bot.stop();
  await worker.stop();

  const { database, close } = await openDatabase({
    folder: spine.folder,
    migrationsFolder: join(packageRoot, 'src/storage/database/migrations'),
  });
  const tables = Object.entries({
    people: schema.people,
    pets: schema.pets,
    jobs: schema.jobs,
    drafts: schema.trainingDrafts,
    questions: schema.petQuestions,
    shares: schema.petShares,
    invitations: schema.petInvitations,
    exports: schema.dataExports,
    usage: schema.usage,
    audit: schema.audit,
    rules: schema.serverRules,
  });
  const rows = await Promise.all(tables.map(async ([name, table]) => [name, await database.select().from(table)]));
  await close();
  expect(JSON.stringify(rows)).not.toMatch(/anna|Biscuit|Milo/);
  expect(Object.fromEntries(rows)).toMatchObject({ people: [{ id: 'ben' }], jobs: [{ title: 'a lamp' }] });
  expect(await storedFiles(), "only Ben's picture").toHaveLength(1);
  expect(await redisContent(spine.redis)).not.toMatch(/Biscuit|Milo|slow cat/);
});
