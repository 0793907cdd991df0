import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import type { AttackName } from '#test/helpers/attacks.js';
import { startChild } from '#test/helpers/child-process.js';
import { type Newcomer, startHostilePage } from '#test/helpers/hostile-page.js';
import { webCrowd } from './crowd.js';
import { load } from './crowd-load.js';
import { type BenchContext, type Measurement, quantile, type Topic } from './measurement.js';

const MiB = 1024 * 1024;
const PEOPLE = 60;
/** Modest: what is measured is what somebody else does to it. */
const RATE = 10;
const WARM_UP = { seconds: 4, rate: 5 };
const RUN_SECONDS = 30;
const QUICK_SECONDS = 8;
const BUDGETS = { answerMs: 250, loopDelayMs: 50 };
const OLD_JOBS = 10_000;
const RECONCILE_INTERVAL_MS = 15_000;
const ENVIRONMENT = { QUEUE_MAX_PER_PERSON: '1000', QUEUE_MAX_PER_SERVER: '100000', QUEUE_MAX_TOTAL: '100000' };
/** But for floods, which are limited as they are by default, somebody hostile has as many cookies as they like. */
const UNLIMITED = { FLOOD_MAX_COMMANDS: '10000' };

/** A long history, before the bot opens its database. */
async function giveHistory(folder: string, { id }: Newcomer): Promise<void> {
  const { database, close } = await openDatabase({ folder, migrationsFolder });
  const key = sql`'sha256-' || encode(sha256(n::text::bytea), 'hex')`;
  await database.execute(sql`
    INSERT INTO jobs (id, name, data, title, platform, person_id, person_name, locale, place, round, state, outcome)
    SELECT 'old-' || n, 'imagine', jsonb_build_object('prompt', repeat('a dog in the snow ', 5), 'count', 1, 'seed', n), 'title',
      'web', ${id}, 'somebody', 'en', jsonb_build_object('platform', 'web', 'channel', ${id}::text), n, 'delivered',
      jsonb_build_object('kind', 'completed', 'result', jsonb_build_object('pictures', jsonb_build_array(${key}),
        'settings', jsonb_build_object('seed', n, 'steps', 25, 'guidanceScale', 7.5), 'seconds', 1))
    FROM generate_series(1, ${OLD_JOBS}::int) AS n`);
  await close();
}

async function measure(name: string, attack: AttackName, { isQuick, onLine }: BenchContext): Promise<Measurement[]> {
  let attacker: Newcomer | undefined;
  const page = await startHostilePage({
    environment: { ...ENVIRONMENT, ...(attack !== 'floods' && UNLIMITED) },
    hasWorker: true,
    reconcileIntervalMs: RECONCILE_INTERVAL_MS,
    prepare: async (folder, issue) => {
      attacker = issue();
      await giveHistory(folder, attacker);
    },
  });
  const crowd = await webCrowd();
  const logPath = join(page.folder, 'attacker.log');
  const hostile = await startChild('attacker-process', [attack, page.url, attacker!.cookie], { logPath });
  try {
    const talkers = await crowd.arrive(PEOPLE, page.url);
    let pictureCount = 0;
    const nextPicture = () => `picture ${++pictureCount}.`;
    await load(talkers, { ...WARM_UP, nextPicture });
    const before = await page.usage();
    await hostile.ask('begin');
    const samples = await load(talkers, { seconds: isQuick ? QUICK_SECONDS : RUN_SECONDS, rate: RATE, nextPicture });
    const { loopDelay, peakMemoryBytes } = await page.usage();
    const { rounds } = (await hostile.ask('rounds')) as { readonly rounds: number };
    const times = samples.map(({ answeredMs }) => answeredMs);
    const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
    onLine(`${name}: p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, ${rounds} rounds`);
    return [
      {
        name: `${name}: everybody else's command → answer, p99`,
        unit: 'ms',
        value: p99,
        runs: times.length,
        budget: BUDGETS.answerMs,
        details: { p50, max: quantile(times, 1), rounds },
      },
      {
        name: `${name}: delay of the bot's event loop, p99`,
        unit: 'ms',
        value: loopDelay.p99Ms,
        runs: 1,
        budget: BUDGETS.loopDelayMs,
        details: {
          max: loopDelay.maxMs,
          peakMiB: peakMemoryBytes / MiB,
          peakBeforeMiB: before.peakMemoryBytes / MiB,
        },
      },
    ];
  } finally {
    await hostile.kill();
    await crowd.leave();
    await page.stop();
  }
}

/** A crowd at the chat page at a modest rate, while one person of each kind is at work to stall it. */
export const hostile: Topic = {
  name: 'hostile',
  parts: {
    texts: (context) => measure('worst texts and SVGs', 'texts', context),
    pictures: (context) => measure('twelve hostile pictures at once', 'pictures', context),
    floods: (context) => measure('floods of /help and presses', 'floods', context),
    exports: (context) => measure('exports over and over', 'exports', context),
    deletions: (context) => measure('deletions beside 10 000 jobs', 'deletions', context),
    erasures: (context) => measure('everything deleted, with 10 000 jobs', 'erasures', context),
  },
};
