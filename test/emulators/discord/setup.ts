import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { commands } from '#commands/index.js';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { createLog } from '#src/operations/log.js';
import { DiscordPlatform, type DiscordPlatformOptions } from '#src/platforms/discord/discord-platform.js';
import { MemoryNotes } from '#test/helpers/memory-notes.js';
import { ScriptedBot } from '#test/helpers/scripted-bot.js';
import { DiscordEmulator, type EmulatorOptions } from './discord-emulator.js';

/** What points a platform at an emulator, with the patience of a test. */
export function emulated(emulator: DiscordEmulator) {
  return {
    token: emulator.token,
    api: emulator.apiRoot,
    fileHosts: [emulator.cdnHost],
    now: () => emulator.clock.now(),
    requestTimeoutMs: 1500,
    backoffMs: 20,
    statusIntervalMs: 20,
  } satisfies Partial<DiscordPlatformOptions>;
}

/** The platform on the real client library, in front of the emulator, with a bot that does what a test says. */
export async function createStage(
  options: { readonly emulator?: EmulatorOptions; readonly platform?: Partial<DiscordPlatformOptions> } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-discord-'));
  const emulator = await DiscordEmulator.start(options.emulator);
  const blobs = new FileBlobStore({ folder: join(folder, 'blobs'), maxBytes: 64 * 1024 * 1024 });
  const bot = new ScriptedBot(commands);
  const notes = new MemoryNotes();
  const logLines: string[] = [];
  const log = createLog({ level: 'trace', name: 'test', destination: { write: (line) => void logLines.push(line) } });
  const createPlatform = (overrides: Partial<DiscordPlatformOptions> = {}) =>
    new DiscordPlatform({
      ...emulated(emulator),
      notes,
      blobs,
      log,
      ...options.platform,
      ...overrides,
    });
  const stage = {
    folder,
    emulator,
    blobs,
    bot,
    /** Outlast the platform, as a database does. */
    notes,
    log,
    logLines,
    createPlatform,
    platform: createPlatform(),
    start: () => stage.platform.start(bot),
    async restart() {
      await stage.platform.stop();
      stage.platform = createPlatform();
      await stage.start();
    },
    /** Ends everything, and looks whether the bot did anything that Discord would refuse, or said a token aloud. */
    async end({ violations = [] as readonly RegExp[] } = {}) {
      await stage.platform.stop();
      await emulator.stop();
      await rm(folder, { recursive: true, force: true });
      expect(emulator.violations.filter((violation) => !violations.some((pattern) => pattern.test(violation)))).toEqual(
        [],
      );
      expect(emulator.pendingFaults, 'faults that nothing met').toBe(0);
      const said = logLines.join('');
      expect(said).not.toContain(emulator.token);
      for (const { token } of emulator.state.interactions.values()) expect(said).not.toContain(token);
    },
  };
  return stage;
}

export type Stage = Awaited<ReturnType<typeof createStage>>;
