import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { petQuestions as petQuestionsTable } from '#src/command/tables.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { jobs as jobsTable } from '#src/jobs/tables.js';
import { audit as auditTable, serverRules as serverRulesTable, usage as usageTable } from '#src/moderation/tables.js';
import {
  petInvitations as petInvitationsTable,
  petShares as petSharesTable,
  pets as petsTable,
} from '#src/pets/tables.js';
import { DataExportsTable } from '#src/privacy/data-exports.js';
import { dataExports as dataExportsTable, people as peopleTable } from '#src/privacy/tables.js';
import { trainingDrafts as trainingDraftsTable } from '#src/training/tables.js';
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

/** As in a chat that takes the files themselves. */
function startSendingBot() {
  return spine.startBot({
    createPlatforms: () => {
      spine.platform.linksFiles = false;
      return [spine.platform];
    },
  });
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

test('a second export is refused until the first was sent, and a sixth within a day', async () => {
  await startSendingBot();
  const ask = () => spine.platform.say('mydata', { action: 'export' });
  await spine.platform.say('settings', { language: 'en' });
  let release = () => {};
  const sending = new Promise<void>((resolve) => {
    release = resolve;
  });
  const send = spine.platform.send.bind(spine.platform);
  spine.platform.send = async (place, message, options) => {
    if (message.files) await sending;
    return send(place, message, options);
  };
  const first = ask();
  await ask();
  expect(spine.chat.last!.text).toBe(
    'I am still busy with what you asked for just now. Please ask again once its answer is here.',
  );
  await spine.platform.say('mydata', { action: 'export' }, { person: 'ben', language: 'en', server: 'club' });
  expect(spine.chat.last!.text, 'others are not kept waiting').toMatch(/private/);
  release();
  await first;
  expect(spine.chat.last!.files).toHaveLength(1);
  for (let count = 2; count <= 5; count += 1) {
    await ask();
    expect(spine.chat.last!.files, `export ${count}`).toHaveLength(1);
  }
  await ask();
  expect(spine.chat.last!.text).toBe(
    'You have reached the limit here: 5 a day. A day after each one there is room for another.',
  );
});

test('archives go once they were sent, or fetched where they were only linked', async () => {
  const { chat } = spine;
  const bot = await startSendingBot();
  await spine.platform.say('mydata', { action: 'export' });
  expect(chat.last!.files).toHaveLength(1);
  expect(await storedFiles(), 'sent').toEqual([]);

  await bot.stop();
  await spine.startBot();
  const { platform } = spine;
  await platform.say('mydata', { action: 'export' }, { eventId: 'linked' });
  const [file] = chat.last!.files!;
  expect(await storedFiles(), 'linked').toEqual([file!.blob.slice('sha256-'.length)]);
  await platform.bot!.fetched({ platform: 'web', id: 'ben', name: 'Ben' }, file!.blob);
  expect(await storedFiles(), "not Ben's").toHaveLength(1);
  await platform.bot!.fetched({ platform: 'web', id: 'anna', name: 'Anna' }, file!.blob);
  expect(await storedFiles(), 'fetched').toEqual([]);
});

test('archives that could not be sent are kept for a day', async () => {
  const bot = await startSendingBot();
  spine.platform.faults.push('before');
  await spine.platform.say('mydata', { action: 'export' });
  const kept = await storedFiles();
  expect(kept).toHaveLength(1);
  await bot.stop();
  const { database, close } = await openDatabase({
    folder: spine.folder,
    migrationsFolder,
  });
  const exports = new DataExportsTable(database);
  const inHours = (hours: number) => new Date(Date.now() + hours * 3600_000);
  expect(await exports.removeOld(inHours(23))).toEqual([]);
  expect(await exports.removeOld(inHours(25))).toEqual([`sha256-${kept[0]}`]);
  await close();
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
    migrationsFolder,
  });
  const tables = Object.entries({
    people: peopleTable,
    pets: petsTable,
    jobs: jobsTable,
    drafts: trainingDraftsTable,
    questions: petQuestionsTable,
    shares: petSharesTable,
    invitations: petInvitationsTable,
    exports: dataExportsTable,
    usage: usageTable,
    audit: auditTable,
    rules: serverRulesTable,
  });
  const rows = await Promise.all(tables.map(async ([name, table]) => [name, await database.select().from(table)]));
  await close();
  expect(JSON.stringify(rows)).not.toMatch(/anna|Biscuit|Milo/);
  expect(Object.fromEntries(rows)).toMatchObject({ people: [{ id: 'ben' }], jobs: [{ title: 'a lamp' }] });
  expect(await storedFiles(), "only Ben's picture").toHaveLength(1);
  expect(await redisContent(spine.redis)).not.toMatch(/Biscuit|Milo|slow cat/);
});
