import type { ChatQueuesOptions } from '#src/platforms/telegram/chat-queues.js';
import type { TelegramTimings } from '#src/platforms/telegram/telegram-platform.js';

/** So that a test need not wait as a person would. */
export const fastTimings: TelegramTimings = {
  requestTimeoutMs: 3000,
  retryDelayMs: 30,
  pollSeconds: 2,
  albumQuietMs: 250,
  counterIntervalMs: 20,
  privateEditIntervalMs: 60,
  groupEditIntervalMs: 60,
  stopGraceMs: 3000,
};

const pace = { burst: 1000, intervalMs: 1 };
export const fastPace: ChatQueuesOptions = { privatePace: pace, groupPace: pace, totalPace: pace };
