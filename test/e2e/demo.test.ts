import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Transcript } from '#deploy/demo/results.js';
import { locales } from '#locales/index.js';
import { noBrowserReason } from '#test/helpers/browser.js';
import { isAlive } from '#test/helpers/is-alive.js';
import { waitFor } from '#test/helpers/wait-for.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const preload = new URL('./demo-preload.mjs', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'petbooth-demo-e2e-'));
const PHOTO_COUNT = 6;
/** Its phases and its twenty ballots take longer than all the rest: `npm run matrix` plays it. */
const playsContest = process.env.MATRIX !== undefined;

interface Demo {
  readonly child: ChildProcess;
  readonly output: string;
  /** Where the service keeps its data: to be seen that nothing is left. */
  readonly temporary: string;
  readonly printed: { out: string; err: string };
  readonly exitCode: Promise<number | null>;
}

/** `npm run demo` as a process, with a stand-in for the model that behaves as `words` say. */
function startDemo(name: string, words: string, options: readonly string[] = [], checkpoint = name): Demo {
  const output = join(folder, name);
  // Short, because a socket's path is limited.
  const temporary = mkdtempSync(join(tmpdir(), 'pb-'));
  mkdirSync(join(folder, 'checkpoints', checkpoint), { recursive: true });
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', 'deploy/demo.ts', '--output', output, ...options],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        // What takes the engine's place is a source.
        COMPILED_CHILDREN: '',
        NODE_OPTIONS: `--import ${preload}?words=${encodeURIComponent(words)}`,
        CHECKPOINT: join(folder, 'checkpoints', checkpoint),
        TMPDIR: temporary,
      },
    },
  );
  const printed = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed.err += text;
  });
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output, temporary, printed, exitCode };
}

const readTranscript = (output: string) =>
  JSON.parse(readFileSync(join(output, 'transcript.json'), 'utf8')) as Transcript;
/** Folders of services; tsx keeps a cache of its own beside them. */
const leftOvers = ({ temporary }: Demo) => readdirSync(temporary).filter((name) => name.startsWith('petbooth-'));

/** From /proc, where the fourth field of a process's line is its parent; a name may hold anything but ends with the last bracket. */
const childrenOf = (processId: number) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((id) => {
      try {
        const afterName = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').at(-1)!;
        return Number(afterName.split(' ')[1]) === processId;
      } catch {
        return false;
      }
    })
    .map(Number);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm run demo', () => {
  let demo: Demo;
  let transcript: Transcript;
  beforeAll(async () => {
    demo = startDemo('good', 'slow', playsContest ? ['--contest'] : []);
    expect([await demo.exitCode, demo.printed.err]).toEqual([0, '']);
    transcript = readTranscript(demo.output);
  });

  test('it plays help, training, three new settings, three comparisons, a stop and a question', () => {
    expect(transcript.turns.map(({ said }) => said.split(' ')[0])).toEqual([
      '/help',
      '/train',
      ...Array(6).fill('/imagine'),
      '/train',
      '/train',
    ]);
    const [help, taught, ...others] = transcript.turns;
    expect(help!.answers[0]!.text).toContain('/imagine');
    expect(taught).toMatchObject({ photos: Array(PHOTO_COUNT).fill(expect.stringMatching(/\.jpg$/)) });
    expect(taught!.answers).toMatchObject([
      { kind: 'result', text: expect.stringMatching(/^I know Biscuit now/) },
      { kind: 'info', text: expect.stringMatching(/Biscuit is ready/) },
    ]);
    expect(taught!.progress.some(({ fraction = 0 }) => fraction > 0 && fraction < 1)).toBe(true);
    expect(new Set(others.slice(0, 6).flatMap(({ pictures }) => pictures)).size).toBe(6);
  });

  test('the training that is stopped brings no pet, and says that it stopped', () => {
    const stopped = transcript.turns.at(-2)!;
    expect(stopped.pressed).toBe(locales.en.buttons.cancel);
    expect(stopped.answers.map(({ text }) => text)).toEqual(['Learning Mochi: stopped.', 'I am stopping it.']);
    expect(stopped.pictures).toEqual([]);
  });

  test('the broken photos are named, the good ones are not', () => {
    const doubted = transcript.turns.at(-1)!;
    expect(doubted.answers).toMatchObject([{ kind: 'info' }]);
    expect(doubted.pictures).toHaveLength(1);
    expect(doubted.answers[0]!.text).toContain('(half.png) is damaged');
    expect(doubted.answers[0]!.text).toContain('(holiday.jpg) is not a picture');
    expect(doubted.answers[0]!.text).not.toMatch(/[1-6]\.jpg/);
  });

  test('every picture of the transcript is a PNG beside the page, and with the pet it is another than without', async () => {
    for (const file of transcript.turns.flatMap(({ pictures }) => pictures)) {
      expect((await sharp(join(demo.output, file)).metadata()).format).toBe('png');
    }
    expect(transcript.comparisons).toHaveLength(3);
    for (const { withPet, withoutPet } of transcript.comparisons) {
      expect(readFileSync(join(demo.output, withPet!)).equals(readFileSync(join(demo.output, withoutPet!)))).toBe(
        false,
      );
    }
  });

  test('the page needs nothing else and shows every message, photo and picture', () => {
    const page = readFileSync(join(demo.output, 'index.html'), 'utf8');
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
    for (const { said, pictures } of transcript.turns) {
      expect(page).toContain(said);
      for (const file of pictures) expect(page).toContain(readFileSync(join(demo.output, file)).toString('base64'));
    }
    // Photos beside the comparison and in three messages, two of which broken; pictures; comparisons.
    const pictureCount = transcript.turns.flatMap(({ pictures, previews }) => [...pictures, ...previews]).length;
    expect(page.match(/<img /g)).toHaveLength(3 * PHOTO_COUNT + 2 + pictureCount + 6 + contestPictures().length);
  });

  const contestPictures = () =>
    (transcript.contest?.chapters ?? []).flatMap(({ scenes, telephone }) => [
      ...scenes.flatMap(({ messages }) => messages.flatMap(({ pictures }) => pictures)),
      ...(telephone === undefined ? [] : [telephone]),
    ]);

  test.runIf(playsContest)(
    'in the contest two entries tie, and win together once the one ahead of them is disqualified',
    () => {
      const { chapters, results } = transcript.contest!;
      const said = (chapter: number) => chapters[chapter]!.scenes.map(({ messages }) => messages.at(-1)!.text);
      for (const text of said(3)) {
        expect(text).toMatch(
          /🥇 № \d+ by Omar\n🥈 № \d+ by (Anna|Mats) \(behind by: more marks\)\n🥈 № \d+ by (Anna|Mats)\n/,
        );
        expect(text).toContain('People who voted: 20\n');
      }
      const [told, ...corrected] = said(4);
      expect(told).toMatch(/^Entry \d+ is out/);
      expect(corrected).toHaveLength(2);
      for (const text of corrected) expect(text).toContain('A tie: 2 entries share the first rank.');
      const [heading, ...rows] = results;
      expect(rows).toHaveLength(11);
      const ranked = rows.map((cells) => Object.fromEntries(heading!.map((name, index) => [name, cells[index]])));
      expect(ranked.slice(0, 3).map(({ rank }) => rank)).toEqual(['1', '1', '3']);
      expect(
        ranked
          .slice(0, 2)
          .map(({ author }) => author)
          .toSorted(),
      ).toEqual(['Anna', 'Mats']);
    },
  );

  test.runIf(playsContest)(
    'the page shows what both communities saw of the contest: posts, a ballot, sheets and the winners',
    () => {
      const page = readFileSync(join(demo.output, 'index.html'), 'utf8');
      const { chapters } = transcript.contest!;
      for (const { title, scenes } of chapters) {
        expect(page).toContain(title);
        for (const { where } of scenes) expect(page).toContain(where);
      }
      for (const file of contestPictures())
        expect(page).toContain(readFileSync(join(demo.output, file)).toString('base64'));
      const voting = chapters[2]!;
      expect(voting.scenes.flatMap(({ messages }) => messages).some(({ pictures }) => pictures.length === 1)).toBe(
        true,
      );
      expect(voting.telephone !== undefined).toBe(noBrowserReason === undefined);
      expect(chapters[3]!.scenes.map(({ messages }) => messages[0]!.pictures.length)).toEqual([1, 1]);
    },
  );

  test('the terminal names each message and where to look, and nothing of the service is left', () => {
    for (const { said } of transcript.turns) expect(demo.printed.out).toContain(`› ${said}`);
    expect(demo.printed.out).toContain(join('good', 'index.html'));
    expect(leftOvers(demo)).toEqual([]);
  });
});

describe('npm run demo that goes wrong', () => {
  test('in German it answers in German; a model that fails ends it with one line and exit code 1', async () => {
    const demo = startDemo('failing', 'impossible', ['--lang', 'de']);
    expect(await demo.exitCode).toBe(1);
    expect(demo.printed.out).toContain(locales.de.commands.help.replies.title);
    expect(demo.printed.err.trim().split('\n')).toHaveLength(1);
    expect(demo.printed.err).toContain('“/train name: Biscuit kind: dog” was answered:');
    expect(demo.printed.err).toContain(locales.de.errors.trainingDiverged);
    expect(readdirSync(demo.output)).toEqual(['service.log']);
    expect(leftOvers(demo)).toEqual([]);
  });

  test('a checkpoint that cannot be used is named at the start', async () => {
    const demo = startDemo('refused', '', [], 'broken');
    expect(await demo.exitCode).toBe(1);
    expect(demo.printed.err).toMatch(/The demo failed: the service cannot start: .*'unet\.conv_in\.weight' is missing/);
    expect(leftOvers(demo)).toEqual([]);
  });

  test.skipIf(!existsSync('/proc/self/stat'))('Ctrl+C stops everything it started', async () => {
    const demo = startDemo('interrupted', 'slow');
    await waitFor('the training', () => demo.printed.out.includes('› /train'), 60_000);
    const serviceIds = childrenOf(demo.child.pid!);
    // Service, bot, worker and engine.
    const processIds = serviceIds.flatMap((id) => [
      id,
      ...childrenOf(id).flatMap((child) => [child, ...childrenOf(child)]),
    ]);
    expect(processIds.length).toBeGreaterThanOrEqual(4);
    demo.child.kill('SIGINT');
    expect(await demo.exitCode).toBe(130);
    expect(demo.printed.err).toContain('stopped by SIGINT');
    // The last of them may still be closing its files when the demo itself has gone.
    await waitFor('the end of every process', () => !processIds.some(isAlive), 5_000);
    expect(leftOvers(demo)).toEqual([]);
  });

  test('an unknown language is refused before anything starts', async () => {
    const demo = startDemo('unknown', '', ['--lang', 'tlh']);
    expect(await demo.exitCode).toBe(1);
    expect(demo.printed.err).toContain('--lang tlh');
  });
});
