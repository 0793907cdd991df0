import { UserError } from '#src/core/errors.js';
import { isSamePerson } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { type Account, AccountLinksTable, isAmong } from './account-links-table.js';
import { ContestCodesTable } from './contest-codes-table.js';

/** Accounts that one person has, as far as that person says so: no bot can know. */
export class LinkedAccounts {
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, now = () => new Date()) {
    this.#database = database;
    this.#now = now;
  }

  /** To be typed with the other account, within ten minutes. */
  giveCode(account: Account): Promise<string> {
    return new ContestCodesTable(this.#database).give('link', account, this.#now());
  }

  /** @throws UserError where there is no such code any more, or it was given to the very same account */
  link(account: Account, code: string): Promise<void> {
    return this.#database.transaction(async (transaction) => {
      const taken = await new ContestCodesTable(transaction).take('link', code.trim().toLowerCase(), this.#now());
      if (!taken) throw new UserError('contestCodeUnknown');
      if (isSamePerson(taken.by, account)) throw new UserError('contestCodeOwn');
      await new AccountLinksTable(transaction).link(taken.by, account);
    });
  }
}

/** Of an account the person, for whoever counts ballots. */
export async function peopleBehind(database: Database): Promise<(account: string) => string> {
  const groups = await new AccountLinksTable(database).groups();
  return (account) => groups.get(account) ?? account;
}

/** Whether two accounts are one person. */
export async function isSameVoter(one: Account, other: Account, database: Database): Promise<boolean> {
  return isAmong(other, await new AccountLinksTable(database).accountsOf(one));
}
