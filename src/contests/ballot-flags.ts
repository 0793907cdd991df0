import type { Account } from './account-links-table.js';
import { isNobody } from './contest.js';
import type { BallotRow } from './contest-ballots-table.js';

/**
 * For one entry alone, `young`: by a new account, `joined`: by somebody who was no member when the contest opened. `together`: several
 * such for the same entry, one soon after the other.
 */
export interface BallotFlag {
  readonly kind: 'young' | 'joined' | 'together';
  readonly accounts: readonly Account[];
}

const dayMs = 86_400_000;
const youngDays = 30;
const togetherMs = 3_600_000;
const togetherCount = 5;

/** What is known of the voters; undefined where nobody tells. */
export interface VoterDates {
  readonly createdAt: (account: Account) => Date | undefined;
  readonly joinedAt: (account: Account) => Date | undefined;
  /** When the contest opened. */
  readonly opensAt: Date;
}

/** Those that are for one entry alone, and count. */
export function ballotsForOne(ballots: readonly BallotRow[]): readonly BallotRow[] {
  return ballots.filter(
    (row) => onlyEntryOf(row) !== undefined && row.voidReason === null && !isNobody(accountOf(row)),
  );
}

/** Ballots that moderators may want to look at; nothing follows from it by itself, and nobody learns for which entry they are. */
export function ballotFlags(
  ballots: readonly BallotRow[],
  { createdAt, joinedAt, opensAt }: VoterDates,
): readonly BallotFlag[] {
  const odd = ballotsForOne(ballots).flatMap((row) => {
    const account = accountOf(row);
    const [since, joined] = [createdAt(account), joinedAt(account)];
    const isYoung = since !== undefined && row.changedAt.getTime() - since.getTime() < youngDays * dayMs;
    const isJoined = joined !== undefined && joined > opensAt;
    return isYoung || isJoined ? [{ entry: onlyEntryOf(row), account, at: row.changedAt, isYoung, isJoined }] : [];
  });
  const ofEntries = [...new Set(odd.map(({ entry }) => entry))].map((entry) =>
    odd.filter((one) => one.entry === entry).toSorted((one, other) => one.at.getTime() - other.at.getTime()),
  );
  return [
    ...ofEntries.filter(isTogether).map((some): BallotFlag => ({ kind: 'together', accounts: accountsOf(some) })),
    ...odd.filter(({ isYoung }) => isYoung).map(({ account }): BallotFlag => ({ kind: 'young', accounts: [account] })),
    ...odd
      .filter(({ isJoined }) => isJoined)
      .map(({ account }): BallotFlag => ({ kind: 'joined', accounts: [account] })),
  ];
}

type Odd = { readonly account: Account; readonly at: Date };

function accountOf({ platform, personId: id }: BallotRow): Account {
  return { platform, id };
}

function isTogether(sorted: readonly Odd[]): boolean {
  return sorted.some(({ at }, index) => {
    const first = sorted[index - togetherCount + 1];
    return first !== undefined && at.getTime() - first.at.getTime() <= togetherMs;
  });
}

function accountsOf(some: readonly Odd[]): Account[] {
  return some.map(({ account }) => account);
}

/** Where a ballot says something about one entry alone. */
function onlyEntryOf({ marks }: Pick<BallotRow, 'marks'>): string | undefined {
  const listed: readonly unknown[] = Array.isArray(marks) ? marks : Object.keys(marks);
  const [only, ...others] = listed;
  return typeof only === 'string' && others.length === 0 ? only : undefined;
}
