import type { CastBallot, Duel, MarksOf, Method, TallyEntry } from '#src/contests/tally/ballots.js';
import type { TallyInput } from '#src/contests/tally/tally.js';

/** Mulberry32: numbers in [0, 1) that are the same each time. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => [random(), item] as const)
    .toSorted(([one], [other]) => one - other)
    .map(([, item]) => item);
}

export interface RandomContestOptions {
  readonly entries?: number;
  readonly ballots?: number;
  readonly panelWeight?: number;
}

const names = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Small, so that ties, own entries, linked accounts, void ballots and entries that are out are frequent. */
export function randomContest(method: Method, seed: number, options: RandomContestOptions = {}): TallyInput {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const entries: TallyEntry[] = Array.from({ length: options.entries ?? 2 + below(5) }, (_, index) => ({
    id: names[index] ?? `entry-${index}`,
    author: `v${below(8)}`,
    isAccepted: random() < 0.85,
  }));
  const ids = entries.map(({ id }) => id);
  const marksOf: { [M in Method]: () => MarksOf[M] } = {
    approval: () => shuffled(ids, random).slice(0, below(4)),
    stars: () =>
      Object.fromEntries(
        shuffled(ids, random)
          .slice(0, below(ids.length + 1))
          .map((id) => [id, 1 + below(5)]),
      ),
    podium: () => shuffled(ids, random).slice(0, below(4)),
    ranked: () => shuffled(ids, random).slice(0, below(ids.length + 1)),
    duels: () =>
      Array.from({ length: below(6) }, (): Duel => {
        const [left, right] = shuffled(ids, random) as [string, string];
        return [left, right, [left, right, '='][below(3)]!];
      }),
  };
  const ballots = Array.from(
    { length: options.ballots ?? below(12) },
    (_, index): CastBallot => ({
      voter: `v${below(14)}`,
      isPanel: options.panelWeight !== undefined && random() < 0.3,
      isVoid: random() < 0.1,
      changedAt: index,
      marks: marksOf[method](),
    }),
  );
  return {
    method,
    settings: { places: 3 },
    entries,
    ballots,
    personOf: (account: string) => (account === 'v13' ? 'v1' : account),
    ...(options.panelWeight !== undefined && { panelWeight: options.panelWeight }),
  } as TallyInput;
}
