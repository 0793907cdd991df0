import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { BallotBox } from '#src/contests/ballot-box.js';
import type { Contest, ContestEntry } from '#src/contests/contest.js';
import { exportContest } from '#src/contests/contest-export.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { contests } from '#src/contests/tables.js';
import { commitmentTo } from '#src/contests/tally/lot.js';
import type { BlobKey } from '#src/core/blob-key.js';
import type { OpenDatabase } from '#src/database/database.js';
import { addContest, addEntry, contestServer, december } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

const MiB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'petbooth-contest-export-'));
const blobs = new FileBlobStore({ folder, maxBytes: 20 * MiB });
const moderator = { platform: 'discord', id: 'mod', name: 'Mo' } as const;
const jpegOf = (byteCount: number, value: number) =>
  new Uint8Array(byteCount).fill(value).fill(0xff, 0, 1).fill(0xd8, 1, 2).fill(0xff, 2, 3);

let opened: OpenDatabase;
let kept: BlobKey[];
beforeAll(async () => {
  opened = await openTestDatabase();
});
beforeEach(async () => {
  await opened.database.delete(contests);
});
afterAll(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

async function exported(contest: Contest, maxArchives = 20) {
  kept = [];
  const { files, isPartial } = await exportContest(
    {
      database: opened.database,
      blobs,
      keep: async ({ id }, archive) => {
        expect(id).toBe(moderator.id);
        kept.push(archive);
      },
      assertMayExport: async () => {},
      countExport: async () => {},
      maxArchives,
    },
    contest,
    moderator,
  );
  expect(kept).toEqual(files.map(({ blob }) => blob));
  const parts = await Promise.all(files.map(async ({ blob }) => unzipSync(await blobs.get(blob))));
  const whole = Object.assign({}, ...parts) as Record<string, Uint8Array>;
  return {
    parts,
    isPartial,
    names: files.map(({ name }) => name),
    textOf: (name: string) => Buffer.from(whole[name]!).toString(),
  };
}

async function entry(contest: Contest, number: number, changes: Partial<ContestEntry> = {}): Promise<ContestEntry> {
  const picture = await blobs.put(jpegOf(100, number));
  return addEntry(opened.database, contest, `author${number}`, { number, picture, ...changes });
}

async function voted(rules: object, ballotCount: number): Promise<Contest> {
  const contest = await addContest(opened.database, {
    state: 'voting',
    rules: ContestRules.parse(rules),
    title: '=cmd',
  });
  await entry(contest, 1, { title: '=HYPERLINK("x")' });
  await entry(contest, 2);
  await entry(contest, 3, { state: 'withdrawn', title: 'my secret' });
  const box = new BallotBox(opened.database);
  for (let voter = 1; voter <= ballotCount; voter += 1)
    await box.cast({
      contest: contest.id,
      voter: { platform: 'discord', id: `voter${voter}` },
      isPanel: false,
      event: `e${voter}`,
      at: december(6),
      server: contestServer,
      mark: { kind: 'mark', number: 1 + (voter % 2), isOn: true },
    });
  return contest;
}

async function published(contest: Contest): Promise<Contest> {
  const result = { voters: 5, ranks: [{ entry: 'gone', number: 2, rank: 1 }] };
  const change = { state: 'published', closedAt: december(8), publishedAt: december(9), result } as const;
  return (await new ContestsTable(opened.database).change(contest, change))!;
}

test('before the result is told, an export tells neither it nor the seed, nor a ballot', async () => {
  const contest = await voted({ hasOpenBallots: true }, 6);
  const { parts, names, textOf } = await exported(contest);
  expect(names).toEqual([`contest-${contest.id}.zip`]);
  expect(Object.keys(parts[0]!)).toEqual(['contest.json', 'entries.csv', 'pictures/0001.jpeg', 'pictures/0002.jpeg']);
  const facts = JSON.parse(textOf('contest.json'));
  expect(facts).toMatchObject({
    title: '=cmd',
    state: 'voting',
    rules: { method: 'approval' },
    commitment: commitmentTo(Buffer.from(contest.tieSeed, 'hex')),
    transitions: [{ to: 'open' }, { to: 'review' }, { to: 'voting' }],
  });
  expect(textOf('contest.json')).not.toContain(contest.tieSeed);
  expect(textOf('contest.json')).not.toContain(contest.shuffleKey);
});

test('after it, the result and the seed are there; of what was withdrawn only that it was there', async () => {
  const contest = await published(await voted({}, 6));
  const { parts, textOf } = await exported(contest);
  expect(Object.keys(parts[0]!)).not.toContain('ballots.csv');
  const facts = JSON.parse(textOf('contest.json'));
  expect(facts.seed).toBe(contest.tieSeed);
  expect(facts.transitions.at(-1)).toEqual({ to: 'published', at: december(9).toISOString() });
  expect(textOf('contest.json')).not.toContain(contest.shuffleKey);
  expect(textOf('results.csv').split('\r\n')[1]).toBe('1,2,,,,,');
  const entries = textOf('entries.csv');
  expect(entries).toContain(`"'=HYPERLINK(""x"")"`);
  expect(entries).toContain('author2');
  expect(entries).not.toContain('my secret');
  expect(entries).not.toContain('author3');
});

test('ballots are handed on where the rules said so and there are five, without accounts', async () => {
  const { textOf } = await exported(await published(await voted({ hasOpenBallots: true }, 5)));
  const ballots = textOf('ballots.csv').split('\r\n');
  expect(ballots[0]).toBe('\uFEFFballot,marks');
  expect(ballots.slice(1, -1).toSorted()).toEqual(['voter,1', 'voter,1', 'voter,2', 'voter,2', 'voter,2']);
  const few = await exported(await published(await voted({ hasOpenBallots: true }, 4)));
  expect(Object.keys(few.parts[0]!)).not.toContain('ballots.csv');
});

test('pictures come in parts of at most 8 MiB, and no more of them than a message may have', async () => {
  const contest = await addContest(opened.database, { state: 'voting' });
  for (const number of [1, 2, 3]) await entry(contest, number, { picture: await blobs.put(jpegOf(3 * MiB, number)) });
  const { parts, names, isPartial } = await exported(contest);
  expect(names).toEqual([`contest-${contest.id}-1.zip`, `contest-${contest.id}-2.zip`]);
  expect(parts.map((part) => Object.keys(part).filter((name) => name.startsWith('pictures')))).toEqual([
    ['pictures/0001.jpeg', 'pictures/0002.jpeg'],
    ['pictures/0003.jpeg'],
  ]);
  expect(isPartial).toBe(false);
  const bounded = await exported(contest, 1);
  expect(bounded.names).toEqual([`contest-${contest.id}.zip`]);
  expect(bounded.isPartial).toBe(true);
});
