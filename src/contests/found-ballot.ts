import { isSamePerson, type Place, type Server, serverOf } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { type Account, AccountLinksTable, isAmong } from './account-links-table.js';
import type { Contest } from './contest.js';
import { type BallotOf, type BallotRow, ContestBallotsTable } from './contest-ballots-table.js';
import { ContestJudgesTable } from './contest-judges-table.js';
import { RunningEntries, type VotersEntries } from './running-entries.js';
import { votingNow } from './voting-now.js';

/** What there is of a contest for one voter. */
export interface FoundBallot {
  readonly contest: Contest;
  /** Where the contest is seen. */
  readonly places: readonly Place[];
  readonly communities: readonly Server[];
  /** All that the voter has, linked by themselves: they are one voter. */
  readonly accounts: readonly Account[];
  readonly isJudge: boolean;
  /** Of all these accounts, as one of everybody and as a judge. */
  readonly rows: readonly BallotRow[];
  readonly entries: VotersEntries;
}

/** Reads what every press looks at, in as few statements as it takes. */
export class BallotReader {
  readonly #database: Database;
  readonly #running: RunningEntries;

  constructor(database: Database, running = new RunningEntries(database)) {
    this.#database = database;
    this.#running = running;
  }

  /** @returns undefined where there is no such contest */
  async read(id: string, voter: Account): Promise<FoundBallot | undefined> {
    const now = await votingNow(id, this.#database);
    if (!now) return undefined;
    const accounts = await new AccountLinksTable(this.#database).accountsOf(voter);
    return {
      contest: now.contest,
      places: now.places,
      communities: now.places.flatMap((place) => serverOf(place) ?? []),
      accounts,
      isJudge: now.contest.rules.panel > 0 && (await this.#isJudge(id, accounts)),
      rows: await new ContestBallotsTable(this.#database).ofAccounts(id, accounts),
      entries: await this.#running.of(now, accounts),
    };
  }

  async #isJudge(id: string, accounts: readonly Account[]): Promise<boolean> {
    const judges = await new ContestJudgesTable(this.#database).ofContest(id);
    return judges.some((judge) => isAmong(judge, accounts));
  }
}

/** Whether the voter has one in the running. */
export function hasEntry({ entries: { own, out } }: Pick<FoundBallot, 'entries'>): boolean {
  return [...own].some((number) => !out.has(number));
}

export function rowOf({ rows }: Pick<FoundBallot, 'rows'>, of: Omit<BallotOf, 'contest'>): BallotRow | undefined {
  return rows.find((row) => row.isPanel === of.isPanel && isRowOf(row, of.voter));
}

export function isRowOf({ platform, personId: id }: BallotRow, account: Account): boolean {
  return isSamePerson({ platform, id }, account);
}

/** Of several accounts of one person that ballot counts which was changed last. */
export function countedRow(rows: readonly BallotRow[]): BallotRow | undefined {
  const [last] = rows
    .filter(({ marks }) => Object.keys(marks).length > 0)
    .toSorted((one, other) => other.changedAt.getTime() - one.changedAt.getTime());
  return last;
}
