import { lastRound } from './slices.js';

/**
 * Start-time fair queueing with jobs of equal cost (Goyal et al. 1996): a job's round is one more than its person's last one, and no less
 * than the round being served. So of each other person at most one job goes first per round waited, and nobody starves.
 */
export class Rounds {
  #served = 1;
  /** By person, of jobs that have ended too: who asks again at once would otherwise hold the round open for ever. */
  readonly #last = new Map<string, number>();

  get served(): number {
    return this.#served;
  }

  join(person: string): number {
    const round = Math.min(lastRound, Math.max(this.#served, (this.#last.get(person) ?? 0) + 1));
    this.#last.set(person, round);
    return round;
  }

  /** What was joined before a restart, lowest round first. */
  restore(person: string, round: number): void {
    if (this.#last.size === 0) this.#served = round;
    this.#last.set(person, round);
  }

  serve(round: number): void {
    if (round <= this.#served) return;
    this.#served = round;
    for (const [person, last] of this.#last) if (last < round) this.#last.delete(person);
  }

  /** When nobody waits any more. */
  clear(): void {
    this.#served = 1;
    this.#last.clear();
  }
}
