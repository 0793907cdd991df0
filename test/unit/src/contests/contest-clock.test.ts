import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { AccountLinksTable } from '#src/contests/account-links-table.js';
import { BallotBox, type Cast, type NumberedMark } from '#src/contests/ballot-box.js';
import type { Contest } from '#src/contests/contest.js';
import { ContestBallotsTable } from '#src/contests/contest-ballots-table.js';
import { ContestClock } from '#src/contests/contest-clock.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { contests as contestRows } from '#src/contests/tables.js';
import type { OpenDatabase } from '#src/database/database.js';
import { createLog } from '#src/operations/log.js';
import { DueInstantsTable } from '#src/schedule/due-instants.js';
import { Schedule } from '#src/schedule/schedule.js';
import { dueInstants } from '#src/schedule/tables.js';
import { addContest, addEntry, contestServer, december } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
let contests: ContestsTable;
let now: Date;
let announced: string[];
let clock: ContestClock;
const running: Schedule[] = [];

beforeAll(async () => {
  opened = await openTestDatabase();
  contests = new ContestsTable(opened.database);
});
beforeEach(async () => {
  await opened.database.delete(contestRows);
  await opened.database.delete(dueInstants);
  announced = [];
  now = december(1, 0);
  clock = new ContestClock({
    database: opened.database,
    announce: async ({ title, state, revision }, { kind }) => {
      announced.push(`${title}: ${kind === 'state' ? state : kind} ${revision}`);
    },
    now: () => now,
  });
});
afterEach(async () => {
  for (const schedule of running.splice(0)) await schedule.stop();
});
afterAll(() => opened.close());

async function started(changes: Partial<Contest> = {}): Promise<Contest> {
  const contest = await addContest(opened.database, changes);
  await clock.wind(contest, opened.database);
  return contest;
}

/** Starts a bot at this time, which does what is due. */
async function at(moment: Date): Promise<void> {
  now = moment;
  const schedule = new Schedule({
    database: opened.database,
    handlers: clock.handlers,
    log: createLog({ level: 'silent', name: 'test' }),
    now: () => now,
  });
  running.push(schedule);
  schedule.wake();
  await schedule.settled();
  await schedule.stop();
}

const stateOf = async ({ id }: Contest) => (await contests.get(id))?.state;
const seconds = (moment: Date, count: number) => new Date(moment.getTime() + count * 1000);
let events = 0;
const vote = (contest: Contest, voter: string, mark: NumberedMark, moment = december(6)): Promise<Cast> => {
  const press = { contest: contest.id, voter: { platform: 'discord', id: voter }, isPanel: false } as const;
  return new BallotBox(opened.database).cast({
    ...press,
    event: `e${events++}`,
    at: moment,
    server: contestServer,
    mark,
  });
};
const mark = (number: number) => ({ kind: 'mark', number, isOn: true }) as const;
const numberOf = async (entry: { readonly id: string }) =>
  (await new ContestEntriesTable(opened.database).get(entry.id))!.number!;

test('a contest opens, votes, counts and publishes at its times, each once', async () => {
  const contest = await started();
  await at(seconds(december(1), -1));
  expect(await stateOf(contest)).toBe('scheduled');
  await at(december(1));
  expect(await stateOf(contest)).toBe('open');
  const [ann, bob, cat] = [
    await addEntry(opened.database, contest, 'ann'),
    await addEntry(opened.database, contest, 'bob'),
    await addEntry(opened.database, contest, 'cat'),
  ];
  await at(december(5));
  expect(await stateOf(contest)).toBe('open');
  await at(seconds(december(5), 5));
  expect(await stateOf(contest)).toBe('voting');
  const numbers = [await numberOf(ann), await numberOf(bob), await numberOf(cat)];
  expect(numbers.toSorted()).toEqual([1, 2, 3]);

  expect(await vote(contest, 'dan', mark(await numberOf(bob)))).toMatchObject({ kind: 'saved' });
  expect(await vote(contest, 'eve', mark(await numberOf(bob)))).toMatchObject({ kind: 'saved' });
  expect(await vote(contest, 'ann', mark(await numberOf(cat)))).toMatchObject({ kind: 'saved' });
  await at(seconds(december(8), 5));
  const published = await contests.get(contest.id);
  expect(published).toMatchObject({ state: 'published', result: { voters: 3 } });
  expect(published!.result!.ranks.map(({ entry, rank }) => [entry, rank])).toEqual([
    [bob.id, 1],
    [cat.id, 2],
    [ann.id, 3],
  ]);
  expect(announced).toEqual(
    ['open 2', 'notice 2', 'review 3', 'voting 4', 'notice 4', 'closed 5', 'published 6'].map(
      (one) => `First snow: ${one}`,
    ),
  );
  // What ties ballots to accounts goes a week later.
  expect(await new DueInstantsTable(opened.database).nextAt()).toEqual(seconds(december(15), 5));
});

test('what nobody has reviewed is waited for, a day at most, and does not take part', async () => {
  const contest = await started();
  await at(december(1));
  const [left] = [
    await addEntry(opened.database, contest, 'ann', { state: 'pending' }),
    await addEntry(opened.database, contest, 'bob'),
    await addEntry(opened.database, contest, 'cat'),
  ];
  await at(seconds(december(5), 5));
  expect(await stateOf(contest)).toBe('review');
  await at(seconds(december(6), -1));
  expect(await stateOf(contest)).toBe('review');
  await at(december(6));
  // What it waited for takes none of its length.
  expect(await contests.get(contest.id)).toMatchObject({
    state: 'voting',
    votingAt: december(6),
    endsAt: december(9),
  });
  expect(await new ContestEntriesTable(opened.database).get(left.id)).toMatchObject({ state: 'unreviewed' });
});

test('the last decision begins the voting that waited for it', async () => {
  const contest = await started();
  await at(december(1));
  const pending = await addEntry(opened.database, contest, 'ann', { state: 'pending' });
  await addEntry(opened.database, contest, 'bob');
  await at(seconds(december(5), 60));
  await new ContestEntriesTable(opened.database).setState(pending.id, ['pending'], { state: 'accepted' });
  await clock.wind((await contests.get(contest.id))!, opened.database);
  await at(seconds(december(5), 120));
  expect(await stateOf(contest)).toBe('voting');
});

test('a short voting that waited longer for the last decision than it lasts is as long as it was announced', async () => {
  const contest = await started({ endsAt: december(5, 20) });
  await at(december(1));
  const pending = await addEntry(opened.database, contest, 'ann', { state: 'pending' });
  await addEntry(opened.database, contest, 'bob');
  await at(december(6, 3));
  await opened.database.transaction(async (transaction) => {
    const locked = (await new ContestsTable(transaction).lock(contest.id))!;
    await new ContestEntriesTable(transaction).setState(pending.id, ['pending'], { state: 'accepted' });
    await clock.entriesChanged(locked, transaction, 'decided');
  });
  await at(seconds(december(6, 3), 5));
  expect(await contests.get(contest.id)).toMatchObject({
    state: 'voting',
    votingAt: december(6, 3),
    endsAt: december(6, 5),
  });
});

test.each([
  ['called off', { state: 'cancelled', cancelled: { at: december(6).toISOString(), from: 'voting' } }],
  ['void', { state: 'void' }],
] as const)('of a contest that is %s nobody keeps for longer than a week who voted for what', async (_, change) => {
  const contest = await started();
  await at(december(1));
  const one = await addEntry(opened.database, contest, 'ann');
  await addEntry(opened.database, contest, 'bob');
  await at(seconds(december(5), 5));
  await vote(contest, 'dan', mark(await numberOf(one)));
  await at(december(6));
  await clock.change((await contests.get(contest.id))!, change, { kind: 'state' }, opened.database);
  const ballots = new ContestBallotsTable(opened.database);
  await at(seconds(december(13), -1));
  expect(await ballots.ofContest(contest.id)).toHaveLength(1);
  await at(december(13));
  expect(await ballots.ofContest(contest.id)).toEqual([]);
});

test('one that was called off and opened again keeps its ballots until a week after its result', async () => {
  const contest = await started({ endsAt: december(20) });
  await at(december(1));
  const one = await addEntry(opened.database, contest, 'ann');
  await addEntry(opened.database, contest, 'bob');
  await at(seconds(december(5), 5));
  await vote(contest, 'dan', mark(await numberOf(one)));
  await at(december(6));
  const cancelled = { at: december(6).toISOString(), from: 'voting' } as const;
  for (const change of [
    { state: 'cancelled', cancelled },
    { state: 'voting', cancelled: null },
  ] as const)
    await clock.change((await contests.get(contest.id))!, change, { kind: 'state' }, opened.database);
  await at(december(19));
  await at(december(21));
  const [ballot] = await new ContestBallotsTable(opened.database).ofContest(contest.id);
  expect(ballot).toMatchObject({ personId: 'dan' });
});

test('with fewer than two entries it is void, and says why', async () => {
  const contest = await started();
  await at(december(1));
  await addEntry(opened.database, contest, 'ann');
  await at(seconds(december(5), 5));
  expect(await contests.get(contest.id)).toMatchObject({ state: 'void', reason: { key: 'contests.reasons.tooFew' } });
});

test('accounts that are linked, even after they voted, have one ballot, and none for their own entry', async () => {
  const contest = await started();
  await at(december(1));
  const [ann, bob] = [await addEntry(opened.database, contest, 'ann'), await addEntry(opened.database, contest, 'bob')];
  await at(seconds(december(5), 5));
  const [first, second] = [await numberOf(ann), await numberOf(bob)];
  await vote(contest, 'dan', mark(first));
  await vote(contest, 'dora', mark(second), seconds(december(6), 1));
  await vote(contest, 'anna', mark(first));
  const links = new AccountLinksTable(opened.database);
  const discord = (id: string) => ({ platform: 'discord', id }) as const;
  await links.link(discord('dan'), discord('dora'));
  await links.link(discord('ann'), discord('anna'));
  expect(await vote(contest, 'anna', mark(first))).toEqual({ kind: 'own' });
  await at(seconds(december(8), 5));
  const { result } = (await contests.get(contest.id))!;
  expect(result).toMatchObject({ voters: 1 });
  expect(result!.ranks.map(({ entry, rank }) => [entry, rank])).toEqual([
    [bob.id, 1],
    [ann.id, 2],
  ]);
});

test('where nobody votes there are no ranks', async () => {
  const contest = await started({ rules: ContestRules.parse({ ties: 'lot' }) });
  await at(december(1));
  await addEntry(opened.database, contest, 'ann');
  await addEntry(opened.database, contest, 'bob');
  await at(december(9));
  expect((await contests.get(contest.id))?.result).toEqual({ voters: 0, ranks: [] });
});

test('a result that a moderator publishes waits for a week', async () => {
  const contest = await started({ rules: ContestRules.parse({ publishes: 'by_hand' }) });
  await at(december(1));
  await addEntry(opened.database, contest, 'ann');
  await addEntry(opened.database, contest, 'bob');
  await at(december(8, 19));
  expect(await stateOf(contest)).toBe('closed');
  await at(december(15, 19));
  expect(await stateOf(contest)).toBe('published');
});

test('a phase that ended while nobody was there ends later, what follows too, and that is said once', async () => {
  const contest = await started();
  const prized = await started({ title: 'Prize', rules: ContestRules.parse({ missed: 'close' }) });
  await at(december(1));
  const downtime = { from: december(5, 17), to: december(6, 6) };
  now = downtime.to;
  await clock.makeUpFor(downtime);
  await clock.makeUpFor(downtime);
  await at(downtime.to);
  expect(await contests.get(contest.id)).toMatchObject({
    state: 'open',
    entriesEndAt: december(6, 7),
    votingAt: december(6, 7),
    endsAt: december(8, 31),
  });
  // What was sent in time may still be on its way: one of it does not end the wait for the others.
  await clock.entriesChanged((await contests.get(prized.id))!, opened.database, 'decided');
  await at(downtime.to);
  expect(await contests.get(prized.id)).toMatchObject({ state: 'open', entriesEndAt: december(5) });
  await at(seconds(downtime.to, 60));
  expect(await contests.get(prized.id)).toMatchObject({ state: 'void', entriesEndAt: december(5) });
  expect(announced.filter((one) => one.includes('extended'))).toEqual(['First snow: extended 3']);
  await at(seconds(december(6, 7), 5));
  expect(await stateOf(contest)).toBe('void');
});

test('a transition that fails half way leaves nothing, and is made later', async () => {
  const contest = await started();
  const failing = new ContestClock({
    database: opened.database,
    announce: () => Promise.reject(new Error('the disk is full')),
    now: () => now,
  });
  const working = clock;
  clock = failing;
  await at(december(1));
  expect(await contests.get(contest.id)).toMatchObject({ state: 'scheduled', revision: 1 });
  clock = working;
  await at(december(2));
  expect(await stateOf(contest)).toBe('open');
  expect(announced).toEqual(['First snow: open 2']);
});

test('a press is refused where it is late, forged, for one’s own entry or one that is out, and the ballot stays', async () => {
  const contest = await started();
  await at(december(1));
  const [ann, bob, cat] = [
    await addEntry(opened.database, contest, 'ann'),
    await addEntry(opened.database, contest, 'bob'),
    await addEntry(opened.database, contest, 'cat'),
  ];
  expect(await vote(contest, 'dan', mark(1), december(3))).toEqual({ kind: 'late', endedAt: december(8) });
  await at(seconds(december(5), 5));
  await new ContestEntriesTable(opened.database).setState(cat.id, ['accepted'], { state: 'disqualified' });
  expect(await vote(contest, 'dan', mark(await numberOf(ann)))).toMatchObject({ kind: 'saved', marks: [ann.id] });
  expect(await vote(contest, 'dan', mark(await numberOf(cat)))).toEqual({ kind: 'unknown' });
  expect(await vote(contest, 'dan', mark(0))).toEqual({ kind: 'unknown' });
  expect(await vote(contest, 'bob', mark(await numberOf(bob)))).toEqual({ kind: 'own' });
  expect(await vote(contest, 'dan', { kind: 'star', number: await numberOf(ann), stars: 5 })).toEqual({
    kind: 'forged',
  });
  expect(await vote(contest, 'dan', mark(await numberOf(bob)), december(8))).toMatchObject({ kind: 'late' });
  expect(await vote(contest, 'dan', mark(await numberOf(ann)))).toMatchObject({ marks: [ann.id] });
});

test('presses at once are never above the cap, and none is lost', async () => {
  const contest = await started({ rules: ContestRules.parse({ marks: 2 }) });
  await at(december(1));
  for (const author of ['ann', 'bob', 'cat', 'dan', 'eve']) await addEntry(opened.database, contest, author);
  await at(seconds(december(5), 5));
  const cast = await Promise.all([1, 2, 3, 4, 5].map((number) => vote(contest, 'voter', mark(number))));
  expect(cast.filter(({ kind }) => kind === 'saved')).toHaveLength(2);
  expect(cast.filter(({ kind }) => kind === 'full')).toHaveLength(3);
  await at(seconds(december(8), 5));
  const result = (await contests.get(contest.id))!.result!;
  expect(result.ranks.filter(({ rank }) => rank <= 2)).toHaveLength(2);
  expect(result.ranks.at(-1)!.rank).toBe(3);
});
