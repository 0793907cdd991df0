import { type REST, RESTEvents } from 'discord.js';
import type { Logger } from 'pino';
import { DiscordRequestError } from './discord-errors.js';

/**
 * Discord bars an address for a while after 10 000 answers of 401, 403 or 429 in ten minutes:
 * https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
 */
const windowMs = 10 * 60_000;
/** What the bot does by itself ends here … */
const maxInvalid = 300;
/** … and what people wait for, here. */
const maxInvalidOfAnswers = 1500;

/** Counts what Discord has refused, and stops asking long before Discord stops listening. */
export class InvalidRequests {
  readonly #now: () => number;
  readonly #log: Logger;
  /** Of the last ten minutes, oldest first. */
  #moments: number[] = [];
  #isTold = false;

  constructor(now: () => number, log: Logger) {
    this.#now = now;
    this.#log = log;
  }

  /** The library tells each, also those that it waits out. */
  watch(rest: REST): void {
    rest.options.invalidRequestWarningInterval = 1;
    rest.on(RESTEvents.InvalidRequestWarning, () => this.note());
  }

  note(): void {
    this.#moments.push(this.#now());
  }

  /** @param isAnswer to somebody who waits for it @throws DiscordRequestError */
  assertRoom(what: string, isAnswer: boolean): void {
    const now = this.#now();
    const firstKept = this.#moments.findIndex((moment) => now - moment < windowMs);
    this.#moments = firstKept < 0 ? [] : this.#moments.slice(firstKept);
    const count = this.#moments.length;
    if (count < maxInvalid) this.#isTold = false;
    if (count < (isAnswer ? maxInvalidOfAnswers : maxInvalid)) return;
    if (!this.#isTold)
      this.#log.error({ count }, 'Discord has refused many requests within ten minutes: no more are made for a while');
    this.#isTold = true;
    throw new DiscordRequestError(`${what}: not asked, as Discord has refused ${count} requests within ten minutes`, {
      isRateLimit: true,
    });
  }
}
