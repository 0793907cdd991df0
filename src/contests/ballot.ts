import type { Text } from '#src/core/locale.js';
import type { Place } from '#src/core/place.js';
import type { NumberedMark } from './ballot-box.js';
import type { Contest } from './contest.js';
import type { Duel, MarksOf, Method } from './tally/ballots.js';
import { minRatedOf } from './tally/stars.js';

/** An entry as a voter sees it: nobody's, and by its number. */
export interface BallotEntry {
  readonly id: string;
  readonly number: number;
}

/** One voter's ballot as it stands. */
export interface Ballot {
  readonly contest: Contest;
  /** Everywhere that the contest is. */
  readonly seenAt: readonly Place[];
  /** Entries that are in the running, without the voter's own, in the order that this voter sees. */
  readonly entries: readonly BallotEntry[];
  /** On those. */
  readonly marks: MarksOf[Method];
  /** Of a ballot of duels: pairs in the order in which they are shown, those with an entry that is out left out. */
  readonly pairs: readonly BallotPair[];
  /** Of stars: so many are to be rated beside those that are, so that the ballot counts. */
  readonly missing: number;
  /** Why moderators have taken it out, where they have. */
  readonly voidReason: Text | undefined;
}

export interface BallotPair {
  /** From 1; others keep theirs where a pair is left out. */
  readonly index: number;
  readonly left: BallotEntry;
  readonly right: BallotEntry;
}

/** What stands beside an entry on a ballot: ✓, so many stars, or its place from 1. */
export function markOn({ contest, marks }: Pick<Ballot, 'contest' | 'marks'>, { id }: BallotEntry): number | undefined {
  switch (contest.rules.method) {
    case 'stars':
      return (marks as MarksOf['stars'])[id];
    case 'duels':
      return undefined;
    default: {
      const at = (marks as readonly string[]).indexOf(id);
      return at === -1 ? undefined : at + 1;
    }
  }
}

/** Those that are marked: by place where the method has places, else in the voter's order. */
export function markedEntries(ballot: Ballot): readonly BallotEntry[] {
  const { method } = ballot.contest.rules;
  if (method === 'duels') return [];
  const ids = new Set(method === 'stars' ? Object.keys(ballot.marks) : (ballot.marks as readonly string[]));
  const marked = ballot.entries.filter(({ id }) => ids.has(id));
  return method === 'podium' || method === 'ranked'
    ? marked.toSorted((one, other) => markOn(ballot, one)! - markOn(ballot, other)!)
    : marked;
}

/** How a pair was decided: by an entry's number, 0 for equal. */
export function decisionOn({ marks }: Pick<Ballot, 'marks'>, { left, right }: BallotPair): number | undefined {
  const decided = (marks as readonly Duel[]).find(
    ([one, other]) => (one === left.id && other === right.id) || (one === right.id && other === left.id),
  );
  if (!decided) return undefined;
  return [left, right].find(({ id }) => id === decided[2])?.number ?? 0;
}

/** What a voter says about a pair that they were shown. @returns undefined where it was none, or one of it is out */
export function decidedPair(
  { pairs }: Pick<Ballot, 'pairs'>,
  { index, side }: { readonly index: number; readonly side: 'left' | 'right' | 'equal' },
): Extract<NumberedMark, { readonly kind: 'duel' }> | undefined {
  const pair = pairs.find((shown) => shown.index === index);
  if (!pair) return undefined;
  const [left, right] = [pair.left.number, pair.right.number];
  return { kind: 'duel', left, right, winner: side === 'equal' ? 0 : side === 'left' ? left : right };
}

/** @param entryCount when voting began. @param given all that were rated, those that are out by now included */
export function missingRatings(entryCount: number, rateable: number, given: number): number {
  return Math.max(0, Math.min(minRatedOf(entryCount), rateable) - given);
}
