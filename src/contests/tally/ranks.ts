/** By what entries of one method are compared, in order; the result names the one that decided. */
export type KeyName =
  | 'marks'
  | 'pickiness'
  | 'adjustedMean'
  | 'ratings'
  | 'topRatings'
  | 'points'
  | 'topPlaces'
  | 'beatenBy'
  | 'wins'
  | 'strength'
  | 'total'
  | 'panelRank';

export interface RankingKey<Figures> {
  readonly name: KeyName;
  /** Negative where the first one is better. */
  compare(one: Figures, other: Figures): number;
}

export type RankedRow<Figures> = Figures & {
  /** Competition ranks, 1, 2, 2, 4: one more than there are better ones. */
  readonly rank: number;
  /** What puts it behind the entry before it; absent for the first, and where the rank is shared. */
  readonly decidedBy?: KeyName;
};

/** @returns best first; those that are equal in all keys by id, with one rank */
export function rankBy<Figures extends { readonly entry: string }>(
  figures: readonly Figures[],
  keys: readonly RankingKey<Figures>[],
): RankedRow<Figures>[] {
  const decisive = (one: Figures, other: Figures) => {
    for (const { name, compare } of keys) {
      const order = compare(one, other);
      if (order !== 0) return { name, order };
    }
    return undefined;
  };
  const sorted = figures.toSorted(
    (one, other) => decisive(one, other)?.order ?? (one.entry < other.entry ? -1 : one.entry > other.entry ? 1 : 0),
  );
  let better = 0;
  return sorted.map((row, index) => {
    while (better < index && decisive(sorted[better]!, row)) better += 1;
    const isShared = better < index;
    const decidedBy = index === 0 || isShared ? undefined : decisive(sorted[index - 1]!, row)?.name;
    return { ...row, rank: better + 1, ...(decidedBy && { decidedBy }) };
  });
}

/** More is better. */
export const descending = (one: number, other: number): number => other - one;

/** More of the first is better, then more of the second, … */
export function descendingInTurn(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((value, place) => value !== other[place]);
  return index === -1 ? 0 : descending(one[index]!, other[index]!);
}
