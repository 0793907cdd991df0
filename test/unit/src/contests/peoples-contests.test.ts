import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BallotBox } from '#src/contests/ballot-box.js';
import { BallotLinksTable } from '#src/contests/ballot-links-table.js';
import type { Contest } from '#src/contests/contest.js';
import { ContestBallotsTable } from '#src/contests/contest-ballots-table.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestRemindersTable } from '#src/contests/contest-reminders-table.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { keptContests } from '#src/contests/kept-contests.js';
import { keptEntries } from '#src/contests/kept-entries.js';
import { moveContests } from '#src/contests/moved-contests.js';
import { PeoplesContests } from '#src/contests/peoples-contests.js';
import type { OpenDatabase } from '#src/database/database.js';
import { ContestStage } from '#test/helpers/contest-stage.js';
import { addContest, addEntry, contestServer, december } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
let stage: ContestStage;
let contests: ContestsTable;
beforeAll(async () => {
  opened = await openTestDatabase();
  contests = new ContestsTable(opened.database);
});
beforeEach(async () => {
  stage = await ContestStage.open(opened);
});
afterAll(() => opened.close());

const personOf = (id: string) => ({ platform: 'discord', id, name: id }) as const;
const kept = () => keptContests({ contests: new PeoplesContests(opened.database), days: 365 });
const forget = async (id: string) => [
  ...(await kept().forget(personOf(id))),
  ...(await keptEntries({ database: opened.database, clock: stage.clock }).forget(personOf(id))),
];
const entriesOf = ({ id }: Contest) =>
  new ContestEntriesTable(opened.database).ofContest(id, ['pending', 'accepted', 'withdrawn']);
const ballotsOf = ({ id }: Contest) => new ContestBallotsTable(opened.database).ofContest(id);

/** Ann, Bob and Cat take part, and Ann and Dan vote for Bob. */
async function voted(): Promise<Contest> {
  const contest = await addContest(opened.database);
  await stage.clock.change(contest, {}, { kind: 'state' }, opened.database);
  await stage.doDue(december(1));
  for (const author of ['ann', 'bob', 'cat'])
    await addEntry(opened.database, contest, author, { title: `${author}'s` });
  await stage.doDue(new Date(december(5).getTime() + 5000));
  const bobs = (await entriesOf(contest)).find(({ author }) => author.id === 'bob')!;
  for (const voter of ['ann', 'dan'])
    await new BallotBox(opened.database).cast({
      contest: contest.id,
      voter: personOf(voter),
      isPanel: false,
      event: voter,
      at: december(6),
      server: contestServer,
      mark: { kind: 'mark', number: bobs.number!, isOn: true },
    });
  return (await contests.get(contest.id))!;
}

test('what is kept of a person is theirs: ballots and reminders', async () => {
  const contest = await voted();
  await new ContestRemindersTable(opened.database).add(contest.id, personOf('ann'));
  const own = await kept().everythingOf!(personOf('ann'));
  expect(own.rows).toMatchObject({
    ballots: [{ personId: 'ann' }],
    reminders: [{ personId: 'ann' }],
  });
});

describe('forgotten', () => {
  test('while people vote: the entry is withdrawn, the ballot gone, and with one entry left there is nothing to choose', async () => {
    const contest = await voted();
    const unused = await forget('ann');
    expect(unused).toHaveLength(1);
    expect(
      (await entriesOf(contest)).map(({ state, author, title, picture }) => [state, author.name, title, !picture]),
    ).toEqual(expect.arrayContaining([['withdrawn', '', undefined, true]]));
    expect((await ballotsOf(contest)).map(({ personId }) => personId)).toEqual(['dan']);
    expect(await contests.get(contest.id)).toMatchObject({ state: 'voting' });
    await forget('cat');
    expect(await contests.get(contest.id)).toMatchObject({ state: 'void', reason: { key: 'contests.reasons.tooFew' } });
    expect(await kept().everythingOf!(personOf('ann'))).toMatchObject({ rows: { ballots: [] } });
  });

  test('before: nothing of it is left', async () => {
    const contest = await addContest(opened.database, { state: 'open' });
    await addEntry(opened.database, contest, 'ann', { state: 'pending' });
    await forget('ann');
    expect(await entriesOf(contest)).toEqual([]);
  });

  test('afterwards: number and rank stay, the ballot stays counted, and a recount finds the same', async () => {
    const contest = await voted();
    await stage.doDue(new Date(december(8).getTime() + 5000));
    const before = (await contests.get(contest.id))!;
    expect(before.result).toMatchObject({ voters: 2, ranks: [{ rank: 1 }, { rank: 2 }, { rank: 2 }] });
    for (const person of ['ann', 'bob']) await forget(person);
    await stage.clock.entriesChanged((await contests.get(contest.id))!, opened.database, 'decided');
    expect((await contests.get(contest.id))!.result).toEqual(before.result);
    const left = await entriesOf(contest);
    expect(left.map(({ state }) => state)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(left.filter(({ picture }) => picture)).toHaveLength(1);
    expect(JSON.stringify([left, await ballotsOf(contest)])).not.toMatch(/"(ann|bob)/);
  });
});

test('a week after the result ballots are nobody’s, and the result stays', async () => {
  const contest = await voted();
  await stage.doDue(new Date(december(8).getTime() + 5000));
  const { result } = (await contests.get(contest.id))!;
  await stage.doDue(december(15, 17));
  expect(await ballotsOf(contest)).toMatchObject([{ lastEvent: expect.any(String) }, {}]);
  await stage.doDue(december(15, 19));
  const ballots = await ballotsOf(contest);
  expect(ballots.map(({ personId }) => personId).toSorted()).toEqual(['ballot-1', 'ballot-2']);
  expect(new Set(ballots.map(({ changedAt, lastEvent }) => `${changedAt.getTime()}${lastEvent}`)).size).toBe(1);
  expect((await contests.get(contest.id))!.result).toEqual(result);
});

test('pictures go a year after the result, and what came to nothing earlier; results stay', async () => {
  const published = await addContest(opened.database, { state: 'published', publishedAt: december(8) });
  const nothing = await addContest(opened.database, { state: 'void' });
  for (const contest of [published, nothing]) await addEntry(opened.database, contest, 'ann');
  const sweepAt = (day: number) => kept().sweep!(december(day), december(day - 30));
  expect(await sweepAt(30)).toEqual({ removed: { contestPictures: 0 }, unused: [] });
  expect(await sweepAt(40)).toMatchObject({ removed: { contestPictures: 1 }, unused: [expect.any(String)] });
  expect(await sweepAt(8 + 366)).toMatchObject({ removed: { contestPictures: 1 } });
  expect((await entriesOf(published)).map(({ picture }) => picture)).toEqual([undefined]);
});

test('a group that becomes a supergroup takes its contests along', async () => {
  const contest = await voted();
  const links = new BallotLinksTable(opened.database);
  const linked = { contest: contest.id, voter: { platform: 'discord', id: 'zoe' }, isPanel: false } as const;
  const link = await links.add('link', { ...linked, server: contestServer.server });
  const move = { platform: 'discord', from: contestServer.server, to: 'g9' } as const;
  for (let time = 0; time < 2; time++)
    await opened.database.transaction((transaction) => moveContests(move, transaction));
  expect(await contests.get(contest.id)).toMatchObject({ host: { server: 'g9' } });
  expect(await contests.places(contest.id)).toMatchObject([
    { place: { server: 'g9', channel: 'g9' }, post: undefined },
  ]);
  expect((await entriesOf(contest)).map(({ server }) => server.server)).toEqual(['g9', 'g9', 'g9']);
  expect((await ballotsOf(contest)).map(({ server }) => server)).toEqual(['g9', 'g9']);
  expect(await links.find('link', link)).toEqual({ ...linked, server: 'g9' });
});
