import type { Person } from '#src/core/place.js';

type Owner = Pick<Person, 'platform' | 'id'>;

/**
 * People for whom something may wait in the database: a copy in memory, so that a command need not ask there each time. One process
 * writes, which notes everybody here beforehand; until `load` anybody may be waiting.
 */
export class WaitingPeople {
  readonly #keys = new Set<string>();
  #isLoaded = false;

  /** @param people for whom something waits already */
  load(people: readonly Owner[]): void {
    for (const person of people) this.add(person);
    this.#isLoaded = true;
  }

  add(person: Owner): void {
    this.#keys.add(keyOf(person));
  }

  /** Whether to look for this person; whoever finds more than could be seen to adds them again. */
  take(person: Owner): boolean {
    return this.#keys.delete(keyOf(person)) || !this.#isLoaded;
  }
}

function keyOf({ platform, id }: Owner): string {
  return `${platform}/${id}`;
}
