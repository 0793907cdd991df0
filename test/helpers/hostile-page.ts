/** @file A bot of its own behind the chat page, somebody who attacks it, and somebody else who only wants an answer. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Identity } from '#src/platforms/web/identity.js';
import { type PhotoFile, WebClient } from '#src/platforms/web/web-client.js';
import type { WebLimits } from '#src/platforms/web/web-platform.js';
import type { BotProcessSettings, BotUsage } from './bot-process.js';
import { type Child, startChild } from './child-process.js';
import { startTestRedis } from './redis.js';

export interface HostilePage {
  readonly url: string;
  readonly folder: string;
  /** Also resets how long nothing else could run. */
  usage(): Promise<BotUsage>;
  /** A person with a chat page of their own; everybody is told apart by a cookie. */
  arrive(person?: Newcomer): Promise<WebClient>;
  stop(): Promise<void>;
}

/** Known before the bot is started, so that something may lie there for them. */
export interface Newcomer {
  readonly id: string;
  readonly cookie: string;
}

export interface Harm {
  readonly answers: number;
  readonly slowestAnswerMs: number;
  /** For how long the bot could do nothing else. */
  readonly longestBlockMs: number;
  /** By how much the bot's largest memory so far has grown. */
  readonly grownBytes: number;
}

const answerTimeoutMs = 60_000;
const pauseMs = 100;

export interface HostilePageOptions extends Pick<BotProcessSettings, 'reconcileIntervalMs'> {
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: Partial<WebLimits>;
  readonly prepare?: (folder: string, issue: () => Newcomer) => Promise<void>;
  /** One without a model. */
  readonly hasWorker?: boolean;
}

export async function startHostilePage({
  environment = {},
  limits,
  prepare,
  hasWorker = false,
  reconcileIntervalMs,
}: HostilePageOptions = {}): Promise<HostilePage> {
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-hostile-'));
  const redis = await startTestRedis();
  const dataFolder = join(folder, 'web');
  const secret = randomBytes(32);
  // As an earlier version kept it, so that whoever is known beforehand is known to the bot.
  await mkdir(dataFolder, { recursive: true });
  await writeFile(join(dataFolder, 'cookie-secret'), secret);
  const identity = new Identity(secret);
  await prepare?.(folder, () => {
    const { id, cookie } = identity.issue();
    return { id, cookie: cookie.split(';')[0]! };
  });
  const settings: BotProcessSettings = {
    environment: { DATA_DIR: folder, CHECKPOINT: folder, LOG_LEVEL: 'warn', ...environment },
    redisUrl: redis.url,
    ...(reconcileIntervalMs !== undefined && { reconcileIntervalMs }),
    web: {
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      olderFolder: dataFolder,
      maxPhotoBytes: 20 * 1024 * 1024,
      ...(limits && { limits }),
    },
  };
  const bot = await startChild('bot-process', [JSON.stringify(settings)], { logPath: join(folder, 'bot.log') });
  const usage = () => bot.ask('usage') as Promise<BotUsage>;
  const url = (bot.told as BotUsage).url!;
  const children: Child[] = [bot];
  if (hasWorker)
    children.push(await startChild('worker-process', [folder, redis.url], { logPath: join(folder, 'worker.log') }));
  const clients: WebClient[] = [];
  return {
    url,
    folder,
    usage,
    async arrive(person) {
      const client = await WebClient.open(url, { language: 'en', ...(person && { cookie: person.cookie }) });
      clients.push(client);
      await client.waitFor(({ author }) => author === 'bot', answerTimeoutMs);
      return client;
    },
    async stop() {
      for (const client of clients) client.close();
      for (const child of children) await child.kill();
      await redis.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** @returns when the bot has said something that it had not said before */
export async function answerTo(
  client: WebClient,
  words: string,
  {
    photos = [],
    timeoutMs = answerTimeoutMs,
  }: { readonly photos?: readonly PhotoFile[]; readonly timeoutMs?: number } = {},
): Promise<{ ms: number; text: string }> {
  const known = new Set(client.messages.map(({ id }) => id));
  const startedAt = performance.now();
  await client.send(words, photos);
  const { text } = await client.waitFor(({ id, author }) => author === 'bot' && !known.has(id), timeoutMs);
  return { ms: performance.now() - startedAt, text };
}

/** Asks again and again for somebody else while an attack runs, and once more after it. */
export async function harmOf(page: HostilePage, onlooker: WebClient, attack: () => Promise<unknown>): Promise<Harm> {
  const before = await page.usage();
  let isOver = false;
  const attacking = attack().finally(() => {
    isOver = true;
  });
  attacking.catch(() => {});
  const times: number[] = [];
  for (let isLast = false; !isLast; await sleep(pauseMs)) {
    isLast = isOver;
    times.push((await answerTo(onlooker, '/help')).ms);
  }
  await attacking;
  const after = await page.usage();
  return {
    answers: times.length,
    slowestAnswerMs: Math.max(...times),
    longestBlockMs: after.loopDelay.maxMs,
    grownBytes: after.peakMemoryBytes - before.peakMemoryBytes,
  };
}
