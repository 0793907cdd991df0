import type { TelegramPlatformOptions } from '#src/platforms/telegram/telegram-platform.js';
import { fastPace, fastTimings } from './fast-timings.js';
import type { TelegramEmulator } from './telegram-emulator.js';

/** What points a platform at an emulator, with the patience of a test. */
export function emulated(emulator: TelegramEmulator) {
  return {
    token: emulator.token,
    apiRoot: emulator.apiRoot,
    pace: fastPace,
    timings: fastTimings,
  } satisfies Partial<TelegramPlatformOptions>;
}
