import { and, count, eq } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { isSamePerson, type Person } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { newId } from './contest.js';
import { accountLinks } from './tables.js';

export type Account = Pick<Person, 'platform' | 'id'>;

/** Whether it belongs to the person who has these. @param accounts as `accountsOf` gives them */
export function isAmong(account: Account, accounts: readonly Account[]): boolean {
  return accounts.some((other) => isSamePerson(other, account));
}

/** Accounts that are one person: each is in one group at most. */
export class AccountLinksTable {
  readonly #database: Database;

  /** @param database may be a transaction */
  constructor(database: Database) {
    this.#database = database;
  }

  /** Makes them, and whatever each is linked with, one person. */
  async link(one: Account, other: Account): Promise<void> {
    const [first, second] = [await this.#groupOf(one), await this.#groupOf(other)];
    const group = first ?? second ?? newId(12);
    if (first && second) await this.#database.update(accountLinks).set({ group }).where(eq(accountLinks.group, second));
    await this.#database
      .insert(accountLinks)
      .values([one, other].map(({ platform, id }) => ({ platform, personId: id, group })))
      .onConflictDoNothing();
  }

  /** All accounts of the person behind one, that one first. */
  async accountsOf(account: Account): Promise<Account[]> {
    const { platform, personId: id } = accountLinks;
    const one = alias(accountLinks, 'one');
    const linked = await this.#database
      .select({ platform, id })
      .from(one)
      .innerJoin(accountLinks, eq(accountLinks.group, one.group))
      .where(and(eq(one.platform, account.platform), eq(one.personId, account.id)));
    return [account, ...linked.filter((other) => !isSamePerson(other, account))];
  }

  /** @returns for each account that is linked, the person whom it belongs to, by any name */
  async groups(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#database.select().from(accountLinks);
    return new Map(rows.map(({ platform, personId, group }) => [`${platform}:${personId}`, group]));
  }

  /** The others of a group go on without it; one that is left alone is linked with nobody. */
  async forget({ platform, id }: Account): Promise<void> {
    const [gone] = await this.#database
      .delete(accountLinks)
      .where(and(eq(accountLinks.platform, platform), eq(accountLinks.personId, id)))
      .returning();
    if (!gone) return;
    const isOfGroup = eq(accountLinks.group, gone.group);
    const [left] = await this.#database.select({ count: count() }).from(accountLinks).where(isOfGroup);
    if (left?.count === 1) await this.#database.delete(accountLinks).where(isOfGroup);
  }

  async #groupOf({ platform, id }: Account): Promise<string | undefined> {
    const [row] = await this.#database
      .select({ group: accountLinks.group })
      .from(accountLinks)
      .where(and(eq(accountLinks.platform, platform), eq(accountLinks.personId, id)));
    return row?.group;
  }
}
