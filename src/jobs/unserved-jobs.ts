import type { Logger } from 'pino';
import type { Fleet, Unserved } from './fleet.js';
import type { JobName } from './index.js';
import type { TurnsOfQueues } from './turns-of-queues.js';

export interface UnservedJobsOptions {
  readonly fleet: Pick<Fleet, 'refresh' | 'unserved'>;
  readonly turns: Pick<TurnsOfQueues, 'ids' | 'get'>;
  /** That the bot is set up for. */
  readonly checkpoint: string | undefined;
  /** What is shown of these jobs has changed. */
  readonly onChanged: (ids: readonly string[]) => void;
  readonly log: Pick<Logger, 'warn' | 'info' | 'debug'>;
  readonly intervalMs?: number | undefined;
  /** So long a worker may be away, as for an update, before anybody is told. */
  readonly graceMs?: number | undefined;
}

interface Wait {
  readonly reason: Unserved;
  readonly since: number;
}

/** Waiting jobs that no living worker can do: their people are told, and so is the host. */
export class UnservedJobs {
  readonly #options: UnservedJobsOptions;
  readonly #waits = new Map<string, Wait>();
  #told: ReadonlyMap<string, Unserved> = new Map();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UnservedJobsOptions) {
    this.#options = options;
  }

  start(): void {
    const { intervalMs = 5000, log } = this.#options;
    this.#timer = setInterval(() => {
      this.look().catch((error: unknown) => log.debug({ err: error }, 'workers could not be looked at'));
    }, intervalMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  reasonOf(id: string): Unserved | undefined {
    return this.#told.get(id);
  }

  counts(): readonly { readonly job: JobName; readonly reason: Unserved }[] {
    return [...this.#told].flatMap(([id, reason]) => {
      const turn = this.#options.turns.get(id);
      return turn ? [{ job: turn.name, reason }] : [];
    });
  }

  async look(now: number = Date.now()): Promise<void> {
    const { fleet, turns, graceMs = 10_000 } = this.#options;
    await fleet.refresh();
    const told = new Map<string, Unserved>();
    const ids = turns.ids();
    for (const id of ids) {
      const reason = this.#reasonOf(id);
      const before = this.#waits.get(id);
      if (reason === undefined) this.#waits.delete(id);
      else {
        const since = before?.since ?? now;
        this.#waits.set(id, { reason, since });
        if (now - since >= graceMs) told.set(id, reason);
      }
    }
    const unfinished = new Set(ids);
    for (const id of this.#waits.keys()) if (!unfinished.has(id)) this.#waits.delete(id);
    const former = this.#told;
    this.#told = told;
    this.#log(former, told);
    const changed = ids.filter((id) => former.get(id) !== told.get(id));
    if (changed.length > 0) this.#options.onChanged(changed);
  }

  #reasonOf(id: string): Unserved | undefined {
    const { fleet, turns, checkpoint } = this.#options;
    const turn = turns.get(id);
    if (!turn || turn.startedAt !== undefined) return undefined;
    return fleet.unserved(turn.name, { contract: 1, ...(checkpoint !== undefined && { checkpoint }), ...turn.needs });
  }

  #log(former: ReadonlyMap<string, Unserved>, told: ReadonlyMap<string, Unserved>): void {
    const reasonsBefore = new Set(former.values());
    for (const reason of new Set(told.values()))
      if (!reasonsBefore.has(reason))
        this.#options.log.warn(
          { reason, jobs: [...told.values()].filter((one) => one === reason).length },
          'jobs wait without a worker',
        );
    if (former.size > 0 && told.size === 0) this.#options.log.info('every waiting job has a worker again');
  }
}
