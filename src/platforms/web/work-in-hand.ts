import { RequestError } from './request-guard.js';

/** Commands that were accepted and are not answered yet, under limits. */
export class WorkInHand {
  readonly #maxPerPerson: number;
  readonly #max: number;
  readonly #onFault: (error: unknown) => void;
  readonly #perPerson = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();

  constructor(maxPerPerson: number, max: number, onFault: (error: unknown) => void) {
    this.#maxPerPerson = maxPerPerson;
    this.#max = max;
    this.#onFault = onFault;
  }

  /** @throws RequestError where one more would be too much */
  checkRoom(personId: string): void {
    if ((this.#perPerson.get(personId) ?? 0) >= this.#maxPerPerson) {
      throw new RequestError(429, 'too-fast', 'One after the other, please.');
    }
    if (this.#running.size >= this.#max) {
      throw new RequestError(503, 'busy', 'Too much is going on right now. Try again in a moment.');
    }
  }

  /**
   * What the page waits for, under the same limits.
   * @throws RequestError where it would be too much
   */
  async answer<Answer>(personId: string, work: () => Promise<Answer>): Promise<Answer> {
    this.checkRoom(personId);
    const answering = work();
    this.run(personId, async () => void (await Promise.allSettled([answering])));
    return answering;
  }

  run(personId: string, work: () => Promise<void>): void {
    this.#perPerson.set(personId, (this.#perPerson.get(personId) ?? 0) + 1);
    const running = work()
      .catch(this.#onFault)
      .finally(() => {
        this.#running.delete(running);
        const rest = this.#perPerson.get(personId)! - 1;
        if (rest === 0) this.#perPerson.delete(personId);
        else this.#perPerson.set(personId, rest);
      });
    this.#running.add(running);
  }

  async finish(): Promise<void> {
    await Promise.all(this.#running);
  }
}
