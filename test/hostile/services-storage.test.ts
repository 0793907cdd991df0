import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGenerator } from '#models/tensors/random.js';
import { openTables } from '#src/bot-tables.js';
import { blobKeyOf } from '#src/core/blob-key.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { jobs as jobsTable } from '#src/jobs/tables.js';
import { serverMoves as serverMovesTable, serverRules as serverRulesTable } from '#src/moderation/tables.js';
import { createBotStage, type TelegramBotStage } from '#test/emulators/telegram/bot-stage.js';
import { emulated } from '#test/emulators/telegram/setup.js';
import type { TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
import type { BotProcessSettings } from '#test/helpers/bot-process.js';
import { type Child, startChild } from '#test/helpers/child-process.js';
import { RecordedDisk } from '#test/helpers/recorded-disk.js';
import { createRightsWorld, keepWorlds } from '#test/helpers/rights-world.js';
import type { Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

let spine: Spine;
let emulator: TelegramEmulator;
let startBot: TelegramBotStage['startBot'];
let end: TelegramBotStage['end'];
let frozen: Child | undefined;

beforeEach(async () => {
  ({ spine, emulator, startBot, end } = await createBotStage());
});
afterEach(async () => {
  await frozen?.kill();
  await end();
});

/** Shorter than in production, and long enough for a busy machine. */
const times = { beatMs: 200, validMs: 1000, expiresMs: 3000 };

/** A bot in a container of its own, on the same volume. */
function startInContainer(): Promise<Child> {
  const settings: BotProcessSettings = {
    environment: { DATA_DIR: spine.folder, CHECKPOINT: spine.folder, LOG_LEVEL: 'warn' },
    redisUrl: spine.redis.url,
    telegram: emulated(emulator),
    lease: { times, place: 'a container' },
  };
  return startChild('bot-process', [JSON.stringify(settings)], { logPath: join(spine.folder, 'frozen.log') });
}

const notesOf = ({ folder }: Spine) => readFile(join(folder, 'notes.txt'), 'utf8').catch(() => '');

test('a bot that was frozen while another one took its volume over posts nothing twice when it thaws, and loses nothing', async () => {
  frozen = await startInContainer();
  const people = ['Anna', 'Ben', 'Clara'].map((name) => emulator.user(name).privateChat());
  for (const [index, chat] of people.entries()) {
    await chat.say(`/imagine picture ${index}`);
    await chat.sees(({ text }) => text.includes(`picture ${index}`));
  }
  frozen.signal('SIGSTOP');
  // What it is told meanwhile waits in its sockets: results, and a command.
  const worker = await spine.startWorker();
  await waitFor('a result', async () => (await notesOf(spine)).includes('picture 1'));
  await people[0]!.say('/imagine a late picture');
  await startBot({ lease: { times, place: 'another container' } });
  frozen.signal('SIGCONT');
  expect(await frozen.ended).not.toBe(0);
  await people[0]!.sees(({ text, pictureCount }) => text.includes('a late picture') && pictureCount > 0);
  for (const [index, chat] of people.entries())
    await chat.sees(({ text, pictureCount }) => text.includes(`picture ${index}`) && pictureCount > 0);
  await worker.stop();
  await sleep(500);
  expect(people.map(({ messages }) => messages.length)).toEqual([2, 1, 1]);
});

test('a power failure while a group becomes a supergroup leaves all of it where it was, or all of it moved', async () => {
  const open = (folder: string) => openDatabase({ folder, migrationsFolder });
  const disk = new RecordedDisk(join(spine.folder, 'postgres'), join(spine.folder, 'synced'));
  const { database, close } = await open(spine.folder);
  const world = createRightsWorld('telegram', 'banned', 1);
  const from = world.hall.server!;
  const to = '-1001';
  await keepWorlds(database, [world], blobKeyOf(new Uint8Array([1])));
  const jobCount = await database.$count(jobsTable);
  const { moves } = await openTables(database);
  const begun = disk.now;
  await moves.move({ platform: 'telegram', from, to });
  const acknowledged = disk.now;
  disk.stop();
  await close();

  const generator = createGenerator(7);
  const found = new Set<string>();
  for (const share of [0, 1 / 3, 2 / 3, 1]) {
    const moment = begun + Math.floor(share * (acknowledged - begun));
    const folder = join(spine.folder, `at-${moment}`);
    disk.rebuild(join(folder, 'postgres'), moment, () => generator.uniform());
    const rebuilt = await open(folder);
    const rules = await rebuilt.database.select().from(serverRulesTable);
    const jobs = await rebuilt.database.select().from(jobsTable);
    const moves = await rebuilt.database.select().from(serverMovesTable);
    await rebuilt.close();
    const places = new Set([...rules.map(({ server }) => server), ...jobs.map(({ place }) => place.server!)]);
    expect([...places], `${share} of the way`).toEqual([moves.length > 0 ? to : from]);
    expect(rules[0]?.rules.banned).toMatchObject([{ id: world.asker.id }]);
    expect(jobs).toHaveLength(jobCount);
    if (share === 1) expect(moves).toHaveLength(1);
    found.add([...places].join());
  }
  expect(found).toEqual(new Set([from, to]));
});
