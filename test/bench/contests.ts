import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { newId } from '#src/contests/contest.js';
import { ContestClock } from '#src/contests/contest-clock.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { graceMs } from '#src/contests/life-cycle.js';
import type { Database, OpenDatabase } from '#src/database/database.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { createLog } from '#src/operations/log.js';
import { Schedule } from '#src/schedule/schedule.js';
import { addContest } from '#test/helpers/contests.js';
import { measureBallotPages } from './ballot-pages.js';
import { addManyEntries } from './many-entries.js';
import { type BenchContext, type Measurement, quantile, type Topic, timeMs } from './measurement.js';
import { measureVotes } from './votes.js';
import { measureVotesAtDiscord } from './votes-at-discord.js';

const ENTRIES = 5000;
const BALLOTS = 50_000;
const MARKS = 10;
const DUE_AT_START = 100;
const TRANSITIONS = 40;
const dayMs = 86_400_000;

const ago = (milliseconds: number) => new Date(Date.now() - milliseconds);

async function withDatabase<Result>(work: (opened: OpenDatabase) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-bench-contests-'));
  const opened = await openDatabase({ folder, migrationsFolder });
  try {
    return await work(opened);
  } finally {
    await opened.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function scheduleOf(database: Database, clock: ContestClock): Schedule {
  return new Schedule({ database, handlers: clock.handlers, log: createLog({ level: 'error', name: 'bench' }) });
}

/** A contest whose voting has just ended, with marks on entries by chance, of which the first ones are liked best. */
async function addVoted(
  database: Database,
  entries: number,
  ballots: number,
  { endsAt = ago(graceMs), marks = MARKS } = {},
) {
  const contest = await addContest(database, {
    id: newId(8),
    state: 'voting',
    rules: ContestRules.parse({ marks }),
    opensAt: ago(9 * dayMs),
    entriesEndAt: ago(4 * dayMs),
    votingAt: ago(4 * dayMs),
    endsAt,
  });
  await addManyEntries(database, contest, entries);
  await database.execute(sql`
    INSERT INTO "contest_ballots" ("contest", "platform", "person_id", "marks", "last_event", "server", "changed_at")
    SELECT ${contest.id}, 'discord', 'voter-' || n,
      (SELECT jsonb_agg(DISTINCT 'entry-' || (1 + floor(power(random(), 2) * ${entries}::int))::int) FROM generate_series(1, ${MARKS}::int) WHERE n > 0),
      '', 'g1', now()
    FROM generate_series(1, ${ballots}::int) AS n
  `);
  return contest;
}

async function publishing({ isQuick }: BenchContext): Promise<Measurement[]> {
  const [entries, ballots] = isQuick ? [ENTRIES / 10, BALLOTS / 10] : [ENTRIES, BALLOTS];
  return withDatabase(async ({ database }) => {
    const contest = await addVoted(database, entries, ballots);
    const clock = new ContestClock({ database, announce: async () => {} });
    await clock.wind(contest, database);
    const schedule = scheduleOf(database, clock);
    const ms = await timeMs(async () => {
      schedule.wake();
      await schedule.settled();
    });
    await schedule.stop();
    const published = await new ContestsTable(database).get(contest.id);
    if (published?.state !== 'published') throw new Error(`the contest is ${published?.state}`);
    const details = { entries, ballots, voters: published.result!.voters };
    return [
      { name: 'ballots counted and the result published', unit: 'ms', value: ms, runs: 1, budget: 3000, details },
    ];
  });
}

/** Each due at a moment of its own, while the schedule sleeps in between. */
async function lateness({ isQuick }: BenchContext): Promise<Measurement[]> {
  const count = isQuick ? TRANSITIONS / 4 : TRANSITIONS;
  return withDatabase(async ({ database }) => {
    const late: number[] = [];
    const clock = new ContestClock({
      database,
      announce: async ({ state, opensAt }) => {
        if (state === 'open') late.push(Date.now() - opensAt.getTime());
      },
    });
    for (let index = 0; index < count; index++) {
      const opensAt = new Date(Date.now() + 2000 + 100 * index);
      const later = (days: number) => new Date(opensAt.getTime() + days * dayMs);
      const contest = await addContest(database, {
        opensAt,
        entriesEndAt: later(5),
        votingAt: later(5),
        endsAt: later(8),
      });
      await clock.wind(contest, database);
    }
    const schedule = scheduleOf(database, clock);
    schedule.wake();
    while (late.length < count) await sleep(20);
    await schedule.stop();
    return [
      { name: 'a transition after it is due, p99', unit: 'ms', value: quantile(late, 0.99), runs: count, budget: 2000 },
    ];
  });
}

async function start({ isQuick }: BenchContext): Promise<Measurement[]> {
  const count = isQuick ? DUE_AT_START / 4 : DUE_AT_START;
  return withDatabase(async ({ database }) => {
    const clock = new ContestClock({ database, announce: async () => {} });
    for (let index = 0; index < count; index++)
      await clock.wind(await addContest(database, { opensAt: ago(dayMs), entriesEndAt: ago(-dayMs) }), database);
    const schedule = scheduleOf(database, clock);
    const ms = await timeMs(async () => {
      schedule.wake();
      await schedule.settled();
    });
    await schedule.stop();
    const open = await new ContestsTable(database).inStates(['open']);
    if (open.length !== count) throw new Error(`${open.length} of ${count} contests are open`);
    return [{ name: `${count} transitions due at a start`, unit: 'ms', value: ms, runs: 1, budget: 5000 }];
  });
}

async function votes(context: BenchContext): Promise<Measurement[]> {
  const entries = context.isQuick ? ENTRIES / 10 : ENTRIES;
  return withDatabase(async ({ database }) => {
    const contest = await addVoted(database, entries, 0, { endsAt: ago(-dayMs), marks: 0 });
    return measureVotes(context, database, contest, entries);
  });
}

const pages = (context: BenchContext) => withDatabase(({ database }) => measureBallotPages(context, database));

export const contests: Topic = {
  name: 'contests',
  parts: { publishing, lateness, start, votes, 'votes at Discord': measureVotesAtDiscord, pages },
};
