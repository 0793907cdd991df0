import { setTimeout as sleep } from 'node:timers/promises';
import { ballotsServiceFor } from '#src/contests/ballots-service.js';
import type { Contest } from '#src/contests/contest.js';
import { ContestBallotsTable } from '#src/contests/contest-ballots-table.js';
import { RunningEntries } from '#src/contests/running-entries.js';
import type { Person } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { contestServer } from '#test/helpers/contests.js';
import { type BenchContext, type Measurement, quantile } from './measurement.js';

const VOTES_PER_SECOND = 100;
const SECONDS = 300;
const VOTERS = 500;

/**
 * Marks that come at a steady pace, whether those before are answered or not, each with all that is looked at before it is saved.
 * @param contest that is voted on by approval, with any number of marks
 */
export async function measureVotes(
  { isQuick }: BenchContext,
  database: Database,
  contest: Pick<Contest, 'id'>,
  entries: number,
): Promise<Measurement[]> {
  const seconds = isQuick ? SECONDS / 30 : SECONDS;
  const count = VOTES_PER_SECOND * seconds;
  const running = new RunningEntries(database);
  const times: number[] = [];
  const cpuBefore = process.cpuUsage();
  const vote = async (index: number) => {
    const startedAt = performance.now();
    const id = `voter-${index % VOTERS}`;
    const person: Person = { platform: 'discord', id, name: id };
    const ballots = ballotsServiceFor(
      {
        database,
        running,
        sheet: () => Promise.reject(new Error('no sheet is asked for')),
        memberOf: async () => 'none',
        assertNotBanned: async () => {},
      },
      {
        id: `press-${index}`,
        person,
        place: { ...contestServer, channel: 'c1' },
        standing: async () => ({ isModerator: false, roles: [], joinedAt: new Date(0) }),
        at: new Date(),
      },
    );
    // No voter marks an entry twice.
    const number = 1 + (((index % VOTERS) + Math.floor(index / VOTERS)) % entries);
    const cast = await ballots.cast(contest.id, { kind: 'mark', number, isOn: true });
    if (cast.kind !== 'open') throw new Error('a vote was not taken');
    times.push(performance.now() - startedAt);
  };
  const beganAt = performance.now();
  const voting: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    await sleep(Math.max(0, beganAt + (1000 / VOTES_PER_SECOND) * index - performance.now()));
    voting.push(vote(index));
  }
  await Promise.all(voting);
  const { user, system } = process.cpuUsage(cpuBefore);
  const rows = await new ContestBallotsTable(database).ofContest(contest.id);
  const saved = rows.reduce((sum, { marks }) => sum + Object.keys(marks).length, 0);
  if (saved !== count) throw new Error(`${count} votes were acknowledged, and ${saved} are saved`);
  return [
    {
      name: `a vote acknowledged, p99, at ${VOTES_PER_SECOND} a second`,
      unit: 'ms',
      value: quantile(times, 0.99),
      runs: count,
      budget: 250,
      details: { entries, seconds, median: quantile(times, 0.5), cpuMsPerVote: (user + system) / 1000 / count },
    },
  ];
}
