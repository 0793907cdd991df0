import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';

/** The codes that this platform reacts to; https://discord.com/developers/docs/topics/opcodes-and-status-codes */
export const codes = {
  unknownChannel: 10003,
  unknownMember: 10007,
  unknownMessage: 10008,
  unknownUser: 10013,
  unknownWebhook: 10015,
  unknownInteraction: 10062,
  oldMessageEdits: 30046,
  tooLarge: 40005,
  alreadyAcknowledged: 40060,
  missingAccess: 50001,
  cannotMessageUser: 50007,
  missingPermissions: 50013,
  wrongChannelType: 50024,
  invalidWebhookToken: 50027,
  archivedThread: 50083,
  threadExists: 160004,
  threadLocked: 160005,
  blockedByAutoMod: 200000,
  titleBlockedByAutoMod: 200001,
} as const;

/**
 * A request that failed, in words that can be logged. The library's own errors carry the address, which may hold a token, and
 * the body, which holds what people wrote; so they are never passed on, not even as a cause.
 */
export class DiscordRequestError extends Error {
  /** Of Discord; 0 where it gave none. */
  readonly code: number;
  /** Of HTTP; undefined where no answer came. */
  readonly status: number | undefined;
  /** The request may have been carried out all the same. */
  readonly isUncertain: boolean;
  /** Discord asks for a longer pause than we are ready to wait. */
  readonly isRateLimit: boolean;

  constructor(
    message: string,
    facts: { code?: number; status?: number; isUncertain?: boolean; isRateLimit?: boolean } = {},
  ) {
    super(message);
    this.name = 'DiscordRequestError';
    this.code = facts.code ?? 0;
    this.status = facts.status;
    this.isUncertain = facts.isUncertain ?? false;
    this.isRateLimit = facts.isRateLimit ?? false;
  }

  is(...wanted: (keyof typeof codes)[]): boolean {
    return wanted.some((name) => codes[name] === this.code);
  }
}

/** @param what method and route without ids and tokens */
export function describeFailure(error: unknown, what: string): DiscordRequestError {
  if (error instanceof DiscordRequestError) return error;
  if (error instanceof DiscordAPIError) {
    const code = Number(error.code) || 0;
    // Discord's sentence; the list of wrong fields after the first line may quote what was sent.
    const sentence = redact(error.message.split('\n')[0] ?? '');
    return new DiscordRequestError(`${what}: ${error.status}, code ${code}: ${sentence}`, {
      code,
      status: error.status,
    });
  }
  if (error instanceof HTTPError) {
    return new DiscordRequestError(`${what}: status ${error.status}`, { status: error.status, isUncertain: true });
  }
  if (error instanceof RateLimitError) {
    const seconds = Math.ceil(Math.max(error.retryAfter, error.timeToReset) / 1000);
    return new DiscordRequestError(`${what}: rate limited for ${seconds} s`, { status: 429, isRateLimit: true });
  }
  return new DiscordRequestError(`${what}: no answer (${nameOf(error)})`, { isUncertain: true });
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name;
}

/** Bot tokens have three parts; interaction tokens are one very long word. */
export function redact(text: string): string {
  return text
    .replace(/(?<![\w-])[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}/g, '[redacted]')
    .replace(/[\w-]{60,}/g, '[redacted]')
    .replace(/https?:\/\/\S+/g, '[address]');
}
