/** Time that a test can move forward, and the ids that carry it. */
export class Clock {
  #offsetMs = 0;
  #lastId = 0n;

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  advance(milliseconds: number): void {
    this.#offsetMs += milliseconds;
  }

  /** A snowflake: milliseconds since 2015 in the upper bits, always growing. */
  newId(): string {
    const id = BigInt(this.now() - discordEpoch) << 22n;
    this.#lastId = id > this.#lastId ? id : this.#lastId + 1n;
    return String(this.#lastId);
  }
}

const discordEpoch = 1_420_070_400_000;
