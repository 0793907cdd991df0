/** The bot with the client libraries of Discord and Telegram in front of emulated services, and a worker. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRedis } from '#deploy/ensure-redis.js';
import { childModule } from '#src/operations/child-module.js';
import { compiledSources } from '#src/operations/compiled-sources.js';
import { environmentFor } from '#src/operations/process-environment.js';
import { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';
import { emulated } from '#test/emulators/telegram/setup.js';
import { TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
import type { BotProcessSettings } from '#test/helpers/bot-process.js';
import { startChild } from '#test/helpers/child-process.js';
import { freePort } from '../free-port.js';
import { freshSettings } from '../service.js';
import { startProcess } from '../started-process.js';

export interface BotForCommunities {
  readonly discord: DiscordEmulator;
  readonly telegram: TelegramEmulator;
  stop(): Promise<void>;
}

/** @param logPath what bot and worker note */
export async function startBotForCommunities(logPath: string): Promise<BotForCommunities> {
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'petbooth-contest-'));
    closing.push(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
    await writeFile(logPath, '');
    // No process has to compile what it imports.
    process.env.COMPILED_CHILDREN ??= await compiledSources();
    const redis = await ensureRedis({ dataDir: folder, onMessage: () => {} });
    closing.push(redis.stop);
    const [discord, telegram] = await Promise.all([DiscordEmulator.start(), TelegramEmulator.start()]);
    closing.push(() => Promise.all([discord.stop(), telegram.stop()]));
    const environment = { ...freshSettings(), DATA_DIR: folder, REDIS_URL: redis.url };
    const bot = startBot({ environment: { ...environment, ...(await pages()) }, logPath, discord, telegram });
    const worker = startWorker(environment, logPath);
    for (const starting of [bot, worker]) closing.push(async () => (await starting.catch(() => undefined))?.stop());
    await Promise.all([bot, worker]);
    return { discord, telegram, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the bot needs for pages of contests, and to hear a moderator who decides in seconds about twelve entries. */
async function pages(): Promise<Record<string, string>> {
  const port = await freePort();
  return {
    WEB_PUBLIC_URL: `http://localhost:${port}/`,
    WEB_PUBLIC_PORT: String(port),
    FLOOD_MAX_COMMANDS: '10000',
  };
}

interface BotOptions extends Pick<BotForCommunities, 'discord' | 'telegram'>, Pick<BotProcessSettings, 'environment'> {
  readonly logPath: string;
}

function startBot({ environment, logPath, discord: { token, apiRoot, cdnHost }, telegram }: BotOptions) {
  const settings: BotProcessSettings = {
    environment: { ...environmentFor('bot', process.env), ...environment },
    redisUrl: environment.REDIS_URL!,
    discord: { token, api: apiRoot, fileHosts: [cdnHost] },
    telegram: emulated(telegram),
  };
  return startChild('bot-process', [JSON.stringify(settings)], { logPath });
}

async function startWorker(environment: Readonly<Record<string, string>>, logPath: string) {
  const { file, execArgv } = childModule('../../../workers/main', import.meta.url);
  const worker = await startProcess({
    name: 'worker',
    parameters: [...execArgv, file],
    environment: { ...environmentFor('worker', process.env), ...environment },
    logPath,
  });
  await worker.ready.catch(async (error: unknown) => {
    await worker.stop();
    throw error;
  });
  return worker;
}
