import type { Place } from '#src/core/place.js';
import type { Account } from './account-links-table.js';
import { type Ballot, type BallotPair, missingRatings } from './ballot.js';
import type { Contest } from './contest.js';
import type { BallotRow } from './contest-ballots-table.js';
import type { NumberedEntry } from './contest-entries-table.js';
import { accountOf } from './count-ballots.js';
import { duelPairs } from './duel-pairs.js';
import { emptyMarks } from './marks.js';
import type { VotersEntries } from './running-entries.js';
import type { MarksOf } from './tally/ballots.js';

/** What a ballot is made of. */
export interface BallotParts {
  readonly contest: Contest;
  readonly places: readonly Place[];
  readonly entries: VotersEntries;
  /** The account that the ballot belongs to. */
  readonly owner: Account;
  /** Absent where nothing is marked yet. */
  readonly ballot: Pick<BallotRow, 'marks' | 'voidReason'> | undefined;
}

/** A ballot as its voter sees it: without what is out, and without their own. */
export function ballotOf({ contest, places, entries, owner, ballot }: BallotParts): Ballot {
  const { method } = contest.rules;
  const { byId, own, out } = entries;
  const ordered = entries.inOrderOf(owner);
  const others = without(own, ordered);
  const running = without(out, others);
  const isMarkable = (id: string) => {
    const number = byId.get(id)?.number;
    return number !== undefined && !own.has(number) && !out.has(number);
  };
  const marks = ballot?.marks ?? emptyMarks(method);
  return {
    contest,
    seenAt: places,
    entries: running,
    marks: Array.isArray(marks) && method !== 'duels' ? (marks as string[]).filter(isMarkable) : marks,
    pairs: method === 'duels' ? pairsOf(contest, owner, others, entries) : [],
    missing:
      method === 'stars'
        ? missingRatings(ordered.length, running.length, Object.keys(marks as MarksOf['stars']).length)
        : 0,
    voidReason: ballot?.voidReason ?? undefined,
  };
}

/** Of thousands, at each press: mostly there is nothing to leave out. */
function without(numbers: ReadonlySet<number>, entries: readonly NumberedEntry[]): readonly NumberedEntry[] {
  return numbers.size === 0 ? entries : entries.filter(({ number }) => !numbers.has(number));
}

/** Drawn from all that there were, so that a pair keeps its number when another one goes. */
function pairsOf(
  { shuffleKey }: Contest,
  owner: Account,
  others: readonly NumberedEntry[],
  { byId, out }: VotersEntries,
): BallotPair[] {
  const ids = others.map(({ id }) => id);
  return duelPairs(ids, accountOf(owner), Buffer.from(shuffleKey, 'hex')).flatMap(([one, other], at) => {
    const [left, right] = [byId.get(one)!, byId.get(other)!];
    return out.has(left.number) || out.has(right.number) ? [] : [{ index: at + 1, left, right }];
  });
}
