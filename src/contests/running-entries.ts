import { BoundedMap } from '#src/core/bounded-map.js';
import type { Database } from '#src/database/database.js';
import type { Account } from './account-links-table.js';
import { ballotOrder } from './ballot-order.js';
import { ContestEntriesTable, type NumberedEntry } from './contest-entries-table.js';
import { accountOf } from './count-ballots.js';
import type { VotingNow } from './voting-now.js';

/** Contests that are voted on at once: of more, the last ones are remembered. */
const maxContests = 20;
/** Voters who press just now: each takes two bytes an entry, so ten kilobytes at most. */
const maxOrders = 4000;

/** Entries of a contest as one voter finds them. */
export interface VotersEntries {
  /** All that were in the running when voting began. */
  readonly byId: ReadonlyMap<string, NumberedEntry>;
  readonly byNumber: ReadonlyMap<number, NumberedEntry>;
  /** Numbers of the voter's own, entered with whichever account. */
  readonly own: ReadonlySet<number>;
  /** Numbers of those that do not take part any more. */
  readonly out: ReadonlySet<number>;
  /** All of them, as whoever has this account is shown them. */
  readonly inOrderOf: (owner: Account) => readonly NumberedEntry[];
}

type Known = Pick<VotersEntries, 'byId' | 'byNumber'> & {
  readonly all: readonly NumberedEntry[];
  readonly numbersOf: ReadonlyMap<string, readonly number[]>;
};

/**
 * Entries of contests that are voted on. A press needs all of them in its voter's order, which stays the same until the end: so they
 * are read and put in order once, and what changes, which are out, comes with each press.
 */
export class RunningEntries {
  readonly #table: ContestEntriesTable;
  readonly #known = new BoundedMap<string, Known>(maxContests);
  readonly #orders = new BoundedMap<string, Uint16Array>(maxOrders);

  constructor(database: Database) {
    this.#table = new ContestEntriesTable(database);
  }

  /** @param accounts all that the voter has */
  async of(
    { contest, lastNumber, out }: Pick<VotingNow, 'contest' | 'lastNumber' | 'out'>,
    accounts: readonly Account[],
  ): Promise<VotersEntries> {
    const known = await this.#read(contest.id, lastNumber);
    const { byId, byNumber, all, numbersOf } = known;
    const own = new Set(accounts.flatMap((account) => numbersOf.get(accountOf(account)) ?? []));
    const inOrderOf = (owner: Account) => {
      const order = this.#orderOf(contest.id, known, accountOf(owner), Buffer.from(contest.shuffleKey, 'hex'));
      // Not by `Array.from`, which takes three times as long of numbers in a row.
      const ordered: NumberedEntry[] = [];
      for (const at of order) ordered.push(all[at]!);
      return ordered;
    };
    return { byId, byNumber, own, out, inOrderOf };
  }

  async #read(contest: string, lastNumber: number): Promise<Known> {
    const before = this.#known.get(contest);
    // Numbers are given all at once, and none is taken away.
    if (before && (before.all.at(-1)?.number ?? 0) === lastNumber) return before;
    const all = await this.#table.numbers(contest);
    const numbersOf = new Map<string, number[]>();
    for (const { author, number } of all) {
      const account = accountOf(author);
      numbersOf.set(account, [...(numbersOf.get(account) ?? []), number]);
    }
    const known: Known = {
      all,
      byId: new Map(all.map((entry) => [entry.id, entry])),
      byNumber: new Map(all.map((entry) => [entry.number, entry])),
      numbersOf,
    };
    this.#known.set(contest, known);
    return known;
  }

  /** @returns places in the list of all */
  #orderOf(contest: string, { all }: Known, owner: string, key: Uint8Array): Uint16Array {
    const name = `${contest}/${owner}`;
    const known = this.#orders.get(name);
    if (known?.length === all.length) return known;
    const placeOf = new Map(all.map(({ id }, at) => [id, at]));
    const ids = ballotOrder([...placeOf.keys()], owner, key);
    const order = Uint16Array.from(ids, (id) => placeOf.get(id)!);
    this.#orders.set(name, order);
    return order;
  }
}
