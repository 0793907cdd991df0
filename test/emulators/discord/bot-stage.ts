import { expect } from 'vitest';
import type { BotOptions, RunningBot } from '#src/bot.js';
import { DiscordPlatform, type DiscordPlatformOptions } from '#src/platforms/discord/discord-platform.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { DiscordEmulator, type EmulatorOptions } from './discord-emulator.js';
import { emulated } from './setup.js';

/** A whole bot on the real client library, in front of the emulator. */
export interface DiscordBotStage {
  readonly emulator: DiscordEmulator;
  readonly spine: Spine;
  startBot(overrides?: Partial<BotOptions>): Promise<RunningBot>;
  /** Ends everything, and looks whether the bot did anything that Discord would refuse, or said a token aloud. */
  end(): Promise<void>;
}

export async function createBotStage(
  options: { readonly emulator?: EmulatorOptions; readonly platform?: Partial<DiscordPlatformOptions> } = {},
): Promise<DiscordBotStage> {
  const emulator = await DiscordEmulator.start(options.emulator);
  const spine = await createSpine();
  const common = { ...emulated(emulator), log: spine.log };
  return {
    emulator,
    spine,
    startBot: (overrides = {}) =>
      spine.startBot({
        createPlatforms: (blobs, { notesOf }) => [
          new DiscordPlatform({ ...common, notes: notesOf('discord'), blobs, ...options.platform }),
        ],
        ...overrides,
      }),
    async end() {
      await spine.stop();
      await emulator.stop();
      expect(emulator.violations).toEqual([]);
      const said = spine.logLines.join('');
      expect(said).not.toContain(emulator.token);
      for (const { token } of emulator.state.interactions.values()) expect(said).not.toContain(token);
    },
  };
}
