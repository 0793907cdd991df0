import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AccountLinksTable } from '#src/contests/account-links-table.js';
import { type Contest, type ContestEntry, communityOf } from '#src/contests/contest.js';
import { ContestBallotsTable } from '#src/contests/contest-ballots-table.js';
import { ContestClock } from '#src/contests/contest-clock.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { reviewServiceFor } from '#src/contests/review-service.js';
import { contestPlaces, contests as contestRows } from '#src/contests/tables.js';
import type { Person, Place } from '#src/core/place.js';
import type { OpenDatabase } from '#src/database/database.js';
import { ServerRulesTable } from '#src/moderation/server-rules-table.js';
import { audit } from '#src/moderation/tables.js';
import { addContest, addEntry, contestServer, december } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

const personOf = (id: string): Person => ({ platform: 'discord', id, name: id });
const [ann, bob, mona] = [personOf('ann'), personOf('bob'), personOf('mona')];
const hall: Place = { ...contestServer, channel: 'c1' };
const guest: Place = { platform: 'telegram', server: 't1', channel: 't1' };

let opened: OpenDatabase;
let announced: string[];
let told: string[];
let now: Date;

beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());
beforeEach(async () => {
  await opened.database.delete(contestRows);
  await opened.database.delete(audit);
  announced = [];
  told = [];
  now = december(4);
});

const clockOf = () =>
  new ContestClock({
    database: opened.database,
    announce: async ({ state }, { kind }) => {
      announced.push(kind === 'state' ? state : kind);
    },
    now: () => now,
  });

const serviceOf = (person: Person, place: Place = hall) =>
  reviewServiceFor(
    {
      database: opened.database,
      clock: clockOf(),
      moderates: async (moderator, at) => at.server === 'g1' && moderator.id === 'mona',
      accountCreatedAt: () => undefined,
      joinedAt: async () => undefined,
      tellAuthor: async ({ author, state }) => {
        told.push(`${author.id} ${state}`);
      },
      tellVoter: async (_, voter, at) => {
        told.push(`${voter.id} at ${at.getMinutes()}`);
      },
      now: () => now,
    },
    {
      person,
      place,
      standing: async () => ({ isModerator: place.server !== undefined && person.id !== 'rita', roles: [] }),
    },
  );
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
const trail = async () =>
  (await new ServerRulesTable(opened.database).auditOf(contestServer, 20)).map(({ text }) => text.params.line);
const refusal = (key: string) => ({ text: { key: `errors.${key}` } });

async function vote(contest: Contest, voter: string): Promise<void> {
  const of = { contest: contest.id, voter: personOf(voter), isPanel: false };
  const change = { event: `e-${voter}`, at: december(6), server: contestServer.server };
  const { revision } = (await new ContestsTable(opened.database).get(contest.id))!;
  await new ContestBallotsTable(opened.database).save(of, { revision, before: undefined }, [], change);
}
const voidReasonOf = (contest: Contest, voter: Person) =>
  new ContestBallotsTable(opened.database).voidReasonOf(contest.id, voter);

describe('the queue', () => {
  test('shows one entry a page, in the order in which they came, and ends with none', async () => {
    const contest = await open();
    const [first, second] = [
      await pending(contest, 'ann', { submittedAt: december(2) }),
      await pending(contest, 'bob', { submittedAt: december(3) }),
    ];
    await addEntry(opened.database, contest, 'cat');
    const reviews = serviceOf(mona);
    expect(await reviews.waiting(contest)).toMatchObject({ entry: { id: first.id }, waitingCount: 2, isOwn: false });
    expect(await reviews.after(first.id)).toMatchObject({ entry: { id: second.id } });
    expect(await reviews.after(second.id)).toMatchObject({ entry: { id: first.id } });
    await reviews.decide(first.id, { kind: 'accept' });
    await reviews.decide(second.id, { kind: 'reject', reason: 'theme' });
    expect(await reviews.waiting(contest)).toBeUndefined();
    expect(await stored(first)).toMatchObject({ state: 'accepted' });
    expect(await stored(second)).toMatchObject({
      state: 'rejected',
      reason: { key: 'contests.entries.reasons.theme' },
    });
    expect(told).toEqual(['ann accepted', 'bob rejected']);
    expect(await trail()).toEqual([
      `host reject contest:${contest.id} entry:${second.id} theme`,
      `host accept contest:${contest.id} entry:${first.id}`,
    ]);
    await expect(reviews.decide(first.id, { kind: 'accept' })).rejects.toMatchObject(refusal('entryDecided'));
  });

  test('nobody decides about their own, and near duplicates stand beside an entry', async () => {
    const contest = await open();
    const alike = await addEntry(opened.database, contest, 'bob', { hash: 'ffffffffffffff00' });
    await addEntry(opened.database, contest, 'cat', { hash: '00000000ffffffff' });
    const mine = await pending(contest, 'mona', { hash: 'ffffffffffffffff' });
    const page = await serviceOf(mona).waiting(contest);
    expect(page).toMatchObject({ isOwn: true });
    expect(page!.alike.map(({ id }) => id)).toEqual([alike.id]);
    await expect(serviceOf(mona).decide(mine.id, { kind: 'accept' })).rejects.toMatchObject(refusal('entryOwnReview'));
    expect(await stored(mine)).toMatchObject({ state: 'pending' });
  });

  test('of a guest’s moderators holds what was entered in their place, and of strangers nothing', async () => {
    const contest = await open();
    await alsoSeenAt(contest, guest);
    const atHost = await pending(contest, 'ann');
    const author = { platform: 'telegram', id: '7', name: 'Tom' } as const;
    const atGuest = await pending(contest, 'tom', {
      author,
      server: { platform: 'telegram', server: 't1' },
    });
    const guests = serviceOf({ platform: 'telegram', id: '9', name: 'Gil' }, guest);
    expect(await guests.waiting(contest)).toMatchObject({ entry: { id: atGuest.id }, waitingCount: 1 });
    await expect(guests.find(atHost.id)).rejects.toMatchObject(refusal('entryNotHere'));
    await guests.decide(atGuest.id, { kind: 'accept' });
    const trails = await opened.database.select().from(audit).orderBy(audit.platform);
    // At the host nobody has an account of the guest's.
    expect(trails.map(({ platform, personId, aboutId }) => [platform, personId, aboutId])).toEqual([
      ['discord', 'g1', null],
      ['telegram', '9', '7'],
    ]);
    const strangers = serviceOf(bob, { platform: 'discord', server: 'g9', channel: 'c9' });
    await expect(strangers.find(atHost.id)).rejects.toMatchObject(refusal('entryNotHere'));
    await expect(strangers.waiting(contest)).rejects.toMatchObject(refusal('contestUnknown'));
    await expect(serviceOf(personOf('rita')).find(atHost.id)).rejects.toMatchObject(refusal('moderatorsOnly'));
    // Pages for one pair of eyes may have gone to the private chat.
    const alone: Place = { platform: 'discord', channel: 'alone' };
    expect(await serviceOf(mona, alone).find(atHost.id)).toMatchObject({ entry: { id: atHost.id } });
    await expect(serviceOf(bob, alone).find(atHost.id)).rejects.toMatchObject(refusal('entryNotHere'));
  });

  test('the last decision lets voting begin', async () => {
    const contest = await move(await open(), 'review');
    const last = await pending(contest, 'ann');
    await serviceOf(mona).decide(last.id, { kind: 'reject', words: 'Not a pet' });
    expect(await stored(last)).toMatchObject({ reason: { params: { words: 'Not a pet' } } });
    expect(announced).toEqual(['entries']);
    await move(contest, 'voting');
    const late = await pending(contest, 'bob');
    await expect(serviceOf(mona).decide(late.id, { kind: 'accept' })).rejects.toMatchObject(refusal('contestTooLate'));
  });
});

describe('taking out', () => {
  test('while voting has a reason, is told, is undone, and with fewer than two left the contest is void', async () => {
    const contest = await open();
    const [one] = [
      await addEntry(opened.database, contest, 'ann', { number: 1 }),
      await addEntry(opened.database, contest, 'bob', { number: 2 }),
      await addEntry(opened.database, contest, 'cat', { number: 3 }),
    ];
    await move(contest, 'voting');
    const reviews = serviceOf(mona);
    expect(await reviews.numbered(contest, 1)).toMatchObject({ id: one!.id });
    await reviews.disqualify(one!.id, 'Not hers');
    expect(await stored(one!)).toMatchObject({ state: 'disqualified', reason: { params: { words: 'Not hers' } } });
    await reviews.restore(one!.id);
    expect(await stored(one!)).toMatchObject({ state: 'accepted', reason: undefined });
    expect(told).toEqual(['ann disqualified', 'ann accepted']);
    expect((await trail())[1]).toBe(`host disqualify contest:${contest.id} number:1 Not hers`);

    for (const number of [2, 3]) await reviews.disqualify((await reviews.numbered(contest, number)).id, 'no');
    expect(await new ContestsTable(opened.database).get(contest.id)).toMatchObject({ state: 'void' });
  });

  test('by the host is not undone by a guest’s moderators, whose community learns of no voter', async () => {
    const contest = await open();
    await alsoSeenAt(contest, guest);
    const author = { platform: 'telegram', id: '7', name: 'Tom' } as const;
    const theirs = { author, server: { platform: 'telegram', server: 't1' } } as const;
    const entry = await addEntry(opened.database, contest, 'tom', { ...theirs, number: 1 });
    for (const [index, name] of ['ann', 'cat'].entries())
      await addEntry(opened.database, contest, name, { number: index + 2 });
    await move(contest, 'voting');
    await vote(contest, 'bob');
    const guests = serviceOf({ platform: 'telegram', id: '9', name: 'Gil' }, guest);
    await serviceOf(mona).disqualify(entry.id, 'Not his');
    await expect(guests.restore(entry.id)).rejects.toMatchObject(refusal('contestHostOnly'));
    await expect(guests.voidBallot(contest, bob, 'no')).rejects.toMatchObject(refusal('contestHostOnly'));
    expect(await stored(entry)).toMatchObject({ state: 'disqualified' });
    await serviceOf(mona).voidBallot(contest, bob, 'Two accounts');
    expect((await trail())[0]).toBe(`host void contest:${contest.id} person:bob Two accounts`);
    const atGuest = await new ServerRulesTable(opened.database).auditOf({ platform: 'telegram', server: 't1' }, 1);
    expect(atGuest[0]!.text.params.line).toBe(`host void contest:${contest.id}`);
    // Nor does anybody undo what was done to their own.
    await expect(serviceOf(bob).voidBallot(contest, bob, undefined)).rejects.toMatchObject(refusal('ballotOwnReview'));
  });

  test('after publication counts again for seven days', async () => {
    const contest = await open();
    for (const [index, author] of ['ann', 'bob', 'cat'].entries())
      await addEntry(opened.database, contest, author, { number: index + 1 });
    const result = { voters: 0, ranks: [] };
    await move(contest, 'published', { publishedAt: december(8), result });
    now = december(15);
    await serviceOf(mona).disqualify((await serviceOf(mona).numbered(contest, 1)).id, 'Not hers');
    expect(announced).toEqual(['corrected']);
    now = new Date(december(15).getTime() + 1);
    const second = await serviceOf(mona).numbered(contest, 2);
    await expect(serviceOf(mona).disqualify(second.id, 'late')).rejects.toMatchObject(refusal('contestTooLate'));
  });

  test('a ballot with a reason is told to its voter, and undone', async () => {
    const contest = await move(await open(), 'voting');
    for (const author of ['ann', 'cat']) await addEntry(opened.database, contest, author);
    await vote(contest, 'bob');
    const reviews = serviceOf(mona);
    await reviews.voidBallot(contest, bob, 'Two accounts');
    expect(await voidReasonOf(contest, bob)).toMatchObject({ params: { words: 'Two accounts' } });
    await expect(reviews.voidBallot(contest, bob, 'again')).rejects.toMatchObject(refusal('ballotNotThere'));
    await expect(reviews.voidBallot(contest, ann, 'none')).rejects.toMatchObject(refusal('ballotNotThere'));
    now = new Date(now.getTime() + 60_000);
    await reviews.voidBallot(contest, bob, undefined);
    expect(await voidReasonOf(contest, bob)).toBeUndefined();
    // Each is told, however often it goes to and fro.
    expect(told).toEqual(['bob at 0', 'bob at 1']);
    // Linked accounts have one ballot, whichever of them it was begun with.
    await new AccountLinksTable(opened.database).link(ann, bob);
    await reviews.voidBallot(contest, ann, 'Two accounts');
    expect(await voidReasonOf(contest, bob)).toBeDefined();
    await new AccountLinksTable(opened.database).forget(ann);
    await move(contest, 'published', { publishedAt: december(8) });
    await expect(reviews.voidBallot(contest, bob, 'late')).rejects.toMatchObject(refusal('contestTooLate'));
  });
});
