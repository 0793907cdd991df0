import { BoundedMap } from '#src/core/bounded-map.js';
import type { Database } from '#src/database/database.js';
import { ballotOrder } from './ballot-order.js';
import { ContestEntriesTable, type NumberedEntry } from './contest-entries-table.js';

/** Contests that are voted on at once, and voters of one who press just now: of more, the last ones are remembered. */
const maxContests = 20;
const maxVoters = 200;

interface Known {
  readonly version: string;
  readonly entries: readonly NumberedEntry[];
  readonly orders: BoundedMap<string, readonly NumberedEntry[]>;
}

/** Entries of contests that are voted on. A press needs all of them, in its voter's order, so they are read again only where one has changed. */
export class RunningEntries {
  readonly #table: ContestEntriesTable;
  readonly #known = new BoundedMap<string, Known>(maxContests);

  constructor(database: Database) {
    this.#table = new ContestEntriesTable(database);
  }

  /** All that were in the running when voting began, as one voter sees them. @param key of the contest, secret until its end */
  async inOrderOf(voter: string, contest: string, key: Uint8Array): Promise<readonly NumberedEntry[]> {
    const { entries, orders } = await this.#read(contest);
    const known = orders.get(voter);
    if (known) return known;
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const ordered = ballotOrder([...byId.keys()], voter, key).map((id) => byId.get(id)!);
    orders.set(voter, ordered);
    return ordered;
  }

  async #read(contest: string): Promise<Known> {
    const version = await this.#table.versionOfNumbers(contest);
    const before = this.#known.get(contest);
    if (before?.version === version) return before;
    const entries = await this.#table.numbers(contest);
    const known = { version, entries, orders: new BoundedMap<string, readonly NumberedEntry[]>(maxVoters) };
    this.#known.set(contest, known);
    return known;
  }
}
