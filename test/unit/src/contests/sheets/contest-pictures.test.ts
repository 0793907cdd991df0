import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { HeldBlobs } from '#src/blobs/held-blobs.js';
import type { Contest } from '#src/contests/contest.js';
import { ContestPictures } from '#src/contests/sheets/contest-pictures.js';
import { ContestSheetsTable } from '#src/contests/sheets/contest-sheets-table.js';
import { keptSheets } from '#src/contests/sheets/kept-sheets.js';
import { contestSheets, contests } from '#src/contests/tables.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { BlobRegister } from '#src/database/blob-register.js';
import { findUnusedBlobs } from '#src/database/blob-uses.js';
import type { OpenDatabase } from '#src/database/database.js';
import { fitPhoto } from '#src/photos/decoder/fit-photo.js';
import type { PersonsDecoder } from '#src/photos/decoder/photo-decoder.js';
import type { PhotoTasks } from '#src/photos/decoder/tasks.js';
import { drawNumberedSheet } from '#src/photos/sheets/numbered-sheet.js';
import { drawWinnersCard } from '#src/photos/sheets/winners-card.js';
import { addContest, addEntry } from '#test/helpers/contests.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

const folder = mkdtempSync(join(tmpdir(), 'petbooth-sheets-'));
let opened: OpenDatabase;
let table: ContestSheetsTable;
let blobs: HeldBlobs;
let contest: Contest;
let pictures: ContestPictures;
/** What was read, and drawn. */
let work: string[];
let photos: BlobKey[];

/** Draws in this process, which spares the test another one. */
const decode = (async (task: keyof PhotoTasks, prepare: () => Promise<unknown>) => {
  const given = await prepare();
  work.push(task);
  if (task === 'fit') {
    const { bytes, frame } = given as PhotoTasks['fit']['given'];
    return fitPhoto(bytes, frame);
  }
  return task === 'drawWinners' ? drawWinnersCard(given as never) : drawNumberedSheet(given as never);
}) as PersonsDecoder;

beforeAll(async () => {
  opened = await openTestDatabase();
  const { database } = opened;
  table = new ContestSheetsTable(database);
  blobs = new HeldBlobs({
    files: new FileBlobStore({ folder, maxBytes: 1e7 }),
    register: new BlobRegister(database),
    findUnused: (keys) => findUnusedBlobs(database, keys),
  });
  photos = await Promise.all([1, 2, 3, 4].map(async (seed) => blobs.put(await drawPhoto(seed))));
});
beforeEach(async () => {
  await opened.database.delete(contests);
  contest = await addContest(opened.database);
  work = [];
  restart();
});
afterAll(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

function restart(sheets = table): void {
  pictures = new ContestPictures({
    sheets,
    blobs: {
      get: (key) => {
        work.push('get');
        return blobs.get(key);
      },
      put: (bytes) => blobs.put(bytes),
      during: (piece) => blobs.during(piece),
      deleteAll: (keys) => blobs.deleteAll(keys),
    },
    decoderOf: () => decode,
  });
}

const entries = (...numbers: number[]) => numbers.map((number) => ({ number, picture: photos[number - 1]! }));

test('a sheet is drawn once for what is on it, also by the next process, and by two who ask at once', async () => {
  const asked = [pictures.sheet(contest.id, entries(1, 2, 3)), pictures.sheet(contest.id, entries(1, 2, 3))];
  const [drawn, again] = await Promise.all(asked);
  expect(again).toBe(drawn);
  expect(work).toEqual(['get', 'fit', 'get', 'fit', 'get', 'fit', 'drawNumbered']);
  work = [];
  restart();
  expect(await pictures.sheet(contest.id, entries(1, 2, 3))).toBe(drawn);
  expect(work).toEqual([]);
  expect(await pictures.sheet(contest.id, entries(2, 1, 3))).not.toBe(drawn);
});

test('in another order a sheet needs no picture again', async () => {
  await pictures.sheet(contest.id, entries(1, 2, 3));
  work = [];
  await pictures.sheet(contest.id, entries(3, 1, 2));
  expect(work).toEqual(['drawNumbered']);
});

test('a winners’ card is another one where ranks are', async () => {
  const winners = entries(1, 2, 3).map((entry, at) => ({ ...entry, rank: at + 1 }));
  const card = await pictures.winnersCard(contest.id, winners);
  expect(await pictures.winnersCard(contest.id, winners)).toBe(card);
  expect(work.filter((task) => task === 'drawWinners')).toHaveLength(1);
  const tied = winners.map((winner) => ({ ...winner, rank: 1 }));
  expect(await pictures.winnersCard(contest.id, tied)).not.toBe(card);
});

test('a picture that is gone leaves a sheet with a crossed cell', async () => {
  const gone = await blobs.put(await drawPhoto(99));
  await blobs.delete(gone);
  const sheet = await pictures.sheet(contest.id, [{ number: 9, picture: gone }, ...entries(1, 2)]);
  expect((await blobs.get(sheet)).byteLength).toBeGreaterThan(0);
});

test('sheets stay while somebody asks for them, and go a day after', async () => {
  const [shown, idle] = [
    await pictures.sheet(contest.id, entries(1, 2, 3)),
    await pictures.sheet(contest.id, entries(1, 2)),
  ];
  await opened.database.update(contestSheets).set({ usedAt: new Date(Date.now() - 2 * 86_400_000) });
  expect(await pictures.sheet(contest.id, entries(1, 2, 3))).toBe(shown);
  expect(await findUnusedBlobs(opened.database, [shown, idle])).toEqual([]);
  const swept = await keptSheets(table).sweep!(new Date(), new Date(0));
  expect(swept).toEqual({ removed: { contestSheets: 1 }, unused: [idle] });
  expect(await findUnusedBlobs(opened.database, [shown, idle])).toEqual([idle]);
});

test('whoever is forgotten is on no sheet any more', async () => {
  await addEntry(opened.database, contest, 'ann', { picture: photos[0]! });
  const sheet = await pictures.sheet(contest.id, entries(1, 2));
  const ben = { platform: 'discord', id: 'ben', name: 'Ben' } as const;
  expect(await keptSheets(table).forget(ben)).toEqual([]);
  expect(await keptSheets(table).forget({ ...ben, id: 'ann' })).toEqual([sheet]);
});

test('of a contest the last sheets are kept, and none of one that is gone', async () => {
  restart(new ContestSheetsTable(opened.database, 2));
  const oldest = await pictures.sheet(contest.id, entries(1, 2));
  await opened.database.update(contestSheets).set({ usedAt: new Date(Date.now() - 60_000) });
  const newer = [await pictures.sheet(contest.id, entries(1)), await pictures.sheet(contest.id, entries(2))];
  expect(await findUnusedBlobs(opened.database, [oldest, ...newer])).toEqual([oldest]);
  await expect(blobs.get(oldest)).rejects.toThrow('is not in the store');
  await opened.database.delete(contests).where(eq(contests.id, contest.id));
  expect(await findUnusedBlobs(opened.database, newer)).toEqual(newer);
});
