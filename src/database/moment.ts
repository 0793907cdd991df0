/** How long ago a moment was, by two clocks: the steady one stands still while the machine sleeps, and the wall's may be set at any time. */
export class Moment {
  readonly #steady = performance.now();
  readonly #wall = Date.now();

  get ageMs(): number {
    return Math.max(performance.now() - this.#steady, Math.abs(Date.now() - this.#wall));
  }
}
