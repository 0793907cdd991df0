import type { KeptData } from '#src/core/kept-data.js';
import type { AccountLinksTable } from './account-links-table.js';
import type { ContestCodesTable } from './contest-codes-table.js';

export interface KeptAccountLinksOptions {
  readonly links: AccountLinksTable;
  readonly codes: ContestCodesTable;
}

/** Which other accounts are theirs. */
export function keptAccountLinks({ links, codes }: KeptAccountLinksOptions): KeptData {
  return {
    name: 'linkedAccounts',
    everythingOf: async (person) => ({ rows: (await links.accountsOf(person)).slice(1) }),
    async forget(person) {
      await links.forget(person);
      await codes.forget(person);
      return [];
    },
  };
}
