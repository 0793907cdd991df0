import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from '#test/helpers/child-process.js';

/** Longer than nothing, so that one that cannot start does not take all of the machine. */
const pauseMs = 500;

/** A process that is started again whenever it ends, as any host does it. */
export class SupervisedChild {
  readonly #start: () => Promise<Child>;
  readonly #running: Promise<void>;
  #child: Child | undefined;
  #isOver = false;
  #starts = 0;

  constructor(start: () => Promise<Child>) {
    this.#start = start;
    this.#running = this.#run();
  }

  get starts(): number {
    return this.#starts;
  }

  /** In an instant; it comes back by itself. */
  async kill(): Promise<void> {
    await this.#child?.kill();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#child?.kill();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const child = await this.#start().catch(() => undefined);
      this.#child = child;
      if (child && this.#isOver) await child.kill();
      if (child) this.#starts += 1;
      await child?.ended;
      this.#child = undefined;
      if (!this.#isOver) await sleep(pauseMs);
    }
  }
}
