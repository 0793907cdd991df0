import { text } from '#src/core/locale.js';
import { isSamePerson, type Person, type Server } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { type Account, AccountLinksTable } from './account-links-table.js';
import { type Contest, type ContestEntry, communityKey, communityOf } from './contest.js';
import { ContestBallotsTable } from './contest-ballots-table.js';
import type { ContestClock } from './contest-clock.js';
import { ContestEntriesTable, liveStates } from './contest-entries-table.js';
import { ContestsTable } from './contests-table.js';
import { restoredState } from './entry-rules.js';

export interface EntryBansOptions {
  readonly database: Database;
  readonly clock: Pick<ContestClock, 'entriesChanged'>;
  readonly isBanned: (server: Server, account: Account) => Promise<boolean>;
}

const banned = text('contests.entries.reasons.banned');
const running = ['scheduled', 'open', 'review', 'voting', 'closed'] as const;

/**
 * What a ban in a place of a contest does to it, for as long as it holds: entries are out, and the ballot does not count, whichever
 * of somebody's accounts they are of.
 */
export class EntryBans {
  readonly #options: EntryBansOptions;

  constructor(options: EntryBansOptions) {
    this.#options = options;
  }

  /** After somebody was banned from a community. */
  bar(server: Server, person: Person): Promise<void> {
    return this.#inEach(server, async (contest, transaction) => {
      const table = new ContestEntriesTable(transaction);
      for (const account of await new AccountLinksTable(transaction).accountsOf(person)) {
        for (const { id, state } of await ownIn(table, contest, account))
          await table.setState(id, liveStates, { state: 'disqualified', reason: banned, becomes: state });
        await new ContestBallotsTable(transaction).setVoid(contest.id, account, banned);
      }
    });
  }

  /** After a ban was lifted: nothing comes back that another place's ban, or a moderator's own word, keeps out. */
  readmit(server: Server, person: Person): Promise<void> {
    return this.#inEach(server, async (contest, transaction) => {
      const accounts = await new AccountLinksTable(transaction).accountsOf(person);
      if (await this.#isBarredStill(contest, { server, person }, accounts, transaction)) return;
      for (const account of accounts) await letIn(contest, account, transaction);
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

  /** By another ban than the one that was lifted, of any of somebody's accounts. */
  async #isBarredStill(
    contest: Contest,
    lifted: { readonly server: Server; readonly person: Account },
    accounts: readonly Account[],
    transaction: Database,
  ): Promise<boolean> {
    for (const { place } of await new ContestsTable(transaction).places(contest.id)) {
      const server = communityOf(place);
      const isHere = communityKey(server) === communityKey(lifted.server);
      for (const account of accounts.filter(({ platform }) => platform === server.platform)) {
        if (isHere && isSamePerson(account, lifted.person)) continue;
        if (await this.#options.isBanned(server, account)) return true;
      }
    }
    return false;
  }
}

async function letIn(contest: Contest, account: Account, transaction: Database): Promise<void> {
  const table = new ContestEntriesTable(transaction);
  for (const entry of await ownIn(table, contest, account)) {
    if (entry.state !== 'disqualified' || entry.reason?.key !== banned.key) continue;
    if (entry.picture && (await table.isTaken(contest.id, entry.picture))) continue;
    await table.setState(entry.id, ['disqualified'], { state: restoredState(contest, entry) });
  }
  await new ContestBallotsTable(transaction).clearVoid(contest.id, account, banned.key);
}

async function ownIn(table: ContestEntriesTable, { id }: Contest, account: Account): Promise<ContestEntry[]> {
  return (await table.ofAuthor(account)).filter(({ contest }) => contest === id);
}
