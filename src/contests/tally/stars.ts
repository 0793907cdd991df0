import type { BallotForm, CountedBallot } from './ballots.js';
import { Fraction } from './fraction.js';
import { descending, descendingInTurn, rankBy } from './ranks.js';

export const maxStars = 5;

/** Who rates only a friend's entry has not compared anything. */
const usualMinRated = 5;

export const starsForm: BallotForm<'stars'> = {
  without: (marks, isOut) => {
    const entries = Object.keys(marks);
    const kept = entries.filter((entry) => !isOut(entry));
    return kept.length === entries.length ? marks : Object.fromEntries(kept.map((entry) => [entry, marks[entry]!]));
  },
  count: (marks) => Object.keys(marks).length,
};

/** How many of others' entries a ballot rates at least, where the rules say nothing else. @param entryCount when voting began */
export function minRatedOf(entryCount: number): number {
  return Math.min(usualMinRated, Math.ceil(entryCount / 5));
}

/**
 * The mean, pulled down for entries with fewer ratings than most: S/n · √(min(n, m)/m), m the median of n over those that were
 * rated (https://itch.io/docs/creators/game-jams, “ranking”).
 * @param entries all there were when voting began
 * @param minRated a ballot that rates fewer of others' entries is set aside, unless there were no more to rate
 */
export function tallyStars(
  ballots: readonly CountedBallot<'stars'>[],
  running: readonly string[],
  { minRated, entries }: { readonly minRated: number; readonly entries: ReadonlySet<string> },
) {
  const isInRunning = new Set(running);
  const ratesEnough = ({ given, marks, own }: CountedBallot<'stars'>) => {
    if (starsForm.count(marks) >= minRated) return true;
    // What was taken out since counts as rated: nobody's ballot is worth less for it.
    const rated = Object.keys(given).filter((entry) => entries.has(entry) && !own.has(entry)).length;
    const ownInRunning = [...own].filter((entry) => isInRunning.has(entry)).length;
    return rated >= Math.min(minRated, running.length - ownInRunning);
  };
  const counted = ballots.filter(ratesEnough);
  const given = new Map(running.map((entry) => [entry, new Array<number>(maxStars).fill(0)]));
  for (const { marks } of counted)
    for (const entry of Object.keys(marks)) given.get(entry)![maxStars - marks[entry]!]! += 1;
  const sums = [...given].map(([entry, topRatings]) => ({
    entry,
    topRatings,
    ratings: topRatings.reduce((sum, count) => sum + count, 0),
    stars: topRatings.reduce((sum, count, index) => sum + count * (maxStars - index), 0),
  }));
  const median = medianOf(sums.flatMap(({ ratings }) => (ratings > 0 ? [ratings] : [])));
  const figures = sums.map((row) => {
    if (median === undefined || row.ratings === 0) return { ...row, mean: undefined, squaredMean: Fraction.zero };
    const mean = Fraction.of(row.stars, row.ratings);
    const ratings = Fraction.of(row.ratings);
    const least = ratings.compare(median) < 0 ? ratings : median;
    const share = least.times(Fraction.of(median.denominator, median.numerator));
    // Compared as its square, which needs no root.
    return { ...row, mean, squaredMean: mean.times(mean).times(share) };
  });
  return {
    voters: counted.length,
    accounts: counted.map(({ voter }) => voter),
    setAside: ballots.length - counted.length,
    median,
    rows: rankBy(figures, [
      { name: 'adjustedMean', compare: (one, other) => other.squaredMean.compare(one.squaredMean) },
      { name: 'ratings', compare: (one, other) => descending(one.ratings, other.ratings) },
      { name: 'topRatings', compare: (one, other) => descendingInTurn(one.topRatings, other.topRatings) },
    ]).map((row) => ({ ...row, adjustedMean: Math.sqrt(row.squaredMean.toNumber()) })),
  };
}

/** Of an even number the mean of the two in the middle. */
function medianOf(values: readonly number[]): Fraction | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : Fraction.of(low + high, 2);
}
