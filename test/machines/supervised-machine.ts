import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from '#test/helpers/child-process.js';

/** Longer than nothing, so that what cannot start does not take all of the real machine. */
const pauseMs = 500;

/** A machine with one process, which is started again whenever it ends, as any host does it. */
export class SupervisedMachine {
  readonly #start: () => Promise<Child>;
  readonly #killAll: () => void;
  readonly #running: Promise<void>;
  #isOver = false;
  #starts = 0;

  /** @param killAll whatever runs on the machine, also what is just starting */
  constructor(start: () => Promise<Child>, killAll: () => void) {
    this.#start = start;
    this.#killAll = killAll;
    this.#running = this.#run();
  }

  /** How often the process was ready. */
  get starts(): number {
    return this.#starts;
  }

  /** In an instant; it comes back by itself. */
  kill(): void {
    this.#killAll();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    this.#killAll();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const child = await this.#start().catch(() => undefined);
      if (child) this.#starts += 1;
      if (this.#isOver) this.#killAll();
      await child?.ended;
      if (!this.#isOver) await sleep(pauseMs);
    }
  }
}
