import { Fraction } from './fraction.js';
import { type RankedRow, rankBy } from './ranks.js';

type Ranks = readonly RankedRow<{ readonly entry: string }>[];

/**
 * Judges and everybody else, by ranks and not by scores, so that no scale outweighs the other: with ranks r (of tied entries their
 * mean) among n entries, total = w·(n − r_judges)/(n − 1) + (1 − w)·(n − r_public)/(n − 1). Of equal totals the judges decide.
 * @param weight of the judges, in percent
 */
export function combineWithPanel(everybody: Ranks, judges: Ranks, weight: number) {
  const count = everybody.length;
  const [publicRanks, panelRanks] = [meanRanks(everybody), meanRanks(judges)];
  const shareOf = (rank: Fraction) =>
    count === 1
      ? Fraction.of(1)
      : Fraction.of(count)
          .plus(rank.times(Fraction.of(-1)))
          .times(Fraction.of(1, count - 1));
  const figures = everybody.map(({ entry }) => {
    const panelRank = panelRanks.get(entry)!;
    const total = shareOf(panelRank)
      .times(Fraction.of(weight, 100))
      .plus(shareOf(publicRanks.get(entry)!).times(Fraction.of(100 - weight, 100)));
    return { entry, total, panelRank };
  });
  return rankBy(figures, [
    { name: 'total', compare: (one, other) => other.total.compare(one.total) },
    { name: 'panelRank', compare: (one, other) => one.panelRank.compare(other.panelRank) },
  ]);
}

/** 1, 2, 2, 4 → 1, 2½, 2½, 4. */
function meanRanks(rows: Ranks): Map<string, Fraction> {
  const sharing = new Map<number, number>();
  for (const { rank } of rows) sharing.set(rank, (sharing.get(rank) ?? 0) + 1);
  return new Map(rows.map(({ entry, rank }) => [entry, Fraction.of(2 * rank + sharing.get(rank)! - 1, 2)]));
}
