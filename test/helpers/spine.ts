import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { inject } from 'vitest';
import { commands } from '#commands/index.js';
import { type BotOptions, type RunningBot, startBot } from '#src/bot.js';
import type { Database } from '#src/database/database.js';
import { childModule } from '#src/operations/child-module.js';
import { type Config, loadConfig } from '#src/operations/config.js';
import { createLog } from '#src/operations/log.js';
import { type RunningWorkerProcess, type StartWorkerOptions, startWorker } from '#workers/start-worker.js';
import { FakeChat, FakePlatform } from './fake-platform.js';
import { startTestRedis, type TestRedis } from './redis.js';
import { startTestS3, type TestS3 } from './s3.js';
import { newServerDatabase } from './test-database.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Files are kept by an S3 server of each test's own. Absent: on disk. */
    readonly keepsInBucket?: boolean;
  }
}

/** Chat, bot, Redis, worker and engine process, all real but the chat and the model. */
export interface Spine {
  readonly folder: string;
  readonly config: Config;
  readonly redis: TestRedis;
  /** Where the project keeps files in a bucket. */
  readonly s3?: TestS3;
  readonly chat: FakeChat;
  platform: FakePlatform;
  /** That of the bot that runs. */
  database: Database | undefined;
  startBot(overrides?: Partial<BotOptions>): Promise<RunningBot>;
  startWorker(overrides?: Partial<StartWorkerOptions>): Promise<RunningWorkerProcess>;
  /** Everything that was started and not yet stopped. */
  stop(): Promise<void>;
  readonly log: Logger;
  readonly logLines: string[];
}

export async function createSpine(environment: Record<string, string> = {}): Promise<Spine> {
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-spine-'));
  const databaseUrl = await newServerDatabase();
  if (databaseUrl === undefined)
    await cp(join(process.env.EMPTY_DATABASE!, 'postgres'), join(folder, 'postgres'), { recursive: true });
  const redis = await startTestRedis();
  const s3 = inject('keepsInBucket') ? await startTestS3() : undefined;
  const config = loadConfig({
    DATA_DIR: folder,
    CHECKPOINT: folder,
    LOG_LEVEL: 'debug',
    // A script says in seconds what takes a person minutes.
    FLOOD_MAX_COMMANDS: '10000',
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    ...s3?.settings,
    ...environment,
  });
  const logLines: string[] = [];
  const log = createLog({
    level: config.LOG_LEVEL,
    name: 'test',
    destination: { write: (line) => void logLines.push(line) },
  });
  const running = new Set<{ stop(): Promise<void> }>();
  const track = <Started extends { stop(): Promise<void> }>(started: Started): Started => {
    const stop = started.stop.bind(started);
    running.add(started);
    started.stop = async () => {
      if (!running.delete(started)) return;
      await stop();
    };
    return started;
  };
  const chat = new FakeChat();
  const spine: Spine = {
    folder,
    config,
    redis,
    ...(s3 && { s3 }),
    chat,
    log,
    logLines,
    platform: new FakePlatform(chat),
    database: undefined,
    async startBot(overrides = {}) {
      spine.platform = new FakePlatform(chat);
      return track(
        await startBot({
          config,
          redisUrl: redis.url,
          commands,
          createPlatforms: () => [spine.platform],
          log,
          judge: { scoreOf: async () => 0, stop: () => {} },
          editIntervalMs: 20,
          reconcileIntervalMs: 300,
          onOpened: (database) => {
            spine.database = database;
          },
          ...overrides,
        }),
      );
    },
    async startWorker(overrides = {}) {
      return track(
        await startWorker({
          config: { ...config, LOG_LEVEL: 'silent' },
          redisUrl: redis.url,
          log,
          engineModule: childModule('./fake-engine', import.meta.url).file,
          lockDurationMs: 1500,
          stalledIntervalMs: 500,
          reportIntervalMs: 20,
          sliceCheckMs: 20,
          ...overrides,
        }),
      );
    },
    async stop() {
      for (const started of [...running]) await started.stop();
      await redis.stop();
      await s3?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return spine;
}
