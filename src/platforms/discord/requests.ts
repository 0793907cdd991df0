import { setTimeout as sleep } from 'node:timers/promises';
import { type RawFile, REST, type RouteLike } from 'discord.js';
import { describeFailure } from './discord-errors.js';
import type { InvalidRequests } from './invalid-requests.js';

export interface RequestOptions {
  readonly body?: unknown;
  readonly files?: readonly RawFile[];
  readonly query?: URLSearchParams;
  /** False for what an interaction's token allows, so that a dead one cannot log the bot out. */
  readonly auth?: boolean;
  /** Asking twice does no harm. */
  readonly isRepeatable?: boolean;
  readonly timeoutMs?: number;
  /** No further attempt is begun after this moment. */
  readonly deadline?: number;
}

export interface RequestsOptions {
  readonly timeoutMs: number;
  readonly attempts: number;
  /** Before the second attempt; doubled before each further one. */
  readonly backoffMs: number;
  readonly invalidRequests: InvalidRequests;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The library's requests with our own patience: its retries would post twice, and its errors carry tokens. */
export class Requests {
  readonly #rest: REST;
  /** "Interaction endpoints are not bound to the bot's Global Rate Limit": https://docs.discord.com/developers/topics/rate-limits */
  readonly #interactions: REST;
  readonly #options: RequestsOptions;
  readonly #invalid: InvalidRequests;

  constructor(rest: REST, options: RequestsOptions) {
    this.#rest = rest;
    this.#interactions = new REST({ ...rest.options, globalRequestsPerSecond: Number.POSITIVE_INFINITY });
    this.#options = options;
    this.#invalid = options.invalidRequests;
    this.#invalid.watch(this.#rest);
    this.#invalid.watch(this.#interactions);
  }

  /** @throws DiscordRequestError */
  async send<Answer>(method: Method, route: RouteLike, options: RequestOptions = {}): Promise<Answer> {
    const { attempts, backoffMs } = this.#options;
    const isRepeatable = options.isRepeatable ?? method !== 'POST';
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#sendOnce<Answer>(method, route, options);
      } catch (error) {
        const failure = describeFailure(error, `${method} ${withoutIds(route)}`);
        const pauseMs = backoffMs * 2 ** (attempt - 1);
        const isLate = options.deadline !== undefined && Date.now() + pauseMs >= options.deadline;
        if (!failure.isUncertain || !isRepeatable || attempt >= attempts || isLate) throw failure;
        await sleep(pauseMs);
      }
    }
  }

  async #sendOnce<Answer>(method: Method, route: RouteLike, options: RequestOptions): Promise<Answer> {
    const { body, files, query, auth = true, timeoutMs = this.#options.timeoutMs } = options;
    this.#invalid.assertRoom(`${method} ${withoutIds(route)}`, !auth);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeoutMs);
    try {
      // An interaction's token stands for ours.
      const answer = await (auth ? this.#rest : this.#interactions).request({
        method: method as never,
        fullRoute: route,
        auth,
        signal: controller.signal,
        ...(body !== undefined && { body }),
        ...(files && { files: [...files] }),
        ...(query && { query }),
      });
      return answer as Answer;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** For messages of errors: `/webhooks/…/…/messages/@original`. */
export function withoutIds(route: string): string {
  return route
    .split('?')[0]!
    .split('/')
    .map((part) => (/\d{5,}|^.{40,}$/.test(part) ? '…' : part))
    .join('/');
}
