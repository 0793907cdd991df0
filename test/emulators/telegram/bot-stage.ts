import { expect } from 'vitest';
import type { BotOptions, RunningBot } from '#src/bot.js';
import { TelegramPlatform } from '#src/platforms/telegram/telegram-platform.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { emulated } from './setup.js';
import { TelegramEmulator } from './telegram-emulator.js';

/** A whole bot on the real client library, in front of the emulator. */
export interface TelegramBotStage {
  readonly emulator: TelegramEmulator;
  readonly spine: Spine;
  startBot(overrides?: Partial<BotOptions>): Promise<RunningBot>;
  /** Ends everything, and looks whether the bot did anything that Telegram would refuse, or said its token aloud. */
  end(): Promise<void>;
}

export async function createBotStage(): Promise<TelegramBotStage> {
  const emulator = await TelegramEmulator.start();
  const spine = await createSpine();
  return {
    emulator,
    spine,
    startBot: (overrides = {}) =>
      spine.startBot({
        createPlatforms: (blobs, { notesOf }) => [
          new TelegramPlatform({ ...emulated(emulator), notes: notesOf('telegram'), blobs, log: spine.log }),
        ],
        ...overrides,
      }),
    async end() {
      await spine.stop();
      await emulator.stop();
      expect(emulator.violations).toEqual([]);
      expect(spine.logLines.join('')).not.toContain(emulator.token.split(':')[1]);
    },
  };
}
