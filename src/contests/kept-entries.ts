import type { BlobKey } from '#src/core/blob-key.js';
import type { KeptData } from '#src/core/kept-data.js';
import type { Person } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { AuthorsEntriesTable } from './authors-entries-table.js';
import type { ContestClock } from './contest-clock.js';
import { ContestEntriesTable } from './contest-entries-table.js';
import { ContestsTable } from './contests-table.js';

export interface KeptEntriesOptions {
  readonly database: Database;
  readonly clock: Pick<ContestClock, 'entriesChanged'>;
}

/** Whoever was asked, and did not answer for so long, is asked anew. */
const askedForMs = 86_400_000;

/** Entries of a person: pictures, states, reasons and what was agreed to. */
export function keptEntries({ database, clock }: KeptEntriesOptions): KeptData {
  const authors = new AuthorsEntriesTable(database);
  return {
    name: 'contestEntries',
    async everythingOf(person) {
      const rows = await authors.everythingOf(person);
      return { rows, files: rows.flatMap(({ picture }) => (picture === null ? [] : [picture])) };
    },
    async forget(person) {
      const files: BlobKey[] = [];
      for (const contest of await authors.contestsOf(person))
        files.push(...(await database.transaction((transaction) => forgetIn(contest, person, clock, transaction))));
      return files;
    },
    async sweep(now) {
      const unused = await new ContestEntriesTable(database).removeAskedBefore(new Date(now.getTime() - askedForMs));
      return { unused };
    },
  };
}

/** What nobody votes on yet goes; of what was voted on a number stays, and whose it was nobody knows any more. */
async function forgetIn(
  id: string,
  person: Person,
  clock: KeptEntriesOptions['clock'],
  transaction: Database,
): Promise<readonly BlobKey[]> {
  const contest = await new ContestsTable(transaction).lock(id);
  const files = await new AuthorsEntriesTable(transaction).forget(id, person);
  if (contest) await clock.entriesChanged(contest, transaction, 'gone');
  return files;
}
