import type { Server } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { DueInstantsTable } from '#src/schedule/due-instants.js';
import type { DueHandler } from '#src/schedule/schedule.js';
import { type Contest, isNobody } from './contest.js';
import type { ContestEvent } from './contest-clock.js';
import { ContestEntriesTable } from './contest-entries-table.js';
import { ContestsTable } from './contests-table.js';

/** What its instants are called. */
export const prizeDue = 'contest-prize';

export interface PrizesOptions {
  readonly database: Database;
  /** @returns false where the bot may not */
  readonly setRole: (server: Server, person: string, role: string, isOn: boolean) => Promise<boolean>;
  /** Moderators have to see to it. */
  readonly tellRefused: (contest: Contest, transaction: Database) => Promise<void>;
  readonly now?: () => Date;
}

/** Gives whoever has the first rank the role that was announced, and takes it from whoever had it by an earlier result. */
export class Prizes {
  readonly #options: PrizesOptions;

  constructor(options: PrizesOptions) {
    this.#options = options;
  }

  /** For the schedule: asks a service, and so is done again where that does not answer. */
  get handler(): DueHandler {
    return { outside: ({ key }) => this.#award(key) };
  }

  /** In the transaction of a result, or of its correction. */
  async announce({ id, state, rules }: Contest, { kind }: ContestEvent, transaction: Database): Promise<void> {
    const isResult = state === 'published' && (kind === 'state' || kind === 'corrected');
    if (!isResult || !rules.prize) return;
    const dueAt = this.#options.now?.() ?? new Date();
    await new DueInstantsTable(transaction).set({ what: prizeDue, key: id, dueAt });
  }

  async #award(id: string): Promise<void> {
    const { database, setRole, tellRefused } = this.#options;
    const contests = new ContestsTable(database);
    const contest = await contests.get(id);
    const role = contest?.rules.prize;
    if (!contest || !role) return;
    const winners = await winnersOf(contest, database);
    let isRefused = false;
    for (const person of await contests.prizeHolders(id))
      if (!winners.has(person) && !(await setRole(contest.host, person, role.id, false))) isRefused = true;
    for (const person of winners) if (!(await setRole(contest.host, person, role.id, true))) isRefused = true;
    await database.transaction(async (transaction) => {
      await new ContestsTable(transaction).setPrizeHolders(id, [...winners]);
      if (isRefused) await tellRefused(contest, transaction);
    });
  }
}

/** Those of the service that has the role. */
async function winnersOf({ id, host, result }: Contest, database: Database): Promise<ReadonlySet<string>> {
  const first = new Set(result?.ranks.filter(({ rank }) => rank === 1).map(({ entry }) => entry));
  const entries = await new ContestEntriesTable(database).ofContest(id, ['accepted']);
  return new Set(
    entries.flatMap(({ id: entry, author }) =>
      first.has(entry) && author.platform === host.platform && !isNobody(author) ? [author.id] : [],
    ),
  );
}
