import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Contest } from '#src/contests/contest.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { hostingFor } from '#src/contests/hosting.js';
import { judgingFor } from '#src/contests/judging.js';
import { Partings } from '#src/contests/partings.js';
import { repeatingFor } from '#src/contests/repeating.js';
import { SeriesClock } from '#src/contests/series-clock.js';
import { SeriesTable } from '#src/contests/series-table.js';
import { sharingFor } from '#src/contests/sharing.js';
import type { MessageReference, Person, Place } from '#src/core/place.js';
import type { OpenDatabase } from '#src/database/database.js';
import { ContestPartings } from '#src/delivery/contest-partings.js';
import { ServerRulesTable } from '#src/moderation/server-rules-table.js';
import { lastModerators } from '#src/moderation/trail.js';
import { ContestStage } from '#test/helpers/contest-stage.js';
import { addContest, addEntry, contestServer, december } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

const mona: Person = { platform: 'discord', id: '7', name: 'Mona' };
const gus: Person = { platform: 'discord', id: '8', name: 'Gus' };
const home: Place = { ...contestServer, channel: 'c1' };
const elsewhere: Place = { platform: 'discord', server: 'g2', channel: 'c2' };

let opened: OpenDatabase;
let stage: ContestStage;
let takenAway: MessageReference[];

beforeAll(async () => {
  opened = await openTestDatabase();
});
beforeEach(async () => {
  stage = await ContestStage.open(opened);
  takenAway = [];
});
afterAll(() => opened.close());

const refusal = (key: string) => expect.objectContaining({ text: expect.objectContaining({ key: `errors.${key}` }) });
const askerAt = (person: Person, place: Place) => ({ id: 'event', person, place, locale: 'en' });

const partingsOf = () =>
  new Partings({
    database: opened.database,
    clock: stage.clock,
    takeAway: async (post: MessageReference) => void takenAway.push(post),
    tellGuest: (...told) => new ContestPartings({ database: opened.database, outbox: stage.outbox }).tell(...told),
    tellHost: (...told) => stage.notices.tellLeft(...told),
    wake: () => {},
    now: () => stage.now,
  });

function servicesOf(person: Person, place: Place) {
  const asker = askerAt(person, place);
  const { database } = opened;
  const common = { database, clock: stage.clock, wake: () => {}, now: () => stage.now };
  const hosting = hostingFor(common, asker);
  const partings = partingsOf();
  const series = new SeriesClock({ onMade: async () => {}, onPaused: async () => {}, now: () => stage.now });
  return {
    sharing: sharingFor(
      {
        ...common,
        partings,
        communityName: async () => 'Dog owners',
        tellJoined: (...told) => stage.notices.tellJoined(...told),
      },
      asker,
      hosting,
    ),
    judging: judgingFor(database, asker, hosting),
    repeating: repeatingFor({ database, series, wake: () => {} }, asker, hosting),
  };
}

async function started(): Promise<Contest> {
  const { id } = await stage.hosting().create({ title: 'First snow', entriesFor: '5d', votingFor: '2d' });
  return stage.hosting().start(id);
}

const share = async (id: string) => (await servicesOf(mona, home).sharing.share(id)).code;
const join = (code: string, place = elsewhere) => servicesOf(gus, place).sharing.join(code);
const placesOf = async ({ id }: Contest) =>
  (await new ContestsTable(opened.database).places(id)).map(({ place }) => place.server);
const auditOf = async (server: string) =>
  (await new ServerRulesTable(opened.database).auditOf({ platform: 'discord', server }, 20)).map(
    ({ text }) => text.params.line,
  );

test('moderators of both communities agree by a code, and its post is in both', async () => {
  const contest = await started();
  await stage.post();
  expect(stage.said()).toHaveLength(1);
  await join(await share(contest.id));
  await stage.post();
  expect(await placesOf(contest)).toEqual(['g1', 'g2']);
  // Both posts, and a word to the host's moderators in private.
  expect(stage.said().toSorted()).toEqual([
    '🏆 First snow',
    '🏆 First snow',
    expect.stringContaining('a community on Discord takes part now'),
  ]);
  expect([...stage.chat.messages.values()].flatMap(({ person }) => person?.id ?? [])).toEqual([mona.id]);
  expect(await auditOf('g2')).toEqual([`host join contest:${contest.id}`]);
  expect((await auditOf('g1')).slice(0, 2)).toEqual([
    `host join contest:${contest.id}`,
    `host share contest:${contest.id}`,
  ]);
});

test('a moderator of another service is no moderator of the host’s, who stands there by name alone', async () => {
  const contest = await started();
  const tess: Person = { platform: 'telegram', id: '9', name: 'Tess' };
  const group: Place = { platform: 'telegram', server: '-5', channel: '-5' };
  await servicesOf(tess, group).sharing.join(await share(contest.id));
  expect(await lastModerators(home, 5, opened.database)).toEqual([mona]);
  const [line] = await new ServerRulesTable(opened.database).auditOf(contestServer, 1);
  expect(line).toMatchObject({ moderator: 'Tess', text: { params: { line: `host join contest:${contest.id}` } } });
});

test('a code works once, and not where the contest is seen already', async () => {
  const contest = await started();
  const code = await share(contest.id);
  await expect(join(code, home)).rejects.toEqual(refusal('contestHereAlready'));
  await join(code);
  await expect(join(code)).rejects.toEqual(refusal('contestCodeUnknown'));
  const late = await share(contest.id);
  stage.now = new Date(stage.now.getTime() + 24 * 3600_000);
  await expect(join(late)).rejects.toEqual(refusal('contestCodeUnknown'));
});

test('from the first entry on no place is added, as its author has agreed to those that there were', async () => {
  const contest = await started();
  const code = await share(contest.id);
  await addEntry(opened.database, contest, 'ann');
  await expect(join(code)).rejects.toEqual(refusal('contestPlacesFixed'));
  await expect(share(contest.id)).rejects.toEqual(refusal('contestPlacesFixed'));
});

test('there are ten places', async () => {
  const contest = await started();
  for (let place = 2; place <= 10; place += 1)
    await join(await share(contest.id), { ...elsewhere, server: `g${place}`, channel: `c${place}` });
  await expect(share(contest.id)).rejects.toEqual(refusal('contestPlacesFull'));
});

test('a community leaves and its post with it, the host stays, and whoever has left may come back', async () => {
  const contest = await started();
  await join(await share(contest.id));
  await stage.post();
  await expect(servicesOf(mona, home).sharing.leave(undefined)).rejects.toEqual(refusal('contestGuestNone'));
  await servicesOf(gus, elsewhere).sharing.leave(undefined);
  expect(await placesOf(contest)).toEqual(['g1']);
  expect(takenAway).toMatchObject([{ place: { server: 'g2' } }]);
  await expect(servicesOf(gus, elsewhere).sharing.leave(contest.id)).rejects.toEqual(refusal('contestUnknown'));
  await join(await share(contest.id));
  await stage.post();
  expect(await placesOf(contest)).toHaveLength(2);
  expect(stage.said().filter((text) => text === '🏆 First snow')).toHaveLength(3);
});

test('the host ends a community’s part by its number: it is told there, noted in both, and its entries stay', async () => {
  const contest = await started();
  const host = servicesOf(mona, home).sharing;
  expect(await host.guestsOf(undefined)).toBeUndefined();
  for (const server of ['g2', 'g3'])
    await join(await share(contest.id), { ...elsewhere, server, channel: `c-${server}` });
  await addEntry(opened.database, contest, 'ann', { server: { platform: 'discord', server: 'g2' } });
  await stage.post();
  expect((await host.guestsOf(undefined))!.guests).toMatchObject([
    { number: 1, name: 'Dog owners', place: { server: 'g2' } },
    { number: 2, place: { server: 'g3' } },
  ]);
  await host.endPart(contest.id, 1);
  await stage.post();
  expect(await placesOf(contest)).toEqual(['g1', 'g3']);
  expect(takenAway).toMatchObject([{ place: { server: 'g2' } }]);
  expect(stage.said()).toContainEqual(expect.stringContaining('“First snow” is not seen here any more'));
  for (const server of ['g1', 'g2']) expect((await auditOf(server))[0]).toBe(`host leave contest:${contest.id}`);
  expect(await new ContestEntriesTable(opened.database).ofContest(contest.id, ['accepted'])).toHaveLength(1);
  // The others keep their numbers.
  expect((await host.guestsOf(contest.id))!.guests).toMatchObject([{ number: 2, place: { server: 'g3' } }]);
  await expect(host.endPart(contest.id, 1)).rejects.toEqual(refusal('contestGuestUnknown'));
  const guest = servicesOf(gus, { ...elsewhere, server: 'g3' }).sharing;
  await expect(guest.endPart(contest.id, 2)).rejects.toEqual(refusal('contestGuestUnknown'));
});

test('a community that throws the bot out takes part no more, also in the next of a series, and the host hears of it', async () => {
  const contest = await started();
  await join(await share(contest.id));
  await servicesOf(mona, home).repeating.repeat(contest.id, 'week', []);
  await stage.post();
  await partingsOf().removedFrom(contestServer);
  expect(await placesOf(contest)).toEqual(['g1', 'g2']);
  await partingsOf().removedFrom({ platform: 'discord', server: 'g2' });
  await stage.post();
  expect(await placesOf(contest)).toEqual(['g1']);
  expect(takenAway).toEqual([]);
  expect(stage.said()).toContainEqual(expect.stringContaining('a community on Discord does not take part any more'));
  expect((await new SeriesTable(opened.database).running(contest.id))!.places).toMatchObject([{ isHost: true }]);
});

test('moderators name judges until people vote, where the contest has a panel', async () => {
  const contest = await started();
  const { judging } = servicesOf(mona, home);
  await expect(judging.judge(undefined, gus, true)).rejects.toEqual(refusal('contestNoPanel'));
  await stage.hosting().setRule(contest.id, 'panel', '40');
  expect((await judging.judge(contest.id, gus, true)).judges).toEqual([gus]);
  expect((await judging.judge(contest.id, mona, true)).judges).toEqual([gus, mona]);
  expect((await judging.judge(contest.id, gus, false)).judges).toEqual([mona]);
  for (const author of ['ann', 'bob']) await addEntry(opened.database, contest, author);
  await stage.at(december(6, 1));
  await expect(judging.judge(contest.id, gus, true)).rejects.toEqual(refusal('contestJudgesFixed'));
});

test('a contest is held again and again, once, until moderators end that', async () => {
  const contest = await started();
  const { repeating } = servicesOf(mona, home);
  await expect(repeating.endSeries(contest.id)).rejects.toEqual(refusal('contestRepeatsNot'));
  await repeating.repeat(contest.id, 'week', ['snow', 'leaves']);
  await expect(repeating.repeat(contest.id, 'day', [])).rejects.toEqual(refusal('contestRepeatsAlready'));
  await repeating.endSeries(contest.id);
  await repeating.repeat(contest.id, 'day', []);
  const many = Array.from({ length: 101 }, (_, index) => `theme ${index}`);
  const other = await started();
  await expect(repeating.repeat(other.id, 'week', many)).rejects.toEqual(refusal('contestThemesTooMany'));
  const draft = await addContest(opened.database, { state: 'draft', opensAt: december(3) });
  await expect(repeating.repeat(draft.id, 'week', [])).rejects.toEqual(refusal('contestNotStarted'));
});
