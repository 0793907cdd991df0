import { isSamePerson } from '#src/core/place.js';
import type { Account } from './account-links-table.js';
import { type Ballot, type BallotEntry, type BallotPair, missingRatings } from './ballot.js';
import type { Contest } from './contest.js';
import type { BallotRow } from './contest-ballots-table.js';
import type { NumberedEntry } from './contest-entries-table.js';
import { accountOf } from './count-ballots.js';
import { duelPairs } from './duel-pairs.js';
import { emptyMarks } from './marks.js';
import type { MarksOf } from './tally/ballots.js';

/** What a ballot is made of. */
export interface BallotParts {
  readonly contest: Contest;
  /** All that were in the running when voting began, in the order of the account that the ballot belongs to. */
  readonly ordered: readonly NumberedEntry[];
  /** All that the voter has, linked by themselves: they are one voter. */
  readonly accounts: readonly Account[];
  /** The account that the ballot belongs to. */
  readonly owner: Account;
  /** Absent where nothing is marked yet. */
  readonly ballot: Pick<BallotRow, 'marks' | 'voidReason'> | undefined;
}

/** A ballot as its voter sees it: without what is out, and without their own. */
export function ballotOf({ contest, ordered, accounts, owner, ballot }: BallotParts): Ballot {
  const { method } = contest.rules;
  const others = ordered.filter(({ author }) => !isAmong(author, accounts));
  const running = new Map<string, BallotEntry>();
  for (const { id, number, isAccepted } of others) if (isAccepted) running.set(id, { id, number });
  const marks = ballot?.marks ?? emptyMarks(method);
  return {
    contest,
    entries: [...running.values()],
    marks: Array.isArray(marks) && method !== 'duels' ? (marks as string[]).filter((id) => running.has(id)) : marks,
    pairs: method === 'duels' ? pairsOf(contest, owner, others, running) : [],
    missing:
      method === 'stars'
        ? missingRatings(ordered.length, running.size, Object.keys(marks as MarksOf['stars']).length)
        : 0,
    voidReason: ballot?.voidReason ?? undefined,
  };
}

export function isAmong(account: Account, accounts: readonly Account[]): boolean {
  return accounts.some((other) => isSamePerson(other, account));
}

/** Drawn from all that there were, so that a pair keeps its number when another one goes. */
function pairsOf(
  { shuffleKey }: Contest,
  owner: Account,
  others: readonly NumberedEntry[],
  running: ReadonlyMap<string, BallotEntry>,
): BallotPair[] {
  const ids = others.map(({ id }) => id);
  return duelPairs(ids, accountOf(owner), Buffer.from(shuffleKey, 'hex')).flatMap(([one, other], at) => {
    const [left, right] = [running.get(one), running.get(other)];
    return left && right ? [{ index: at + 1, left, right }] : [];
  });
}
