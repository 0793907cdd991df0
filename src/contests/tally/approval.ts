import { type CountedBallot, listForm } from './ballots.js';
import { Fraction } from './fraction.js';
import { descending, rankBy } from './ranks.js';

export const approvalForm = listForm;

/** Most marks; of equally many, those by people who gave fewer say more: Σ 1/(marks on that ballot). */
export function tallyApproval(ballots: readonly CountedBallot<'approval'>[], running: readonly string[]) {
  // How many ballots of each size name an entry: their sum is exact, and made once.
  const bySize = new Map(running.map((entry) => [entry, new Map<number, number>()]));
  for (const { marks } of ballots) {
    for (const entry of marks) {
      const sizes = bySize.get(entry)!;
      sizes.set(marks.length, (sizes.get(marks.length) ?? 0) + 1);
    }
  }
  const figures = [...bySize].map(([entry, sizes]) => ({
    entry,
    marks: [...sizes.values()].reduce((sum, count) => sum + count, 0),
    pickiness: [...sizes].reduce((sum, [size, count]) => sum.plus(Fraction.of(count, size)), Fraction.zero),
  }));
  return {
    voters: ballots.length,
    rows: rankBy(figures, [
      { name: 'marks', compare: (one, other) => descending(one.marks, other.marks) },
      { name: 'pickiness', compare: (one, other) => other.pickiness.compare(one.pickiness) },
    ]),
  };
}
