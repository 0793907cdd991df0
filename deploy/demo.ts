/** `npm run demo`: the real service plays one conversation, and a contest where asked to; demo/index.html shows them. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { localeNames } from '#locales/index.js';
import { playConversation } from './demo/conversation.js';
import { writeResults } from './demo/results.js';
import { type RunningService, startService } from './demo/service.js';
import { createTerminal } from './demo/terminal.js';
import { findServer, installServer } from './install-redis.js';

const USAGE = `npm run demo -- [options]
  --lang <code>      language of the bot's answers: ${localeNames.join(', ')} (default: en)
  --output <folder>  where page, transcript and pictures go (default: demo)
  --samples <folder> photos, in the folders biscuit and mochi (default: those of toy-pets)
  --contest          play a contest as well, in a community on Discord and one on Telegram, both emulated
  --keep             leave the database and the pictures of the service where they are`;

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof EXIT_CODES;

class Interruption extends Error {
  readonly exitCode: number;

  constructor(signal: Signal) {
    super(`stopped by ${signal}`);
    this.exitCode = EXIT_CODES[signal];
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      lang: { type: 'string', default: 'en' },
      output: { type: 'string', default: 'demo' },
      samples: { type: 'string', default: join(packageFolder, 'models/checkpoints/toy-pets/samples') },
      contest: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const language = localeNames.find((name) => name === values.lang);
  if (!language) throw new Error(`--lang ${values.lang} is not there\n${USAGE}`);
  return { ...values, language };
}

async function main(options: ReturnType<typeof readOptions>): Promise<void> {
  const startedAt = performance.now();
  const output = resolve(options.output);
  const shown = (file: string) => relative(process.cwd(), join(output, file));
  const terminal = createTerminal();
  const abort = new AbortController();
  for (const signal of Object.keys(EXIT_CODES) as Signal[]) {
    process.once(signal, () => {
      terminal.line('Stopping …');
      abort.abort(new Interruption(signal));
      // Whoever asks twice does not want to wait; the service then stops by itself.
      process.once(signal, () => process.exit(EXIT_CODES[signal]));
    });
  }
  const interrupted = new Promise<never>((_, reject) => {
    abort.signal.addEventListener('abort', () => reject(abort.signal.reason), { once: true });
  });
  interrupted.catch(() => {});
  await mkdir(output, { recursive: true });
  await removeFormerResults(output);

  // Here, where there may be a terminal to ask on; the service itself has none, and little time.
  if (findServer(process.env.PATH) === undefined) await installServer(terminal.line);
  const { conversation, startSeconds, dataFolder } = await converse();
  const facts = () => ({
    language: options.language,
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores`,
    ...(process.env.TRAIN_STEPS ? { trainSteps: Number(process.env.TRAIN_STEPS) } : {}),
    startSeconds,
    totalSeconds: (performance.now() - startedAt) / 1000,
  });
  await writeResults(output, conversation, facts());
  if (options.contest) await writeResults(output, conversation, facts(), await contest());
  terminal.line('');
  if (options.keep) terminal.line(`The service's data: ${dataFolder}`);
  terminal.line(`Look at ${shown('index.html')} (${pathToFileURL(join(output, 'index.html'))})`);

  async function converse() {
    let service: RunningService | undefined;
    try {
      terminal.passing('Starting Petbooth …');
      service = await startService({
        logPath: join(output, 'service.log'),
        keepData: options.keep,
        signal: abort.signal,
      });
      const { url, startMs, dataFolder, ended } = service;
      terminal.line(`Petbooth was ready after ${(startMs / 1000).toFixed(1)} s: ${url}`);
      const playing = playConversation({
        url,
        language: options.language,
        samplesFolder: resolve(options.samples),
        signal: abort.signal,
        onTurn: terminal.said,
        onProgress: terminal.progress,
        onAnswer: terminal.answered,
      });
      const conversation = await Promise.race([playing, ended, interrupted]);
      return { conversation, startSeconds: startMs / 1000, dataFolder };
    } catch (error) {
      if (error instanceof Interruption) throw error;
      const complaint = await service?.complaint();
      const reason = error instanceof Error ? error.message : String(error);
      const log = complaint && !reason.includes(complaint) ? ` The service says: ${complaint}.` : '';
      throw new Error(`${reason}${log} Its log: ${shown('service.log')}`, { cause: error });
    } finally {
      await service?.stop();
    }
  }

  async function contest() {
    terminal.line('');
    try {
      // With it come the emulators, which only a checkout with the packages of development has.
      const { playContest } = await import('./demo/contest/play-contest.js');
      const { language } = options;
      const logPath = join(output, 'contest.log');
      return await playContest({ language, logPath, interrupted, onStep: terminal.line });
    } catch (error) {
      if (error instanceof Interruption) throw error;
      const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
      throw new Error(`the contest: ${reason} Its log: ${shown('contest.log')}`, { cause: error });
    }
  }
}

/** Only what an earlier demo wrote: `--output` may name any folder. */
async function removeFormerResults(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const isOurs =
      /^(index\.html|transcript\.json|(service|contest)\.log|\d\d-[a-z0-9-]+\.png|contest-[a-z0-9-]+\.(png|jpg))$/.test(
        name,
      );
    if (isOurs) await rm(join(folder, name));
  }
}

try {
  const options = readOptions();
  if (options.help) process.stdout.write(`${USAGE}\n`);
  else await main(options);
  process.exit(0);
} catch (error) {
  process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof Interruption ? error.exitCode : 1);
}
