import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Contest } from '#src/contests/contest.js';
import { contestStates } from '#src/contests/life-cycle.js';
import type { UserError } from '#src/core/errors.js';
import type { OpenDatabase } from '#src/database/database.js';
import { ServerRulesTable } from '#src/moderation/server-rules-table.js';
import { ContestStage } from '#test/helpers/contest-stage.js';
import { addContest, addEntry, contestServer, december } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
let stage: ContestStage;
beforeAll(async () => {
  opened = await openTestDatabase();
});
beforeEach(async () => {
  stage = await ContestStage.open(opened);
});
afterAll(() => opened.close());

const hourMs = 3600_000;
const snow = { title: 'First snow', entriesFor: '5d', votingFor: '2d' };
const auditLines = async () =>
  (await new ServerRulesTable(opened.database).auditOf(contestServer, 20)).map(({ text }) => text.params.line);
const refusal = (key: string) => expect.objectContaining({ text: expect.objectContaining({ key: `errors.${key}` }) });

describe('one line is enough', () => {
  test('a title and two lengths make a draft, which begins when it is started and ends as it was shown', async () => {
    const draft = await stage.hosting().create(snow);
    expect(draft).toMatchObject({ state: 'draft', zone: 'UTC', endsAt: december(8, 0), rules: { method: 'approval' } });
    stage.now = new Date(stage.now.getTime() + 10 * 60_000);
    const started = await stage.hosting().start(undefined);
    expect(started).toMatchObject({
      state: 'open',
      opensAt: stage.now,
      entriesEndAt: december(6, 0),
      votingAt: december(6, 0),
      endsAt: december(8, 0),
    });
    expect(await auditLines()).toEqual([
      `host start contest:${draft.id}`,
      expect.stringMatching(/^host create .*First snow$/),
    ]);
  });

  test('the same event makes one draft, however often it comes', async () => {
    const first = await stage.hosting('event').create(snow);
    expect(await stage.hosting('event').create(snow)).toMatchObject({ id: first.id });
    expect(await auditLines()).toHaveLength(1);
  });

  test('a zone is remembered, and times are read by it', async () => {
    await stage.hosting().create({ ...snow, zone: 'Europe/Berlin' });
    const next = await stage.hosting().create({ ...snow, opens: '2026-12-03 18:00' });
    expect(next).toMatchObject({ zone: 'Europe/Berlin', opensAt: december(3, 17) });
    expect(await stage.hosting().start(next.id)).toMatchObject({ state: 'scheduled' });
  });
});

describe('what cannot be read, or makes no sense, is refused with its reading, and nothing is saved', () => {
  test.each([
    [{ entriesFor: 'soon' }, 'timeUnreadable'],
    [{ entriesFor: '31.4.' }, 'timeUnreadable'],
    [{ entriesFor: '2026-02-30 10:00' }, 'timeNoSuchDay'],
    [{ opens: '2026-11-01 10:00' }, 'timePast'],
    [{ entriesFor: '2026-11-01 10:00' }, 'contestPhaseBackwards'],
    [{ votingFor: '20m' }, 'contestPhaseTooShort'],
    [{ entriesFor: '91d' }, 'contestPhaseTooLong'],
    [{ opens: '91d' }, 'contestPhaseTooLong'],
    [{ opens: '9999-12-31 23:59' }, 'contestPhaseTooLong'],
    [{ opens: '999999w'.repeat(14) }, 'timeUnreadable'],
    [{ votingFor: '999999w 999999w' }, 'timeUnreadable'],
    [{ zone: 'Berlin' }, 'zoneUnknown'],
  ])('%j', async (typed, key) => {
    await expect(stage.hosting().create({ ...snow, ...typed })).rejects.toEqual(refusal(key));
    await expect(stage.hosting().findAny(undefined)).rejects.toEqual(refusal('hostNone'));
  });
});

describe('limits', () => {
  test('five contests run at once', async () => {
    for (let count = 0; count < 5; count++) await addContest(opened.database, { state: 'voting' });
    const draft = await stage.hosting().create(snow);
    await expect(stage.hosting().start(draft.id)).rejects.toEqual(refusal('contestsTooMany'));
  });

  test('there are twenty drafts', async () => {
    const { id } = await stage.hosting().create(snow);
    await stage.hosting().cancel(id, undefined);
    for (let count = 0; count < 20; count++) await addContest(opened.database, { state: 'draft' });
    await expect(stage.hosting().create(snow)).rejects.toEqual(refusal('contestDraftsTooMany'));
    // Nor by calling one off, and opening it again.
    await expect(stage.hosting().reopen(id, undefined)).rejects.toEqual(refusal('contestDraftsTooMany'));
  });
});

describe('limits hold when moderators come at once', () => {
  const refused = { status: 'rejected', reason: refusal('contestsTooMany') };

  test('of three who start the fifth contest one does', async () => {
    for (let count = 0; count < 4; count++) await addContest(opened.database, { state: 'voting' });
    const drafts = await Promise.all(['a', 'b', 'c'].map((event) => stage.hosting(event).create(snow)));
    const started = await Promise.allSettled(drafts.map(({ id }) => stage.hosting().start(id)));
    expect(started.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(started.filter(({ status }) => status === 'rejected')).toEqual([refused, refused]);
  });

  test('of a start and contests that are taken up again one is', async () => {
    for (let count = 0; count < 4; count++) await addContest(opened.database, { state: 'voting' });
    const cancelled = { at: stage.now.toISOString(), from: 'open' } as const;
    const { id } = await addContest(opened.database, { state: 'cancelled', cancelled });
    const { id: other } = await addContest(opened.database, { state: 'cancelled', cancelled });
    const draft = await stage.hosting().create(snow);
    const begun = await Promise.allSettled([
      stage.hosting().reopen(id, undefined),
      stage.hosting().start(draft.id),
      stage.hosting().reopen(other, undefined),
    ]);
    expect(begun.filter(({ status }) => status === 'rejected')).toEqual([refused, refused]);
  });

  test('of three who make the twentieth draft one does', async () => {
    for (let count = 0; count < 19; count++) await addContest(opened.database, { state: 'draft' });
    const made = await Promise.allSettled(['a', 'b', 'c'].map((event) => stage.hosting(event).create(snow)));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('which contest is meant', () => {
  test('the only one where none is named, and of several each is named', async () => {
    const one = await addContest(opened.database, { state: 'open' });
    expect(await stage.hosting().toEnd(undefined)).toMatchObject({ id: one.id });
    const other = await addContest(opened.database, { state: 'voting', title: 'Beach' });
    const error = await stage
      .hosting()
      .toEnd(undefined)
      .catch((refused: UserError) => refused);
    expect(error).toEqual(refusal('contestsSeveral'));
    expect((error as UserError).details.map(({ params }) => params.id).toSorted()).toEqual(
      [one.id, other.id].toSorted(),
    );
  });

  test('of another community none is', async () => {
    const other = await addContest(opened.database, { host: { platform: 'discord', server: 'g2' } });
    await expect(stage.hosting().find(other.id)).rejects.toEqual(refusal('contestUnknown'));
    await expect(stage.hosting().cancel(other.id, undefined)).rejects.toEqual(refusal('contestUnknown'));
  });
});

describe('what may change when', () => {
  test('before the first entry everything may', async () => {
    const { id } = await addContest(opened.database, { state: 'open' });
    const changed = await stage
      .hosting()
      .edit(id, { title: 'Snow', theme: 'white', votingFor: '1d', method: 'podium' });
    expect(changed).toMatchObject({ title: 'Snow', theme: 'white', rules: { method: 'podium', marks: 3 } });
    expect(changed.endsAt).toEqual(december(6));
    expect(changed.notes.map(({ text }) => text.key)).toEqual(['contests.notes.edited']);
    expect(await stage.hosting().setRule(id, 'marks', '5')).toMatchObject({ rules: { marks: 5 } });
    expect(await stage.hosting().edit(id, { theme: '-' })).toMatchObject({ theme: undefined });
  });

  test('afterwards a slip in the title, and more time', async () => {
    const contest = await addContest(opened.database, { state: 'open' });
    await addEntry(opened.database, contest, 'ann', { state: 'withdrawn' });
    const refused = refusal('contestFixed');
    await expect(stage.hosting().edit(contest.id, { votingFor: '1d' })).rejects.toEqual(refused);
    await expect(stage.hosting().edit(contest.id, { title: 'Snow', method: 'stars' })).rejects.toEqual(refused);
    await expect(stage.hosting().setRule(contest.id, 'ties', 'lot')).rejects.toEqual(refused);
    const titled = await stage.hosting().edit(contest.id, { title: 'Snow' });
    expect(titled.notes.map(({ text }) => text.key)).toEqual(['contests.notes.titled']);
    expect(await stage.hosting().extend(contest.id, '1d')).toMatchObject({
      entriesEndAt: december(6),
      votingAt: december(6),
      endsAt: december(9),
    });
    await expect(stage.hosting().extend(contest.id, '2026-12-05 18:00')).rejects.toEqual(refusal('contestNotLater'));
  });

  test('entries that are taken by now do not end in the past', async () => {
    const { id } = await addContest(opened.database, { state: 'open' });
    stage.now = december(3);
    await expect(stage.hosting().edit(id, { entriesFor: '2h' })).rejects.toEqual(refusal('timePast'));
    await expect(stage.hosting().edit(id, { entriesFor: '2026-12-02 18:00' })).rejects.toEqual(refusal('timePast'));
    expect(await stage.hosting().find(id)).toMatchObject({ entriesEndAt: december(5) });
    expect(await stage.hosting().edit(id, { entriesFor: '3d' })).toMatchObject({ entriesEndAt: december(4) });
  });

  test('a rule that the method has not, or a value that no button has, is forged', async () => {
    const { id } = await addContest(opened.database, { state: 'draft' });
    await stage.hosting().setRule(id, 'method', 'ranked');
    for (const [rule, value] of [
      ['marks', '3'],
      ['per_person', '11'],
      ['method', 'lottery'],
    ] as const)
      await expect(stage.hosting().setRule(id, rule, value)).rejects.toEqual(refusal('buttonBroken'));
  });

  test('ending now keeps the length of what follows, and is acted on like any end', async () => {
    const contest = await addContest(opened.database, { state: 'open' });
    await addEntry(opened.database, contest, 'ann');
    await addEntry(opened.database, contest, 'bob');
    stage.now = december(3);
    expect(await stage.hosting().end(contest.id)).toMatchObject({ entriesEndAt: december(3), endsAt: december(6) });
    await stage.at(new Date(december(3).getTime() + 5000));
    expect(await stage.hosting().find(contest.id)).toMatchObject({ state: 'voting', endsAt: december(6) });
  });

  test('what is called off can be taken up within a week, with as much time as was left', async () => {
    const { id } = await addContest(opened.database, { state: 'open' });
    stage.now = december(4);
    expect(await stage.hosting().cancel(id, 'It thawed.')).toMatchObject({
      state: 'cancelled',
      reason: { key: 'contests.reasons.given', params: { reason: 'It thawed.' } },
    });
    stage.now = december(6);
    const again = await stage.hosting().reopen(id, undefined);
    expect(again).toMatchObject({
      state: 'open',
      entriesEndAt: december(7),
      endsAt: december(10),
      cancelled: undefined,
    });
    await stage.hosting().cancel(id, undefined);
    stage.now = december(14);
    await expect(stage.hosting().reopen(id, undefined)).rejects.toEqual(refusal('contestCancelledTooLong'));
  });

  test('a result that nobody has seen may be published, or voted on again', async () => {
    const closed = { state: 'closed', closedAt: december(8), result: { voters: 0, ranks: [] } } as const;
    const { id } = await addContest(opened.database, closed);
    await addEntry(opened.database, { id }, 'ann');
    await addEntry(opened.database, { id }, 'bob');
    stage.now = december(8, 20);
    await expect(stage.hosting().reopen(id, undefined)).rejects.toEqual(refusal('contestNeedsUntil'));
    await expect(stage.hosting().reopen(id, '5m')).rejects.toEqual(refusal('contestPhaseTooShort'));
    await expect(stage.hosting().reopen(id, '2030-01-01 00:00')).rejects.toEqual(refusal('contestPhaseTooLong'));
    expect(await stage.hosting().reopen(id, '6h')).toMatchObject({
      state: 'voting',
      endsAt: new Date(december(8, 20).getTime() + 6 * hourMs),
      result: undefined,
    });
    const other = await addContest(opened.database, closed);
    expect(await stage.hosting().publish(other.id)).toMatchObject({ state: 'published', publishedAt: december(8, 20) });
    await expect(stage.hosting().reopen(other.id, '6h')).rejects.toEqual(refusal('contestNotNow'));
  });

  test.each(contestStates.filter((state) => ['published', 'void', 'cancelled'].includes(state)))(
    'nothing is ended, extended or called off that is %s',
    async (state) => {
      const { id }: Contest = await addContest(opened.database, { state });
      for (const change of [
        () => stage.hosting().end(id),
        () => stage.hosting().extend(id, '1d'),
        () => stage.hosting().cancel(id, undefined),
        () => stage.hosting().start(id),
      ])
        await expect(change()).rejects.toEqual(refusal('contestNotNow'));
    },
  );
});
