import { setTimeout as sleep } from 'node:timers/promises';
import type { Talker } from './crowd.js';

/** What people do: look, ask, and every fourth time want a picture. */
const commands = ['queue', 'help', 'pets', 'imagine'] as const;
export const ANSWER_TIMEOUT_MS = 30_000;

export interface Sample {
  readonly isJob: boolean;
  readonly answeredMs: number;
}

/** Asks at fixed times, whether or not earlier ones are answered; a slow service must not slow its load down. */
export async function load(
  talkers: readonly Talker[],
  {
    seconds,
    rate,
    nextPicture,
  }: { readonly seconds: number; readonly rate: number; readonly nextPicture: () => string },
): Promise<Sample[]> {
  const idle = [...talkers];
  const asking: Promise<Sample>[] = [];
  const startedAt = performance.now();
  for (let index = 0; index < seconds * rate; index++) {
    const waitMs = startedAt + (1000 * index) / rate - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const talker = idle.shift();
    if (!talker) throw new Error(`the service fell behind: all ${talkers.length} people wait for an answer`);
    const asked = ask(talker, commands[index % commands.length]!, nextPicture).finally(() => idle.push(talker));
    // Seen at the end; until then it must not end the process.
    asked.catch(() => {});
    asking.push(asked);
  }
  return Promise.all(asking);
}

async function ask(talker: Talker, command: (typeof commands)[number], nextPicture: () => string): Promise<Sample> {
  const isJob = command === 'imagine';
  const askedAt = performance.now();
  const abort = new AbortController();
  const late = sleep(ANSWER_TIMEOUT_MS, undefined, { signal: abort.signal, ref: false }).then(() => {
    throw new Error(`/${command} was not answered within ${ANSWER_TIMEOUT_MS} ms`);
  });
  late.catch(() => {});
  const answered = isJob ? talker.ask(command, nextPicture()) : talker.ask(command);
  answered.catch(() => {});
  await Promise.race([answered, late]);
  abort.abort();
  return { isJob, answeredMs: performance.now() - askedAt };
}
