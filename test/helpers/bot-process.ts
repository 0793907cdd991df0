import { monitorEventLoopDelay } from 'node:perf_hooks';
import { sql } from 'drizzle-orm';
import { commands } from '#commands/index.js';
import { type BotOptions, startBot } from '#src/bot.js';
import type { Database } from '#src/database/database.js';
import { loadConfig } from '#src/operations/config.js';
import { createLog } from '#src/operations/log.js';
import { DiscordPlatform, type DiscordPlatformOptions } from '#src/platforms/discord/discord-platform.js';
import { TelegramPlatform, type TelegramPlatformOptions } from '#src/platforms/telegram/telegram-platform.js';
import { WebPlatform, type WebPlatformOptions } from '#src/platforms/web/web-platform.js';

export interface BotProcessSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly redisUrl: string;
  readonly discord?: Omit<DiscordPlatformOptions, 'notes' | 'blobs' | 'log' | 'now' | 'beforeRequest'>;
  readonly telegram?: Omit<TelegramPlatformOptions, 'notes' | 'blobs' | 'log' | 'beforeRequest'>;
  readonly web?: Omit<WebPlatformOptions, 'notes' | 'blobs' | 'log'>;
  /** As in production, unless a test cannot wait for it. */
  readonly reconcileIntervalMs?: number;
  readonly lease?: BotOptions['lease'];
}

/** What the process has used since its start. */
export interface BotUsage {
  readonly url: string | undefined;
  readonly memory: NodeJS.MemoryUsage;
  readonly peakMemoryBytes: number;
  readonly cpuMs: number;
  /** For how long nothing else could run, since it was asked for last. */
  readonly loopDelay: { readonly p99Ms: number; readonly maxMs: number };
}

/** A bot in a process of its own, in front of emulators, to be killed by a test or measured by a benchmark. */
const settings = JSON.parse(process.argv[2]!) as BotProcessSettings;
const loopDelays = monitorEventLoopDelay({ resolution: 5 });
loopDelays.enable();
const config = loadConfig(settings.environment);
const log = createLog({ level: config.LOG_LEVEL, name: 'bot' });
let database: Database | undefined;
const bot = await startBot({
  config,
  redisUrl: settings.redisUrl,
  commands,
  createPlatforms: (blobs, { notesOf, assertLeading: beforeRequest }) => [
    ...(settings.discord
      ? [new DiscordPlatform({ ...settings.discord, notes: notesOf('discord'), blobs, log, beforeRequest })]
      : []),
    ...(settings.telegram
      ? [new TelegramPlatform({ ...settings.telegram, notes: notesOf('telegram'), blobs, log, beforeRequest })]
      : []),
    ...(settings.web ? [new WebPlatform({ ...settings.web, notes: notesOf('web'), blobs, log })] : []),
  ],
  log,
  reconcileIntervalMs: settings.reconcileIntervalMs ?? 500,
  requeueAfterMs: 3000,
  ...(settings.lease && { lease: settings.lease }),
  onOpened: (opened) => {
    database = opened;
  },
});

async function stop(): Promise<never> {
  await bot.stop();
  process.exit(0);
}
process.on('disconnect', () => void stop());
process.on('message', (asked) => {
  if (asked === 'stop') void stop();
  if (asked === 'usage') tellUsage();
  const statement = /^sql (.*)$/s.exec(String(asked))?.[1];
  if (statement !== undefined) void tellRows(statement);
});
tellUsage();

/** An embedded database is open to this process alone. */
async function tellRows(statement: string): Promise<void> {
  const { rows } = (await database!.execute(sql.raw(statement))) as unknown as { readonly rows: readonly unknown[] };
  process.send?.(rows);
}

function tellUsage(): void {
  const loopDelay = { p99Ms: loopDelays.percentile(99) / 1e6, maxMs: loopDelays.max / 1e6 };
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const [url] = bot.platforms.flatMap((platform) => (platform instanceof WebPlatform ? platform.url : []));
  process.send?.({
    url,
    memory: process.memoryUsage(),
    peakMemoryBytes: 1024 * process.resourceUsage().maxRSS,
    cpuMs: (user + system) / 1000,
    loopDelay,
  } satisfies BotUsage);
  loopDelays.reset();
}
