import type { Person } from './place.js';

/** Lets one person do one thing at a time, and everybody else theirs. */
export class PersonLock {
  readonly #last = new Map<string, Promise<unknown>>();

  async hold<Result>({ platform, id }: Person, work: () => Promise<Result>): Promise<Result> {
    const key = `${platform}/${id}`;
    const before = this.#last.get(key);
    const running = before ? before.then(work, work) : work();
    this.#last.set(key, running);
    try {
      return await running;
    } finally {
      if (this.#last.get(key) === running) this.#last.delete(key);
    }
  }
}
