import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { packageRoot } from '#src/config.js';
import { Identity } from '#src/platforms/web/identity.js';
import { WebClient } from '#src/platforms/web/web-client.js';
import { openDatabase } from '#src/storage/database/open-database.js';
import {
  heicOfHugeSides,
  heicOfNonsense,
  jpegOfManyScans,
  jpegOfManySegments,
  pngOfEndlessPixels,
  pngOfLargeNotes,
  pngOfManyPixels,
  svgish,
} from '#test/helpers/hostile-pictures.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { withBotBench } from './bot.js';
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

/** One round of what somebody hostile does, again as soon as it is over. */
type Attack = (attacker: WebClient, round: number) => Promise<unknown>;

const answered = (attacker: WebClient, known: ReadonlySet<string>) =>
  attacker.waitFor(({ id, author, kind }) => author === 'bot' && kind !== 'status' && !known.has(id), 60_000);

async function sendAndWait(attacker: WebClient, words: string, photos: Parameters<WebClient['send']>[1] = []) {
  const known = new Set(attacker.messages.map(({ id }) => id));
  await attacker.send(words, photos);
  return answered(attacker, known);
}

const worstWords = ['(', '(a:1.1', '\u0301\u0323', 'cat > dog, ', 'replace ', '“', ' and ', '<!--'].map((pump) =>
  pump.repeat(Math.ceil(7900 / pump.length)).slice(0, 7900),
);

const texts: Attack = (attacker, round) => {
  const photo = { name: 'a.svg', bytes: svgish(round % 2 === 0 ? 210 : 100_000) };
  const words = worstWords[round % worstWords.length]!;
  if (round % 3 === 0) return sendAndWait(attacker, `/edit ${words}`, [photo]);
  return sendAndWait(attacker, round % 3 === 1 ? words : `/imagine prompt:${words}`);
};

async function pictures(): Promise<Attack> {
  const files = [
    ...[pngOfManyPixels(), pngOfEndlessPixels(), pngOfLargeNotes(), pngOfManyPixels(6000, 6000)],
    ...[await jpegOfManyScans(2000), jpegOfManySegments(8 * MiB), await heicOfHugeSides(), await heicOfNonsense()],
    ...[await drawPhoto(1, 6000, 6000), await drawPhoto(2, 6000, 6000), svgish(210), pngOfManyPixels(5000, 7000)],
  ];
  const photos = files.map((bytes, index) => ({ name: `photo-${index}`, bytes }));
  return (attacker) => sendAndWait(attacker, '/train name:Bomb kind:dog', photos);
}

const floods: Attack = async (attacker, round) => {
  const press = attacker.messages.find(({ buttons }) => buttons?.length);
  await Promise.all(
    Array.from({ length: 6 }, () =>
      round % 2 === 0 || !press
        ? attacker.send('/help', [], randomUUID())
        : attacker.press(press, press.buttons![0]!.action),
    ),
  );
};

const exports: Attack = (attacker) => sendAndWait(attacker, '/mydata export');

const deletions: Attack = async (attacker, round) => {
  const known = new Set(attacker.messages.map(({ id }) => id));
  await attacker.send(`/imagine deleted ${round}`);
  const result = await attacker.waitFor(({ id, kind }) => kind === 'result' && !known.has(id), 60_000);
  const remove = result.buttons?.find(({ action }) => action.startsWith('remove'));
  if (remove) await attacker.press(result, remove.action);
};

/** A long history, before the bot opens its database. */
async function giveHistory(folder: string): Promise<string> {
  const { id, cookie } = (await Identity.open(`${folder}/web`)).issue();
  const { database, close } = await openDatabase({
    folder,
    migrationsFolder: `${packageRoot}/src/storage/database/migrations`,
  });
  const key = sql`'sha256-' || encode(sha256(n::text::bytea), 'hex')`;
  await database.execute(sql`
    INSERT INTO jobs (id, name, data, title, platform, person_id, person_name, locale, place, round, state, outcome)
    SELECT 'old-' || n, 'imagine', jsonb_build_object('prompt', repeat('a dog in the snow ', 5), 'seed', n), 'title',
      'web', ${id}, 'somebody', 'en', jsonb_build_object('platform', 'web', 'channel', ${id}::text), n, 'delivered',
      jsonb_build_object('kind', 'completed', 'result', jsonb_build_object('pictures', jsonb_build_array(${key})))
    FROM generate_series(1, ${OLD_JOBS}::int) AS n`);
  await close();
  return cookie.split(';')[0]!;
}

async function measure(
  name: string,
  prepare: () => Promise<Attack> | Attack,
  { isQuick, onLine }: BenchContext,
): Promise<Measurement[]> {
  const crowd = await webCrowd();
  const attack = await prepare();
  try {
    return await withBotBench(async ({ folder, startBot, startWorker }): Promise<Measurement[]> => {
      const cookie = await giveHistory(folder);
      const { web } = crowd.settingsIn(folder);
      // Floods are limited as they are by default.
      const bot = await startBot({ web: { ...web!, maxPhotoBytes: 20 * MiB } }, { FLOOD_MAX_COMMANDS: '30' });
      await startWorker();
      const { url } = await bot.usage();
      const talkers = await crowd.arrive(PEOPLE, url);
      let pictureCount = 0;
      const nextPicture = () => `picture ${++pictureCount}.`;
      await load(talkers, { ...WARM_UP, nextPicture });
      const attacker = await WebClient.open(url!, { language: 'en', cookie });
      const before = await bot.usage();
      let isOver = false;
      let rounds = 0;
      const attacking = (async () => {
        for (; !isOver; rounds += 1)
          await attack(attacker, rounds).catch(() => new Promise((go) => setTimeout(go, 100)));
      })();
      const seconds = isQuick ? QUICK_SECONDS : RUN_SECONDS;
      const samples = await load(talkers, { seconds, rate: RATE, nextPicture });
      const { loopDelay, peakMemoryBytes } = await bot.usage();
      isOver = true;
      attacker.close();
      // A round that still waits for an answer ends with the bot.
      attacking.catch(() => {});
      const times = samples.map(({ answeredMs }) => answeredMs);
      onLine(
        `${name}: p50 ${quantile(times, 0.5).toFixed(0)} ms, p99 ${quantile(times, 0.99).toFixed(0)} ms, ${rounds} rounds`,
      );
      return [
        {
          name: `${name}: everybody else's command → answer, p99`,
          unit: 'ms',
          value: quantile(times, 0.99),
          runs: times.length,
          budget: BUDGETS.answerMs,
          details: { p50: quantile(times, 0.5), max: quantile(times, 1), rounds },
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
    });
  } finally {
    await crowd.leave();
  }
}

/** A crowd at the chat page at a modest rate, while one person of each kind is at work to stall it. */
export const hostile: Topic = {
  name: 'hostile',
  parts: {
    texts: (context) => measure('worst texts and SVGs', () => texts, context),
    pictures: (context) => measure('twelve hostile pictures at once', pictures, context),
    floods: (context) => measure('floods of /help and presses', () => floods, context),
    exports: (context) => measure('exports over and over', () => exports, context),
    deletions: (context) => measure('deletions beside 10 000 jobs', () => deletions, context),
  },
};
