import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AccountLinksTable } from '#src/contests/account-links-table.js';
import { type Contest, type ContestEntry, communityOf } from '#src/contests/contest.js';
import { ContestBallotsTable } from '#src/contests/contest-ballots-table.js';
import { ContestClock } from '#src/contests/contest-clock.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { EntryBans } from '#src/contests/entry-bans.js';
import { contestPlaces, contests as contestRows } from '#src/contests/tables.js';
import type { Person, Place } from '#src/core/place.js';
import type { OpenDatabase } from '#src/database/database.js';
import { addContest, addEntry, contestServer, december } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

const personOf = (id: string): Person => ({ platform: 'discord', id, name: id });
const [ann, bob] = [personOf('ann'), personOf('bob')];

let opened: OpenDatabase;
const bannedElsewhere = new Set<string>();

beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());
beforeEach(async () => {
  await opened.database.delete(contestRows);
  bannedElsewhere.clear();
});

const clockOf = () => new ContestClock({ database: opened.database, announce: async () => {} });

const bans = () =>
  new EntryBans({
    database: opened.database,
    clock: clockOf(),
    isBanned: async ({ server }) => bannedElsewhere.has(server),
  });

const open = (changes: Partial<Contest> = {}) => addContest(opened.database, { state: 'open', ...changes });
const pending = (contest: Contest, author: string, changes: Partial<ContestEntry> = {}) =>
  addEntry(opened.database, contest, author, { state: 'pending', ...changes });
const stored = async ({ id }: { readonly id: string }) => (await new ContestEntriesTable(opened.database).get(id))!;
const move = async ({ id }: Contest, state: Contest['state'], more: Partial<Contest> = {}) => {
  const contests = new ContestsTable(opened.database);
  return (await contests.change((await contests.get(id))!, { state, ...more }))!;
};
const alsoSeenAt = async ({ id: contest }: Contest, place: Place) => {
  const row = { contest, ...communityOf(place), place, locale: 'en', isHost: false };
  await opened.database.insert(contestPlaces).values(row);
};

async function vote(contest: Contest, voter: string): Promise<void> {
  const of = { contest: contest.id, voter: personOf(voter), isPanel: false };
  const change = { event: `e-${voter}`, at: december(6), server: contestServer.server };
  const { revision } = (await new ContestsTable(opened.database).get(contest.id))!;
  await new ContestBallotsTable(opened.database).save(of, { revision, before: undefined }, [], change);
}
const isVoid = async ({ id }: Contest) =>
  (await new ContestBallotsTable(opened.database).ofContest(id))[0]!.voidReason !== null;

describe('a ban', () => {
  test('takes entries and the ballot out until it is lifted, and gives back what they were', async () => {
    const contest = await open();
    const [accepted, waiting, rejected] = [
      await addEntry(opened.database, contest, 'ann'),
      await pending(contest, 'ann', { picture: undefined }),
      await pending(contest, 'ann', { state: 'rejected', picture: undefined }),
    ];
    await vote(contest, 'ann');
    await bans().bar(contestServer, ann);
    for (const entry of [accepted, waiting]) expect(await stored(entry)).toMatchObject({ state: 'disqualified' });
    expect(await stored(rejected)).toMatchObject({ state: 'rejected' });
    expect(await isVoid(contest)).toBe(true);
    await bans().readmit(contestServer, ann);
    expect(await stored(accepted)).toMatchObject({ state: 'accepted' });
    expect(await stored(waiting)).toMatchObject({ state: 'pending' });
    expect(await isVoid(contest)).toBe(false);
  });

  test('holds for whatever other accounts somebody has linked, and is lifted for them, too', async () => {
    const contest = await open();
    const tom = { platform: 'telegram', id: 'tom', name: 'Tom' } as const;
    await new AccountLinksTable(opened.database).link(ann, tom);
    const entry = await addEntry(opened.database, contest, 'tom', { author: tom });
    const ballots = new ContestBallotsTable(opened.database);
    await ballots.open({ contest: contest.id, voter: tom, isPanel: false }, [], december(6), 't1');
    await bans().bar(contestServer, ann);
    expect(await stored(entry)).toMatchObject({ state: 'disqualified' });
    expect(await isVoid(contest)).toBe(true);
    await alsoSeenAt(contest, { platform: 'telegram', server: 't1', channel: 't1' });
    bannedElsewhere.add('t1');
    await bans().readmit(contestServer, ann);
    expect(await isVoid(contest)).toBe(true);
    bannedElsewhere.clear();
    await bans().readmit(contestServer, ann);
    expect(await stored(entry)).toMatchObject({ state: 'accepted' });
    expect(await isVoid(contest)).toBe(false);
  });

  test('that is lifted gives nothing back that moderators took, nor what another place’s ban keeps out', async () => {
    const contest = await open();
    const [own, taken] = [
      await addEntry(opened.database, contest, 'ann'),
      await addEntry(opened.database, contest, 'bob'),
    ];
    const words = { key: 'contests.entries.reasons.rules', params: {} } as const;
    const out = { state: 'disqualified', reason: words } as const;
    await new ContestEntriesTable(opened.database).setState(taken.id, ['accepted'], out);
    for (const person of [ann, bob]) await bans().bar(contestServer, person);
    await bans().readmit(contestServer, bob);
    expect(await stored(taken)).toMatchObject({ state: 'disqualified', reason: words });
    await alsoSeenAt(contest, { platform: 'discord', server: 'g2', channel: 'c2' });
    bannedElsewhere.add('g2');
    await bans().readmit(contestServer, ann);
    expect(await stored(own)).toMatchObject({ state: 'disqualified' });
  });

  test('that is lifted once voting has begun lets nothing in that has no number', async () => {
    const contest = await open();
    const entry = await addEntry(opened.database, contest, 'ann');
    for (const author of ['bob', 'cat']) await addEntry(opened.database, contest, author);
    await bans().bar(contestServer, ann);
    await move(contest, 'voting');
    await bans().readmit(contestServer, ann);
    expect(await stored(entry)).toMatchObject({ state: 'unreviewed' });
  });
});
