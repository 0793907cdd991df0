import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import type { OpenDatabase } from '#src/database/database.js';
import { NotesTable } from '#src/database/notes-table.js';
import { platformNotes } from '#src/database/tables.js';
import { fastTimings } from '#test/emulators/telegram/fast-timings.js';
import { ScriptedBot } from '#test/helpers/scripted-bot.js';
import { openTestDatabase } from '#test/helpers/test-database.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { annasPlace, Harness, info, photos } from './harness.js';

let opened: OpenDatabase;
let harness: Harness;
/** A bot on another machine: it has the database, and nothing else of the one before. */
const notes = () => new NotesTable(opened.database).of('telegram');
const another = () => ({ notes: notes(), timings: { ...fastTimings, stopGraceMs: 100 } });
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());
beforeEach(async () => {
  await opened.database.delete(platformNotes);
  harness = await Harness.start(another());
});
afterEach(() => harness.stop());

async function takeOver(): Promise<void> {
  await harness.platform.stop();
  harness.bot = new ScriptedBot(commands);
  await harness.startPlatform(another());
}

test('an album that waits for its name goes on with the next bot, and what was said is said once', async () => {
  const chat = harness.emulator.user('Anna').privateChat();
  await chat.send('/train kind: dog', { photos: await photos(3) });
  const question = await chat.sees(/name/i);
  await harness.send(annasPlace, info('said before'), 'key-1');
  await takeOver();
  await chat.send('Biscuit', { replyTo: question.id });
  const ready = await chat.sees((seen) => /Photos so far: 3/.test(seen.text) && seen.buttons.includes('Train'));
  await takeOver();
  await chat.clicks(ready, 'Train');
  const { options } = await harness.invoked();
  expect(options).toMatchObject({ name: 'Biscuit', kind: 'dog', photos: [{}, {}, {}] });
  await harness.send(annasPlace, info('said before'), 'key-1');
  expect(chat.messages.filter(({ text }) => text === 'said before')).toHaveLength(1);
});

test('a command that nobody has answered yet is answered by the next bot, once', async () => {
  const chat = harness.emulator.user('Anna').privateChat();
  let isCut = false;
  harness.bot.script = async () => {
    isCut = true;
    await new Promise(() => {});
  };
  await chat.send('/pets');
  await waitFor('the command', () => isCut);
  await takeOver();
  await harness.invoked();
  await waitFor('the update to be done', async () => (await notes().read('update')).length === 0);
  await takeOver();
  expect(harness.bot.invocations).toEqual([]);
});
