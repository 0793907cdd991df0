import { text } from '#src/core/locale.js';
import type { Person, Server } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { type Contest, type ContestEntry, communityKey, communityOf } from './contest.js';
import { ContestBallotsTable } from './contest-ballots-table.js';
import type { ContestClock } from './contest-clock.js';
import { ContestEntriesTable, liveStates } from './contest-entries-table.js';
import { ContestsTable } from './contests-table.js';
import { restoredState } from './entry-rules.js';

export interface EntryBansOptions {
  readonly database: Database;
  readonly clock: Pick<ContestClock, 'entriesChanged'>;
  readonly isBanned: (server: Server, person: Person) => Promise<boolean>;
}

const banned = text('contests.entries.reasons.banned');
const running = ['scheduled', 'open', 'review', 'voting', 'closed'] as const;

/** What a ban in a place of a contest does to it, for as long as it holds: entries are out, and the ballot does not count. */
export class EntryBans {
  readonly #options: EntryBansOptions;

  constructor(options: EntryBansOptions) {
    this.#options = options;
  }

  /** After somebody was banned from a community. */
  bar(server: Server, person: Person): Promise<void> {
    return this.#inEach(server, async (contest, transaction) => {
      const table = new ContestEntriesTable(transaction);
      for (const { id, state } of await ownIn(table, contest, person))
        await table.setState(id, liveStates, { state: 'disqualified', reason: banned, becomes: state });
      await new ContestBallotsTable(transaction).setVoid(contest.id, person, banned);
    });
  }

  /** After a ban was lifted: nothing comes back that another place's ban, or a moderator's own word, keeps out. */
  readmit(server: Server, person: Person): Promise<void> {
    return this.#inEach(server, async (contest, transaction) => {
      if (await this.#isBannedElsewhere(contest, server, person, transaction)) return;
      const table = new ContestEntriesTable(transaction);
      for (const entry of await ownIn(table, contest, person)) {
        if (entry.state !== 'disqualified' || entry.reason?.key !== banned.key) continue;
        if (entry.picture && (await table.isTaken(contest.id, entry.picture))) continue;
        await table.setState(entry.id, ['disqualified'], { state: restoredState(contest, entry) });
      }
      await new ContestBallotsTable(transaction).clearVoid(contest.id, person, banned.key);
    });
  }

  async #inEach(server: Server, work: (contest: Contest, transaction: Database) => Promise<void>): Promise<void> {
    const { database, clock } = this.#options;
    for (const { id } of await new ContestsTable(database).seenIn(server, running))
      await database.transaction(async (transaction) => {
        const contest = await new ContestsTable(transaction).lock(id);
        if (!contest) return;
        await work(contest, transaction);
        await clock.entriesChanged(contest, transaction, 'decided');
      });
  }

  async #isBannedElsewhere(contest: Contest, here: Server, person: Person, transaction: Database): Promise<boolean> {
    for (const { place } of await new ContestsTable(transaction).places(contest.id)) {
      const server = communityOf(place);
      const isOther = communityKey(server) !== communityKey(here) && server.platform === person.platform;
      if (isOther && (await this.#options.isBanned(server, person))) return true;
    }
    return false;
  }
}

async function ownIn(table: ContestEntriesTable, { id }: Contest, person: Person): Promise<ContestEntry[]> {
  return (await table.ofAuthor(person)).filter(({ contest }) => contest === id);
}
