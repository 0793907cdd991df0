import { type CountedBallot, listForm } from './ballots.js';
import { Fraction } from './fraction.js';
import { descending, rankBy } from './ranks.js';

export const rankedForm = listForm;

/** Numbers by two entries, as indexes: `table[one][other]`. */
type PairTable = number[][];

/**
 * Schulze's method (A new monotonic, clone-independent, reversal symmetric, and condorcet-consistent single-winner election
 * method, 2011), strength by winning votes: fewest entries that beat it, then most wins head to head, equal ones counting half.
 */
export function tallyRanked(ballots: readonly CountedBallot<'ranked'>[], running: readonly string[]) {
  const preferred = preferences(ballots, running);
  const paths = strongestPaths(preferred);
  const figures = running.map((entry, index) => {
    let beatenBy = 0;
    let halfWins = 0;
    for (let other = 0; other < running.length; other++) {
      if (other === index) continue;
      if (paths[other]![index]! > paths[index]![other]!) beatenBy += 1;
      const margin = preferred[index]![other]! - preferred[other]![index]!;
      halfWins += margin > 0 ? 2 : margin === 0 ? 1 : 0;
    }
    return { entry, beatenBy, wins: Fraction.of(halfWins, 2) };
  });
  return {
    voters: ballots.length,
    entries: running,
    /** How many ballots place one above the other. */
    preferred,
    /** The weakest link of the strongest chain of wins from one to the other. */
    paths,
    rows: rankBy(figures, [
      { name: 'beatenBy', compare: (one, other) => descending(other.beatenBy, one.beatenBy) },
      { name: 'wins', compare: (one, other) => other.wins.compare(one.wins) },
    ]),
  };
}

const emptyTable = (size: number): PairTable => Array.from({ length: size }, () => new Array<number>(size).fill(0));

/** Unplaced entries are below all placed ones, and equal; a ballot says nothing about its author's own. */
function preferences(ballots: readonly CountedBallot<'ranked'>[], running: readonly string[]): PairTable {
  const indexOf = new Map(running.map((entry, index) => [entry, index]));
  const preferred = emptyTable(running.length);
  for (const { marks, own } of ballots) {
    const isSeen = running.map((entry) => own.has(entry));
    for (const entry of marks) {
      const above = indexOf.get(entry)!;
      isSeen[above] = true;
      for (let below = 0; below < running.length; below++) if (!isSeen[below]) preferred[above]![below]! += 1;
    }
  }
  return preferred;
}

/** Floyd and Warshall's, with the weakest link in place of the sum. */
function strongestPaths(preferred: PairTable): PairTable {
  const size = preferred.length;
  const paths = emptyTable(size);
  for (let from = 0; from < size; from++)
    for (let to = 0; to < size; to++)
      if (preferred[from]![to]! > preferred[to]![from]!) paths[from]![to] = preferred[from]![to]!;
  for (let over = 0; over < size; over++)
    for (let from = 0; from < size; from++) {
      if (from === over) continue;
      for (let to = 0; to < size; to++) {
        if (to === over || to === from) continue;
        const detour = Math.min(paths[from]![over]!, paths[over]![to]!);
        if (detour > paths[from]![to]!) paths[from]![to] = detour;
      }
    }
  return paths;
}
