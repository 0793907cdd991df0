/** A bot in a process of its own, with a Redis and, where asked for, a worker without a model. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BotProcessSettings, BotUsage } from '#test/helpers/bot-process.js';
import { type Child, startChild } from '#test/helpers/child-process.js';
import { startTestRedis, type TestRedis } from '#test/helpers/redis.js';

export interface BotBench {
  readonly folder: string;
  readonly redis: TestRedis;
  startBot(
    settings?: Pick<BotProcessSettings, 'web' | 'discord' | 'telegram'>,
    environment?: Readonly<Record<string, string>>,
  ): Promise<BotUnderTest>;
  startWorker(): Promise<void>;
}

export interface BotUnderTest {
  usage(): Promise<BotUsage>;
  stop(): Promise<void>;
}

const RECONCILE_INTERVAL_MS = 15_000;

export async function withBotBench<Result>(work: (bench: BotBench) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-bench-'));
  const redis = await startTestRedis();
  const children: Child[] = [];
  try {
    return await work({
      folder,
      redis,
      async startBot(platforms = {}, overrides = {}) {
        const environment = {
          DATA_DIR: folder,
          CHECKPOINT: folder,
          LOG_LEVEL: 'warn',
          QUEUE_MAX_PER_PERSON: '1000',
          FLOOD_MAX_COMMANDS: '10000',
        };
        const settings: BotProcessSettings = {
          environment: { ...environment, QUEUE_MAX_PER_SERVER: '100000', QUEUE_MAX_TOTAL: '100000', ...overrides },
          redisUrl: redis.url,
          reconcileIntervalMs: RECONCILE_INTERVAL_MS,
          ...platforms,
        };
        const child = await startChild('bot-process', [JSON.stringify(settings)], {
          logPath: join(folder, 'bot.log'),
          flags: ['--expose-gc'],
        });
        children.push(child);
        return { usage: () => child.ask('usage') as Promise<BotUsage>, stop: () => child.stop() };
      },
      async startWorker() {
        children.push(await startChild('worker-process', [folder, redis.url], { logPath: join(folder, 'worker.log') }));
      },
    });
  } finally {
    await Promise.allSettled(children.map((child) => child.kill()));
    await redis.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
