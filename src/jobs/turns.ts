import { type JobName, jobs } from './index.js';
import type { Needs } from './needs.js';
import { Rounds } from './rounds.js';
import { isQuick, lastRound } from './slices.js';

export interface TurnOwner {
  readonly id: string;
  readonly name: JobName;
  /** Unique over all platforms, as is the server. */
  readonly person: string;
  /** The community that it was asked for in. */
  readonly server?: string | undefined;
  /** Absent: nothing. */
  readonly needs?: Needs | undefined;
}

export interface Turn extends TurnOwner {
  /** Priority in the queue: smaller goes first, and of equal ones who came first. */
  readonly priority: number;
  /** The priority that it was first given. */
  readonly ownPriority: number;
  /** Place among those of its priority. */
  readonly order: number;
  readonly waitingSince: number;
  /** While a worker has it. */
  readonly startedAt?: number | undefined;
  /** Time at work in earlier slices. */
  readonly workedMs: number;
}

/**
 * Whose turn it is, of the unfinished jobs of one queue. Quick jobs go by rounds. Sliced ones have rounds of their own behind all quick ones, and make
 * room for those after each slice; so that they end too, the first of them that has waited for as long as a slice takes a place at the end of
 * the round being served, one at a time. In memory, because only one process hands out turns; Redis holds the same order.
 */
export class Turns {
  readonly sliceMs: number;
  readonly #quick = new Rounds();
  readonly #sliced = new Rounds();
  readonly #all = new Map<string, Turn>();
  /** In order. */
  readonly #waiting: Turn[] = [];
  readonly #started = new Set<string>();
  readonly #counts = new Map<string, number>();
  #lastOrder = 0;
  /** The sliced job that has a place among the quick ones. */
  #aged: string | undefined;
  #slicedRanAt = Number.NEGATIVE_INFINITY;

  /** @param options.sliceMs how long a sliced job runs before it makes room, and waits before it ages */
  constructor({ sliceMs }: { readonly sliceMs: number }) {
    this.sliceMs = sliceMs;
  }

  get count(): number {
    return this.#all.size;
  }

  /** Unfinished jobs of a person, or in a server. */
  countOf(owner: string): number {
    return this.#counts.get(owner) ?? 0;
  }

  get(id: string): Turn | undefined {
    return this.#all.get(id);
  }

  ids(): readonly string[] {
    return [...this.#all.keys()];
  }

  get started(): readonly Turn[] {
    return [...this.#started].map((id) => this.#all.get(id)!);
  }

  /** @returns its priority; that of a known job stays as it is */
  add(owner: TurnOwner, now: number): number {
    const known = this.#all.get(owner.id);
    if (known) return known.ownPriority;
    const priority = jobs[owner.name].isSliced
      ? lastRound + this.#sliced.join(owner.person)
      : this.#quick.join(owner.person);
    this.#insert(owner, priority, now);
    return priority;
  }

  /** What was added before a restart, in order. */
  restore(owner: TurnOwner, priority: number, now: number): void {
    if (isQuick(priority)) this.#quick.restore(owner.person, priority);
    else this.#sliced.restore(owner.person, priority - lastRound);
    this.#insert(owner, priority, now);
  }

  /** A worker has taken it. */
  start(id: string, now: number): void {
    const turn = this.#all.get(id);
    if (!turn || this.#started.has(id)) return;
    this.#leaveLine(turn);
    this.#started.add(id);
    this.#all.set(id, { ...turn, startedAt: now });
    if (isQuick(turn.priority)) this.#quick.serve(turn.priority);
    else this.#sliced.serve(turn.priority - lastRound);
  }

  /** A worker has handed it back: it goes on before those of its own priority. */
  handBack(id: string, now: number): void {
    const turn = this.#all.get(id);
    if (turn?.startedAt === undefined) return;
    this.#leaveWorker(turn, now);
    const workedMs = turn.workedMs + now - turn.startedAt;
    this.#enterLine({
      ...turn,
      startedAt: undefined,
      priority: turn.ownPriority,
      order: 0,
      waitingSince: now,
      workedMs,
    });
  }

  end(id: string, now: number): void {
    const turn = this.#all.get(id);
    if (!turn) return;
    if (this.#started.has(id)) this.#leaveWorker(turn, now);
    else this.#leaveLine(turn);
    this.#all.delete(id);
    for (const owner of ownersOf(turn)) {
      const left = this.countOf(owner) - 1;
      if (left > 0) this.#counts.set(owner, left);
      else this.#counts.delete(owner);
    }
    if (this.#aged === id) this.#aged = undefined;
    if (this.#all.size > 0) return;
    this.#quick.clear();
    this.#sliced.clear();
  }

  /** Gives the first sliced job its place among the quick ones, when it is time. @returns whose priority in the queue has to change */
  age(now: number): Turn | undefined {
    if (this.#aged !== undefined || this.started.some(isSliced)) return undefined;
    const first = this.#waiting[this.#indexOf({ priority: lastRound + 1, order: 0, id: '' })];
    if (!first || now - Math.max(first.waitingSince, this.#slicedRanAt) < this.sliceMs) return undefined;
    this.#leaveLine(first);
    const aged: Turn = { ...first, priority: this.#quick.served, order: ++this.#lastOrder };
    this.#aged = aged.id;
    this.#enterLine(aged);
    return aged;
  }

  /** 1: at work, or nothing goes before it. */
  positionOf(id: string): number {
    const turn = this.#all.get(id);
    return turn && turn.startedAt === undefined ? this.#started.size + this.#indexOf(turn) + 1 : 1;
  }

  /** Waiting ones that go before it, in order. */
  before(turn: Turn): readonly Turn[] {
    return this.#waiting.slice(0, turn.startedAt === undefined ? this.#indexOf(turn) : 0);
  }

  /** The first in line. */
  next(count: number): readonly Turn[] {
    return this.#waiting.slice(0, count);
  }

  #insert(owner: TurnOwner, priority: number, now: number): void {
    const { id, name, person, server, needs } = owner;
    const turn = { id, name, person, server, needs, priority, ownPriority: priority, waitingSince: now, workedMs: 0 };
    this.#enterLine({ ...turn, order: ++this.#lastOrder });
    for (const counted of ownersOf(turn)) this.#counts.set(counted, this.countOf(counted) + 1);
  }

  #enterLine(turn: Turn): void {
    this.#all.set(turn.id, turn);
    this.#waiting.splice(this.#indexOf(turn), 0, turn);
  }

  #leaveLine(turn: Turn): void {
    this.#waiting.splice(this.#indexOf(turn), 1);
  }

  #leaveWorker(turn: Turn, now: number): void {
    this.#started.delete(turn.id);
    if (isSliced(turn)) this.#slicedRanAt = now;
    if (this.#aged === turn.id) this.#aged = undefined;
  }

  /** Of the first that does not go before this one. */
  #indexOf(turn: Pick<Turn, 'priority' | 'order' | 'id'>): number {
    let low = 0;
    let high = this.#waiting.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (goesBefore(this.#waiting[middle]!, turn)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Told by its lane: a newer version may have queued jobs of a kind that this one does not know. */
export function isSliced({ ownPriority }: Pick<Turn, 'ownPriority'>): boolean {
  return !isQuick(ownPriority);
}

type Order = Pick<Turn, 'priority' | 'order' | 'id'>;

function goesBefore(one: Order, other: Order): boolean {
  if (one.priority !== other.priority) return one.priority < other.priority;
  return one.order === other.order ? one.id < other.id : one.order < other.order;
}

function ownersOf({ person, server }: TurnOwner): readonly string[] {
  return server === undefined ? [person] : [person, server];
}
