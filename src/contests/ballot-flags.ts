import type { Account } from './account-links-table.js';
import type { BallotRow } from './contest-ballots-table.js';

/** `young`: for one entry alone, by a new account. `together`: several such for the same entry, one soon after the other. */
export interface BallotFlag {
  readonly kind: 'young' | 'together';
  readonly accounts: readonly Account[];
}

const dayMs = 86_400_000;
const youngDays = 30;
const togetherMs = 3_600_000;
const togetherCount = 5;

/**
 * Ballots that moderators may want to look at; nothing follows from it by itself, and nobody learns for which entry they are.
 * @param createdAt of an account; undefined where nobody tells
 */
export function ballotFlags(
  ballots: readonly BallotRow[],
  createdAt: (account: Account) => Date | undefined,
): readonly BallotFlag[] {
  const young = ballots.flatMap((row) => {
    const entry = onlyEntryOf(row);
    const account = { platform: row.platform, id: row.personId };
    const since = createdAt(account);
    const isYoung = since && row.changedAt.getTime() - since.getTime() < youngDays * dayMs;
    return entry !== undefined && isYoung && row.voidReason === null ? [{ entry, account, at: row.changedAt }] : [];
  });
  const ofEntries = [...new Set(young.map(({ entry }) => entry))].map((entry) =>
    young.filter((one) => one.entry === entry).toSorted((one, other) => one.at.getTime() - other.at.getTime()),
  );
  return [
    ...ofEntries.filter(isTogether).map((some): BallotFlag => ({ kind: 'together', accounts: accountsOf(some) })),
    ...young.map(({ account }): BallotFlag => ({ kind: 'young', accounts: [account] })),
  ];
}

type Young = { readonly account: Account; readonly at: Date };

function isTogether(sorted: readonly Young[]): boolean {
  return sorted.some(({ at }, index) => {
    const first = sorted[index - togetherCount + 1];
    return first !== undefined && at.getTime() - first.at.getTime() <= togetherMs;
  });
}

function accountsOf(some: readonly Young[]): Account[] {
  return some.map(({ account }) => account);
}

/** Where a ballot says something about one entry alone. */
function onlyEntryOf({ marks }: Pick<BallotRow, 'marks'>): string | undefined {
  const listed: readonly unknown[] = Array.isArray(marks) ? marks : Object.keys(marks);
  const [only, ...others] = listed;
  return typeof only === 'string' && others.length === 0 ? only : undefined;
}
