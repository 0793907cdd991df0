import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AccountLinksTable } from '#src/contests/account-links-table.js';
import { BallotBox } from '#src/contests/ballot-box.js';
import { BallotLinksTable } from '#src/contests/ballot-links-table.js';
import { ballotOrder } from '#src/contests/ballot-order.js';
import type { Contest, ContestEntry } from '#src/contests/contest.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestGallery } from '#src/contests/contest-gallery.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { keptBallotLinks } from '#src/contests/kept-ballot-links.js';
import { RunningEntries } from '#src/contests/running-entries.js';
import { contests } from '#src/contests/tables.js';
import type { Person } from '#src/core/place.js';
import type { OpenDatabase } from '#src/database/database.js';
import { addContest, addEntry, contestServer, december } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

const ann = { platform: 'discord', id: 'ann', name: 'Ann' } as const;
const zoe = { platform: 'discord', id: 'zoe', name: 'Zoe' } as const;

let opened: OpenDatabase;
let gallery: ContestGallery;
let contest: Contest;
let entries: ContestEntry[];
let now: Date;
let covers: Record<string, 'covered' | 'refused'>;

beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());
beforeEach(async () => {
  await opened.database.delete(contests);
  now = december(6);
  covers = {};
  const box = new BallotBox(opened.database);
  gallery = new ContestGallery({
    database: opened.database,
    running: new RunningEntries(opened.database),
    publicUrl: new URL('https://pets.example/contests/'),
    thumbnail: async () => new Uint8Array([1]),
    coverOf: async (places, picture) => {
      expect(places).toHaveLength(1);
      return covers[picture];
    },
    cast: (press) => box.cast(press),
    now: () => now,
  });
});

async function voting(rules: object = {}): Promise<void> {
  contest = await addContest(opened.database, {
    state: 'voting',
    rules: ContestRules.parse({ hasPage: true, ...rules }),
  });
  entries = [];
  for (const [index, author] of ['ann', 'ben', 'cat'].entries())
    entries.push(await addEntry(opened.database, contest, author, { number: index + 1, title: `by ${author}` }));
}

const tokenIn = (link: string | undefined) => link!.split('/').at(-1)!;
const byLink = async () => gallery.open({ kind: 'link', token: tokenIn(await gallery.renewLink(contest)) });
const linked = (voter: Pick<Person, 'platform' | 'id'>) => ({
  contest: contest.id,
  voter,
  isPanel: false,
  server: contestServer.server,
});

async function signedIn(voter: Pick<Person, 'platform' | 'id'>) {
  const { contest: name, session } = (await gallery.signIn(tokenIn(await gallery.ballotLink(linked(voter)))))!;
  return (await gallery.open({ kind: 'voter', contest: name, session }))!;
}

test('before people vote a page tells no entry, while they vote no name, and in the end the result', async () => {
  await voting();
  const table = new ContestsTable(opened.database);
  const open = (await table.change(contest, { state: 'open' }))!;
  const early = (await byLink())!;
  expect(await early.view(0, 9)).toMatchObject({ title: 'First snow', phase: 'soon', total: 0, entries: [] });
  expect(await early.picture(1)).toBeUndefined();

  const running = (await table.change(open, { state: 'voting' }))!;
  const during = (await byLink())!;
  expect(await during.view(0, 2)).toEqual({
    title: 'First snow',
    theme: undefined,
    phase: 'voting',
    votingAt: contest.votingAt,
    endsAt: contest.endsAt,
    total: 3,
    entries: [
      { number: 1, alt: 'a dog in the snow', cover: undefined },
      { number: 2, alt: 'a dog in the snow', cover: undefined },
    ],
    ballot: undefined,
  });
  expect(await during.picture(2)).toBe(entries[1]!.picture);
  expect(during.cast).toBeUndefined();

  const ranks = [3, 1, 2].map((number, index) => ({ entry: entries[number - 1]!.id, number, rank: index + 1 }));
  await table.change(running, { state: 'published', publishedAt: now, result: { voters: 4, ranks } });
  const told = await (await byLink())!.view(0, 9);
  expect(told.entries.map(({ number, rank, author, title }) => [number, rank, author, title])).toEqual([
    [3, 1, 'cat', 'by cat'],
    [1, 2, 'ann', 'by ann'],
    [2, 3, 'ben', 'by ben'],
  ]);
});

test('a link that was renewed or revoked, or whose contest has no page, leads nowhere', async () => {
  await voting();
  expect(await gallery.linkTo(contest)).toBeUndefined();
  const first = await gallery.renewLink(contest);
  expect(first).toMatch(/^https:\/\/pets\.example\/contests\/g\/[A-Za-z0-9]{22}$/);
  const second = await gallery.renewLink(contest);
  expect(await gallery.linkTo(contest)).toBe(second);
  expect(await gallery.open({ kind: 'link', token: tokenIn(first) })).toBeUndefined();
  expect(await gallery.open({ kind: 'link', token: tokenIn(second) })).toBeDefined();
  await gallery.revokeLink(contest);
  expect(await gallery.open({ kind: 'link', token: tokenIn(second) })).toBeUndefined();
  await voting({ hasPage: false });
  expect(await gallery.renewLink(contest)).toBeUndefined();
  await new ContestsTable(opened.database).setGalleryToken(contest.id, 'x'.repeat(22));
  expect(await gallery.open({ kind: 'link', token: 'x'.repeat(22) })).toBeUndefined();
});

test('who was withdrawn or disqualified is not shown, and what is refused somewhere neither', async () => {
  await voting();
  await new ContestEntriesTable(opened.database).setState(entries[0]!.id, ['accepted'], { state: 'disqualified' });
  covers = { [entries[1]!.picture!]: 'refused', [entries[2]!.picture!]: 'covered' };
  const page = (await byLink())!;
  expect((await page.view(0, 9)).entries.map(({ number, cover }) => [number, cover])).toEqual([
    [2, 'refused'],
    [3, 'covered'],
  ]);
  expect(await page.picture(1)).toBeUndefined();
  expect(await page.picture(2)).toBeUndefined();
  expect(await page.thumbnail(2)).toBeUndefined();
  expect(await page.thumbnail(3)).toBeDefined();
});

test('a voter sees others’ entries in an order of their own, without a page for everybody, too', async () => {
  await voting({ hasPage: false });
  const view = await (await signedIn(ann)).view(0, 9);
  const ids = ballotOrder([entries[1]!.id, entries[2]!.id], 'discord:ann', Buffer.from(contest.shuffleKey, 'hex'));
  expect(view.entries.map(({ number }) => number)).toEqual(
    ids.map((id) => entries.find((entry) => entry.id === id)!.number),
  );
  expect(view.ballot).toEqual({ method: 'approval', limit: 3, marked: [], stars: {}, missing: 0 });
});

test('what somebody entered with another account of theirs is their own, too', async () => {
  await voting();
  await new AccountLinksTable(opened.database).link(ann, { platform: 'telegram', id: '7' });
  const view = await (await signedIn({ platform: 'telegram', id: '7' })).view(0, 9);
  expect(view.entries.map(({ number }) => number).toSorted()).toEqual([2, 3]);
});

test('marks on the page are on the same ballot as those in the chat', async () => {
  await voting();
  const { database } = opened;
  const press = { contest: contest.id, voter: zoe, isPanel: false, at: december(6), server: contestServer };
  await new BallotBox(database).cast({ ...press, event: 'chat', mark: { kind: 'mark', number: 1, isOn: true } });
  const page = await signedIn(zoe);
  expect((await page.view(0, 9)).ballot!.marked).toEqual([1]);
  const mark = (number: number, isOn = true) => page.cast!(`event-${number}-${isOn}`, { kind: 'mark', number, isOn });
  const both = await mark(3);
  expect(both.outcome).toBe('saved');
  expect(both.ballot!.marked.toSorted()).toEqual([1, 3]);
  expect((await mark(1, false)).ballot!.marked).toEqual([3]);
  expect((await mark(9)).outcome).toBe('unknown');
  expect((await (await signedIn(ann)).cast!('event-0001', { kind: 'mark', number: 1, isOn: true })).outcome).toBe(
    'own',
  );
  now = december(8);
  expect(await (await signedIn(zoe)).cast!('event-late', { kind: 'mark', number: 2, isOn: true })).toMatchObject({
    outcome: 'late',
    ballot: { marked: [3] },
  });
});

test.each([
  ['stars', { kind: 'star', number: 2, stars: 4 }, { limit: undefined, marked: [], stars: { 2: 4 } }],
  ['podium', { kind: 'place', number: 2, place: 1 }, { limit: 3, marked: [2], stars: {} }],
  ['ranked', { kind: 'place', number: 3, place: 1 }, { limit: 10, marked: [3], stars: {} }],
] as const)('the page takes ballots by %s', async (method, mark, ballot) => {
  await voting({ method });
  const page = await signedIn(zoe);
  expect(await page.cast!('event-0001', mark)).toEqual({ outcome: 'saved', ballot: { method, missing: 0, ...ballot } });
  expect((await page.cast!('event-0002', { kind: 'mark', number: 1, isOn: true })).outcome).toBe('forged');
});

test('the page takes pairs that the voter was shown, and no others', async () => {
  await voting({ method: 'duels' });
  const page = await signedIn(zoe);
  const { ballot, entries: shown } = await page.view(0, 1);
  expect(shown.map(({ number }) => number).toSorted()).toEqual([1, 2, 3]);
  const [first] = ballot!.pairs!;
  const decided = await page.cast!('event-0001', { kind: 'pair', index: first!.index, side: 'right' });
  expect(decided.outcome).toBe('saved');
  expect(decided.ballot!.pairs![0]).toEqual({ ...first, winner: first!.right });
  const alike = await page.cast!('event-0002', { kind: 'pair', index: first!.index, side: 'equal' });
  expect(alike.ballot!.pairs![0]!.winner).toBe(0);
  expect((await page.cast!('event-0003', { kind: 'pair', index: 99, side: 'left' })).outcome).toBe('unknown');
});

test('a ballot by stars says how many are missing', async () => {
  await voting({ method: 'stars' });
  const page = await signedIn(zoe);
  expect((await page.view(0, 9)).ballot!.missing).toBe(1);
  expect((await page.cast!('event-0001', { kind: 'star', number: 2, stars: 4 })).ballot!.missing).toBe(0);
});

test('a personal link is good for an hour and until the next one, a browser for a day, and nothing of a forgotten person', async () => {
  await voting();
  const [first, second] = [await gallery.ballotLink(linked(zoe)), await gallery.ballotLink(linked(zoe))];
  expect(await gallery.signIn(tokenIn(first))).toBeUndefined();
  const { session } = (await gallery.signIn(tokenIn(second)))!;
  const visitor = { kind: 'voter', contest: contest.id, session } as const;
  expect(await gallery.open(visitor)).toBeDefined();
  expect(await gallery.open({ ...visitor, contest: 'k3v9q2ab' })).toBeUndefined();
  // A session is no link, and a link no session.
  expect(await gallery.signIn(session)).toBeUndefined();
  now = new Date(december(6).getTime() + 3_600_000);
  expect(await gallery.signIn(tokenIn(second))).toBeUndefined();
  expect(await gallery.open(visitor)).toBeDefined();
  const kept = keptBallotLinks(new BallotLinksTable(opened.database));
  expect(await kept.sweep!(now, now)).toEqual({ removed: { ballotLinks: 1 } });
  await kept.forget({ ...ann });
  expect(await gallery.open(visitor)).toBeDefined();
  await kept.forget({ ...zoe });
  expect(await gallery.open(visitor)).toBeUndefined();
});

test('of one voter five browsers are signed in at most', async () => {
  await voting();
  const code = tokenIn(await gallery.ballotLink(linked(zoe)));
  const sessions: string[] = [];
  for (let browser = 0; browser < 6; browser += 1) {
    now = new Date(december(6).getTime() + browser);
    sessions.push((await gallery.signIn(code))!.session);
  }
  const open = await Promise.all(
    sessions.map(
      async (session) => (await gallery.open({ kind: 'voter', contest: contest.id, session })) !== undefined,
    ),
  );
  expect(open).toEqual([false, true, true, true, true, true]);
});

test('without an address for everybody there are no links', async () => {
  await voting();
  const none = new ContestGallery({
    database: opened.database,
    running: new RunningEntries(opened.database),
    publicUrl: undefined,
    thumbnail: async () => undefined,
    coverOf: async () => undefined,
    cast: async () => ({ kind: 'forbidden' }),
  });
  expect(await none.renewLink(contest)).toBeUndefined();
  expect(await none.ballotLink(linked(zoe))).toBeUndefined();
});
