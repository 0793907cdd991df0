/** `npm run demo`: the real service plays one conversation; demo/ shows it. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { playConversation, type Turn } from './demo/conversation.js';
import { renderPage } from './demo/page.js';
import { startService } from './demo/service.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    language: { type: 'string', default: 'en' },
    photos: { type: 'string', default: join(root, 'models', 'checkpoints', 'toy-pets', 'samples', 'biscuit') },
    output: { type: 'string', default: 'demo' },
  },
});
const output = resolve(values.output);

/** One line that is rewritten on a terminal; plain lines, each tenth of the way, elsewhere. */
function createReporter(): (line: string, fraction?: number) => void {
  let lastTenth = -1;
  let isLive = false;
  return (line, fraction) => {
    const first = line.split('\n')[0]!;
    if (fraction === undefined || !process.stdout.isTTY) {
      const tenth = Math.floor((fraction ?? 0) * 10);
      if (fraction !== undefined && tenth === lastTenth) return;
      lastTenth = fraction === undefined ? -1 : tenth;
      process.stdout.write(`${isLive ? '\r\x1b[K' : ''}${fraction === undefined ? line : first}\n`);
      isLive = false;
      return;
    }
    process.stdout.write(`\r\x1b[K${first.slice(0, (process.stdout.columns ?? 80) - 1)}`);
    isLive = true;
  };
}

async function writeResults(turns: readonly Turn[], startMs: number): Promise<void> {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const transcript = [];
  for (const [index, { said, photos, answer, pictures, previews, seconds, note }] of turns.entries()) {
    const files: string[] = [];
    for (const [number, bytes] of [...previews, ...pictures.map((picture) => picture.bytes)].entries()) {
      const name = `${index + 1}-${number < previews.length ? 'preview' : 'picture'}-${number + 1}.png`;
      await writeFile(join(output, name), bytes);
      files.push(name);
    }
    transcript.push({
      said,
      photos: photos.map(({ name }) => name),
      kind: answer.kind,
      answer: answer.text,
      files,
      seconds,
      note,
    });
  }
  await writeFile(
    join(output, 'transcript.json'),
    `${JSON.stringify({ startMs: Math.round(startMs), turns: transcript }, null, 2)}\n`,
  );
  await writeFile(join(output, 'index.html'), renderPage(turns, values.language));
}

async function main(): Promise<void> {
  process.stdout.write('Starting Petbooth …\n');
  const service = await startService();
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
  });
  try {
    process.stdout.write(`Ready after ${(service.startMs / 1000).toFixed(1)} s at ${service.url}\n`);
    const conversation = playConversation({
      url: service.url,
      language: values.language,
      photoFolder: values.photos,
      onProgress: createReporter(),
    });
    const turns = await Promise.race([conversation, service.ended, interrupted]);
    await writeResults(turns, service.startMs);
    process.stdout.write(`\nLook at ${relative(process.cwd(), join(output, 'index.html'))}\n`);
  } finally {
    await service.stop();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
