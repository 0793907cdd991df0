import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from '#commands/index.js';
import { FileBlobStore } from '#src/blobs/blobs.js';
import type { MessageReference, Person, PlatformName } from '#src/core/place.js';
import { type Config, loadConfig } from '#src/operations/config.js';
import { createLog } from '#src/operations/log.js';
import { DiscordPlatform, type DiscordPlatformOptions } from '#src/platforms/discord/discord-platform.js';
import type { OutgoingMessage, Platform } from '#src/platforms/platform.js';
import { TelegramPlatform, type TelegramPlatformOptions } from '#src/platforms/telegram/telegram-platform.js';
import { MemoryNotes } from '#test/helpers/memory-notes.js';
import { ScriptedBot } from '#test/helpers/scripted-bot.js';

/** What the smoke test needs besides the bot's own settings. */
const channelNames = { discord: 'DISCORD_SMOKE_CHANNEL', telegram: 'TELEGRAM_SMOKE_CHAT' } as const;
const tokenNames = { discord: 'DISCORD_TOKEN', telegram: 'TELEGRAM_TOKEN' } as const;
type Tested = keyof typeof tokenNames;

export interface SmokeOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly write: (line: string) => void;
  /** For tests: where the services are. */
  readonly discord?: Partial<DiscordPlatformOptions>;
  readonly telegram?: Partial<TelegramPlatformOptions>;
}

type Speaking = Platform & { remove(reference: MessageReference): Promise<void> };

/**
 * Says hello to the live services with the bot's own code: registers the commands, posts one message and deletes it. Listens to
 * nobody, so that a bot that is running with the same tokens is not disturbed.
 * @returns whether every service that has a token works, and at least one has
 */
export async function smoke(options: SmokeOptions): Promise<boolean> {
  const { environment, write } = options;
  const config = loadConfig(environment);
  const chosen = (Object.keys(tokenNames) as Tested[]).filter((name) => config[tokenNames[name]] !== undefined);
  if (chosen.length === 0) {
    const pairs = (Object.keys(tokenNames) as Tested[]).map((name) => `${tokenNames[name]} and ${channelNames[name]}`);
    write(`nothing was tried: set ${pairs.join(', or ')}`);
    return false;
  }
  let isFine = true;
  for (const name of chosen) {
    const channel = environment[channelNames[name]]?.trim() ?? '';
    if (!/^-?\d{1,20}$/.test(channel)) {
      write(`${name}: not tried: ${channelNames[name]} has to be the number of a channel to post in`);
      isFine = false;
      continue;
    }
    try {
      await tryService(name, channel, config, options);
    } catch (error) {
      write(`${name}: FAILED: ${error instanceof Error ? error.message : String(error)}`);
      isFine = false;
    }
  }
  return isFine;
}

async function tryService(name: Tested, channel: string, config: Config, options: SmokeOptions): Promise<void> {
  const { write } = options;
  // Nothing is known, so that everything is really asked of the service.
  const notes = new MemoryNotes();
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-smoke-'));
  const platform = createPlatform(name, { folder, notes }, config, options);
  try {
    await platform.start(new ScriptedBot(commands));
    write(`${name}: connected`);
    // Written where the service took the commands, and not before.
    if ((await notes.read('commands')).length === 0)
      throw new Error('the commands were refused; LOG_LEVEL=warn shows why');
    write(`${name}: commands registered`);
    const person: Person = { platform: name satisfies PlatformName, id: '0', name: 'smoke test' };
    const message: OutgoingMessage = { kind: 'info', text: `Petbooth smoke test, ${new Date().toISOString()}` };
    const key = `smoke-${Date.now()}`;
    const reference = await platform.send({ platform: name, channel }, message, { key, person });
    if (reference.place.channel !== channel) throw new Error('the message could not be posted in that channel');
    write(`${name}: message posted`);
    await platform.edit(reference, { ...message, text: `${message.text}, edited` });
    write(`${name}: message edited`);
    await platform.remove(reference);
    write(`${name}: message deleted`);
  } finally {
    await platform.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function createPlatform(
  name: Tested,
  { folder, notes }: { readonly folder: string; readonly notes: MemoryNotes },
  config: Config,
  options: SmokeOptions,
): Speaking {
  const log = createLog({ level: config.LOG_LEVEL === 'info' ? 'error' : config.LOG_LEVEL, name: 'smoke' });
  const blobs = new FileBlobStore({ folder: join(folder, 'blobs'), maxBytes: config.MAX_BLOB_BYTES });
  const common = { token: config[tokenNames[name]]!, notes, blobs, log, listens: false };
  if (name === 'telegram')
    return new TelegramPlatform({ ...common, apiRoot: config.TELEGRAM_API_ROOT, ...options.telegram });
  return new DiscordPlatform({
    ...common,
    shards: config.DISCORD_SHARDS,
    // What it registers stays, so it has to be what the bot registers.
    allowsUserInstall: config.DISCORD_USER_INSTALL === 'yes',
    ...options.discord,
  });
}
