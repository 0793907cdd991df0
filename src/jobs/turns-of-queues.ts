import { queueNameOf } from './queue-names.js';
import { type Turn, type TurnOwner, Turns } from './turns.js';

export interface TurnsOfQueuesOptions {
  /** How long a sliced job runs before it makes room, and waits before it ages. */
  readonly sliceMs: number;
  /** That the bot is set up for: what needs another one has a queue of its own. */
  readonly checkpoint: string | undefined;
}

/** Whose turn it is, of all unfinished jobs: those of each queue take turns among themselves. */
export class TurnsOfQueues {
  readonly #options: TurnsOfQueuesOptions;
  readonly #queues = new Map<string, Turns>();
  readonly #queueOf = new Map<string, Turns>();

  constructor(options: TurnsOfQueuesOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#queueOf.size;
  }

  /** Unfinished jobs of a person, or in a server. */
  countOf(owner: string): number {
    return [...this.#queues.values()].reduce((sum, turns) => sum + turns.countOf(owner), 0);
  }

  /** Those that this one takes turns with, and itself. */
  beside(id: string): Turns | undefined {
    return this.#queueOf.get(id);
  }

  get(id: string): Turn | undefined {
    return this.beside(id)?.get(id);
  }

  ids(): readonly string[] {
    return [...this.#queueOf.keys()];
  }

  /** @returns its priority; that of a known job stays as it is */
  add(owner: TurnOwner, now: number): number {
    return this.#enter(owner).add(owner, now);
  }

  /** What was added before a restart, in order. */
  restore(owner: TurnOwner, priority: number, now: number): void {
    this.#enter(owner).restore(owner, priority, now);
  }

  /** A worker has taken it. */
  start(id: string, now: number): void {
    this.beside(id)?.start(id, now);
  }

  /** A worker has handed it back: it goes on before those of its own priority. */
  handBack(id: string, now: number): void {
    this.beside(id)?.handBack(id, now);
  }

  end(id: string, now: number): void {
    this.beside(id)?.end(id, now);
    this.#queueOf.delete(id);
  }

  /** Gives the first sliced job of each queue its place among the quick ones, when it is time. @returns whose priority has to change */
  age(now: number): readonly Turn[] {
    return [...this.#queues.values()].flatMap((turns) => turns.age(now) ?? []);
  }

  /** 1: at work, or nothing goes before it. */
  positionOf(id: string): number {
    return this.beside(id)?.positionOf(id) ?? 1;
  }

  /** The first of each queue. */
  next(count: number): readonly Turn[] {
    return [...this.#queues.values()].flatMap((turns) => turns.next(count));
  }

  #enter(owner: TurnOwner): Turns {
    const known = this.beside(owner.id);
    if (known) return known;
    const { sliceMs, checkpoint } = this.#options;
    const name = queueNameOf(owner.needs?.checkpoint, checkpoint);
    const turns = this.#queues.get(name) ?? new Turns({ sliceMs });
    this.#queues.set(name, turns);
    this.#queueOf.set(owner.id, turns);
    return turns;
  }
}
