import type { Person } from '#src/core/place.js';
import type { Contest, ContestEntry, ContestResult } from './contest.js';
import type { BallotRow } from './contest-ballots-table.js';
import { type TallyInput, tally } from './tally/tally.js';

/** An account, as ballots are counted by it. */
export function accountOf({ platform, id }: Pick<Person, 'platform' | 'id'>): string {
  return `${platform}:${id}`;
}

/**
 * Counts a contest whose voting is over. Called by its closing, and by what corrects a result, alone: nobody can know a count
 * before the end.
 * @param entries that had a number, whatever became of them
 * @param personOf accounts that are linked are one person
 */
export function countBallots(
  { rules, tieSeed }: Pick<Contest, 'rules' | 'tieSeed'>,
  entries: readonly ContestEntry[],
  ballots: readonly BallotRow[],
  personOf: (account: string) => string = (account) => account,
): ContestResult {
  const rows = countedOf(ballots, personOf);
  const input = {
    method: rules.method,
    settings: { places: rules.marks },
    entries: entries.map((entry) => ({
      id: entry.id,
      author: accountOf(entry.author),
      isAccepted: isInRunning(entry),
    })),
    personOf,
    ballots: rows.map(({ platform, personId, isPanel, marks, voidReason, changedAt }) => ({
      voter: accountOf({ platform, id: personId }),
      isPanel,
      isVoid: voidReason !== null,
      changedAt: changedAt.getTime(),
      marks,
    })),
    ...(rules.panel > 0 && { panelWeight: rules.panel }),
    ...(rules.ties === 'lot' && { lotSeed: Buffer.from(tieSeed, 'hex') }),
  } as TallyInput;
  const { everybody, judges, result, lot } = tally(input);
  const votersPerPlace = votersPerPlaceOf(everybody.accounts, rows);
  const votes = {
    voters: everybody.voters,
    ...(judges && { judges: judges.voters }),
    ...(votersPerPlace.length > 1 && { votersPerPlace }),
  };
  if (everybody.voters === 0 && !judges?.voters) return { ...votes, ranks: [] };
  const numbers = new Map(entries.map(({ id, number }) => [id, number ?? 0]));
  const places = new Map(lot?.order.map((entry, index) => [entry, index + 1]));
  const ranks = result.map(({ entry, rank, decidedBy }) => ({
    entry,
    number: numbers.get(entry)!,
    rank: places.get(entry) ?? rank,
    ...(decidedBy && { decidedBy }),
  }));
  return { ...votes, ranks: ranks.toSorted((one, other) => one.rank - other.rank) };
}

/** What was withdrawn after its result was told keeps its rank in a later count, as nobody else's is to move by that. */
function isInRunning({ state, becomes }: ContestEntry): boolean {
  return state === 'accepted' || (state === 'withdrawn' && becomes === 'accepted');
}

/** Of each person the one that was changed last, and none that was only opened: there is no press on it. */
function countedOf(ballots: readonly BallotRow[], personOf: (account: string) => string): readonly BallotRow[] {
  const counted = new Map<string, BallotRow>();
  for (const ballot of ballots) {
    if (ballot.lastEvent === '' && Object.keys(ballot.marks).length === 0) continue;
    const { platform, personId: id, isPanel, changedAt } = ballot;
    const person = `${personOf(accountOf({ platform, id }))} ${isPanel}`;
    const other = counted.get(person);
    if (!other || other.changedAt <= changedAt) counted.set(person, ballot);
  }
  return [...counted.values()];
}

/** A ballot counts where it was changed last. @param accounts whose ballots, as ones of everybody, count */
function votersPerPlaceOf(
  accounts: readonly string[],
  rows: readonly BallotRow[],
): NonNullable<ContestResult['votersPerPlace']> {
  const nameOf = ({ platform, server }: BallotRow) => `${platform}/${server}`;
  const counts = new Map(rows.map((row) => [nameOf(row), { platform: row.platform, server: row.server, voters: 0 }]));
  if (counts.size < 2) return [];
  const counted = new Set(accounts);
  for (const row of rows)
    if (!row.isPanel && counted.has(accountOf({ platform: row.platform, id: row.personId })))
      counts.get(nameOf(row))!.voters += 1;
  return [...counts.values()];
}
