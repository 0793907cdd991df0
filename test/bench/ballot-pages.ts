import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createGenerator } from '#models/tensors/random.js';
import { drawScene } from '#models/toy-world/render.js';
import { createScene } from '#models/toy-world/scene.js';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { HeldBlobs } from '#src/blobs/held-blobs.js';
import { ballotReply } from '#src/contests/ballot-replies.js';
import { ballotsServiceFor } from '#src/contests/ballots-service.js';
import { RunningEntries } from '#src/contests/running-entries.js';
import { ContestPictures } from '#src/contests/sheets/contest-pictures.js';
import { ContestSheetsTable } from '#src/contests/sheets/contest-sheets-table.js';
import { sheetPicture } from '#src/contests/sheets/sheet-picture.js';
import { BlobRegister } from '#src/database/blob-register.js';
import { findUnusedBlobs } from '#src/database/blob-uses.js';
import type { Database } from '#src/database/database.js';
import { loadConfig } from '#src/operations/config.js';
import { PhotoDecoder } from '#src/photos/decoder/photo-decoder.js';
import { addContest, addEntry, contestServer } from '#test/helpers/contests.js';
import { type BenchContext, type Measurement, quantile, timeMs } from './measurement.js';

const PAGES = 20;
const QUICK_PAGES = 5;
const PER_PAGE = 9;
/** As large as what people enter is kept, and as what Stable Diffusion draws. */
const SIDES = [2048, 512] as const;
const seed = 4870;

/** One voter's pages, from the press to the bytes of the sheet. The process that draws is there, as it is while people vote, and no picture is prepared. */
export async function measureBallotPages({ isQuick }: BenchContext, database: Database): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-bench-pages-'));
  const limits = { maxWorkMs: 20_000, timeoutMs: 60_000, maxMemoryBytes: loadConfig({}).PHOTO_MEMORY_BYTES };
  const decoder = new PhotoDecoder({ maxProcesses: 2, ...limits });
  try {
    const blobs = new HeldBlobs({
      files: new FileBlobStore({ folder, maxBytes: 1e8 }),
      register: new BlobRegister(database),
      findUnused: (keys) => findUnusedBlobs(database, keys),
    });
    const now = Date.now();
    const times = { opensAt: new Date(now - 2), entriesEndAt: new Date(now - 1), votingAt: new Date(now - 1) };
    const contest = await addContest(database, { state: 'voting', ...times, endsAt: new Date(now + 3_600_000) });
    const pages = isQuick ? QUICK_PAGES : PAGES;
    for (let number = 1; number <= pages * PER_PAGE; number += 1) {
      const picture = await blobs.put(await photoOf(number, SIDES[number % SIDES.length]!));
      await addEntry(database, contest, `author-${number}`, { number, picture });
    }
    const pictures = new ContestPictures({
      sheets: new ContestSheetsTable(database),
      blobs,
      decoderOf: (name) => decoder.for({ platform: 'web', id: name, name }),
    });
    const person = { platform: 'discord', id: 'voter', name: 'voter' } as const;
    const running = new RunningEntries(database);
    const show = (page: number) => {
      const ballots = ballotsServiceFor(
        {
          database,
          running,
          sheet: async (id, entries, places) => sheetPicture(await pictures.sheet(id, entries), entries, places),
          memberOf: async () => 'none',
          assertNotBanned: async () => {},
        },
        {
          id: `look-${page}`,
          person,
          place: { ...contestServer, channel: 'c1' },
          standing: async () => ({ isModerator: false, roles: [], joinedAt: new Date(0) }),
          at: new Date(),
        },
      );
      return timeMs(async () => {
        const view = { page, isOwnMarks: false };
        const { pictures: shown = [] } = await ballotReply(ballots, await ballots.open(contest.id), view);
        for (const { blob } of shown) await blobs.get(blob);
      });
    };
    decoder.keepReady(true);
    // A job of the process's own shows that it has started.
    await decoder.for(person)('hash', () => photoOf(0, 64).then((bytes) => ({ bytes })));
    const first = await show(1);
    const [turned, again]: [number[], number[]] = [[], []];
    for (let page = 2; page <= pages; page += 1) turned.push(await show(page));
    for (let page = 1; page <= pages; page += 1) again.push(await show(page));
    const figures = (values: readonly number[]) => ({
      unit: 'ms',
      value: quantile(values, 0.99),
      runs: values.length,
      details: { median: quantile(values, 0.5) },
    });
    return [
      { name: 'the first page of a ballot', unit: 'ms', value: first, runs: 1, budget: 600 },
      { name: 'a page of a ballot turned, p99', ...figures(turned), budget: 300 },
      { name: 'a page of a ballot seen before, p99', ...figures(again), budget: 50 },
    ];
  } finally {
    decoder.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each of another scene. */
async function photoOf(index: number, side: number): Promise<Uint8Array> {
  const raw = { width: 128, height: 128, channels: 3 } as const;
  const scene = createScene(createGenerator(seed).fork(`entry ${index}`));
  return new Uint8Array(
    await sharp(drawScene(scene, 128), { raw }).resize(side, side).jpeg({ quality: 90 }).toBuffer(),
  );
}
