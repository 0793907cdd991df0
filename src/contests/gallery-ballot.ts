import type { GalleryBallot } from '#src/platforms/web/gallery/gallery.js';
import { type Ballot, type BallotEntry, decisionOn, markedEntries, markOn } from './ballot.js';
import { marksLimitOf } from './marks.js';

/** A ballot as the page shows it: entries by their numbers. */
export function galleryBallotOf(ballot: Ballot): GalleryBallot {
  const { contest, entries, pairs, missing, voidReason } = ballot;
  const { method } = contest.rules;
  const isListed = method !== 'stars' && method !== 'duels';
  return {
    method,
    limit: marksLimitOf(contest.rules),
    marked: isListed ? markedEntries(ballot).map(({ number }) => number) : [],
    stars:
      method === 'stars'
        ? Object.fromEntries(
            entries.flatMap((entry) => {
              const stars = markOn(ballot, entry);
              return stars === undefined ? [] : [[entry.number, stars]];
            }),
          )
        : {},
    pairs:
      method === 'duels'
        ? pairs.map((pair) => ({
            index: pair.index,
            left: pair.left.number,
            right: pair.right.number,
            winner: decisionOn(ballot, pair),
          }))
        : undefined,
    missing,
    voidReason,
  };
}

/** What its voter has to look at, in the order in which it is shown. */
export function entriesToJudge({ contest, entries, pairs }: Ballot): readonly BallotEntry[] {
  if (contest.rules.method !== 'duels') return entries;
  return [...new Map(pairs.flatMap(({ left, right }) => [left, right]).map((entry) => [entry.id, entry])).values()];
}
