import { setTimeout as sleep } from 'node:timers/promises';
import type { Contest } from '#src/contests/contest.js';
import { ContestBallotsTable } from '#src/contests/contest-ballots-table.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import type { Database } from '#src/database/database.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';
import { emulated } from '#test/emulators/discord/setup.js';
import { addContest } from '#test/helpers/contests.js';
import { withBotBench } from './bot.js';
import { addManyEntries } from './many-entries.js';
import { type BenchContext, type Measurement, quantile } from './measurement.js';

const VOTES_PER_SECOND = 100;
const SECONDS = 300;
const VOTERS = 100;
const ENTRIES = 5000;
/** Of each voter's: marked one after the other, then taken off again, as people have a few. */
const MARKS = 10;
/** Slowly, each voter once: code that has not run yet is slow. */
const WARM_UP_PER_SECOND = 20;
const dayMs = 86_400_000;

/**
 * The same at a whole bot, a process of its own: from the press until the voter sees what is marked, through gateway, dispatch and
 * answer. The emulator, which stands for Discord and everybody there, works beside it.
 */
export async function measureVotesAtDiscord({ isQuick }: BenchContext): Promise<Measurement[]> {
  const seconds = isQuick ? SECONDS / 30 : SECONDS;
  const count = VOTES_PER_SECOND * seconds;
  const emulator = await DiscordEmulator.start();
  const { now: _, statusIntervalMs: __, ...connection } = emulated(emulator);
  const told = new Map<string, () => void>();
  emulator.onDone = ({ route, path }) => {
    const token = /\/webhooks\/\d+\/([^/]+)/.exec(path)?.[1];
    if (token !== undefined && !route.startsWith('DELETE')) told.get(token)?.();
  };
  try {
    return await withBotBench(async ({ folder, startBot }) => {
      const contest = await inDatabase(folder, async (database) => {
        const added = await addVoting(database, emulator.state.guildId);
        await addManyEntries(database, added, ENTRIES);
        return added;
      });
      const bot = await startBot({ discord: { ...connection, requestTimeoutMs: 10_000 } });
      const voters = await Promise.all(
        Array.from({ length: VOTERS }, async (_unused, index) => {
          const chat = emulator.chat({ name: `Voter ${index}`, isGuest: true });
          // Any message of the bot's: a button says everything itself.
          await chat.command('queue');
          return { chat, message: await chat.sees(() => true) };
        }),
      );
      const vote = async (index: number) => {
        const startedAt = performance.now();
        const { chat, message } = voters[index % VOTERS]!;
        const { number, isOn } = pressOf(index);
        const { token } = await chat.press(message, `mark?c=${contest.id}&e=${number}&v=${isOn ? 1 : 0}`);
        await new Promise<void>((resolve) => {
          told.set(token, resolve);
        });
        told.delete(token);
        return performance.now() - startedAt;
      };
      const inTurn = async (from: number, to: number, perSecond: number) => {
        const beganAt = performance.now();
        const voting: Promise<number>[] = [];
        for (let index = from; index < to; index += 1) {
          await sleep(Math.max(0, beganAt + (1000 / perSecond) * (index - from) - performance.now()));
          voting.push(vote(index));
        }
        return Promise.all(voting);
      };
      await inTurn(0, VOTERS, WARM_UP_PER_SECOND);
      const [before, ownBefore] = [await bot.usage(), process.cpuUsage()];
      const times = await inTurn(VOTERS, VOTERS + count, VOTES_PER_SECOND);
      const [after, own] = [await bot.usage(), process.cpuUsage(ownBefore)];
      await bot.stop();
      const rows = await inDatabase(folder, (database) => new ContestBallotsTable(database).ofContest(contest.id));
      const expected = new Set<string>();
      for (let index = 0; index < VOTERS + count; index += 1) {
        const { number, isOn } = pressOf(index);
        const mark = `${voters[index % VOTERS]!.chat.personId} entry-${number}`;
        if (isOn) expected.add(mark);
        else expected.delete(mark);
      }
      const saved = rows.flatMap(({ personId, marks }) => (marks as string[]).map((entry) => `${personId} ${entry}`));
      if (saved.length !== expected.size || saved.some((mark) => !expected.has(mark)))
        throw new Error('what is saved is not what was acknowledged');
      return [
        {
          name: `Discord: a vote acknowledged, p99, at ${VOTES_PER_SECOND} a second`,
          unit: 'ms',
          value: quantile(times, 0.99),
          runs: count,
          budget: 250,
          details: {
            seconds,
            median: quantile(times, 0.5),
            botCpuMsPerVote: (after.cpuMs - before.cpuMs) / count,
            emulatorCpuMsPerVote: (own.user + own.system) / 1000 / count,
          },
        },
      ];
    });
  } finally {
    await emulator.stop();
  }
}

function pressOf(index: number): { readonly number: number; readonly isOn: boolean } {
  const round = Math.floor(index / VOTERS);
  return { number: 1 + (round % MARKS), isOn: Math.floor(round / MARKS) % 2 === 0 };
}

/** While no bot runs. */
async function inDatabase<Result>(folder: string, work: (database: Database) => Promise<Result>): Promise<Result> {
  const { database, close } = await openDatabase({ folder, migrationsFolder });
  try {
    return await work(database);
  } finally {
    await close();
  }
}

function addVoting(database: Database, server: string): Promise<Contest> {
  const host = { platform: 'discord', server } as const;
  const [began, ends] = [new Date(Date.now() - dayMs), new Date(Date.now() + dayMs)];
  const rules = ContestRules.parse({ marks: 0, voters: 'members', accountDays: 0 });
  const times = { opensAt: began, entriesEndAt: began, votingAt: began, endsAt: ends };
  return addContest(database, { state: 'voting', host, rules, ...times }, { ...host, channel: server });
}
