import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Person } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { type EntryRow, filesOf } from './contest-entry-rows.js';
import { contestEntries } from './tables.js';

type Author = Pick<Person, 'platform' | 'id'>;

/** What somebody has entered, over all contests: to take along, and to be forgotten. */
export class AuthorsEntriesTable {
  readonly #database: Database;

  /** @param database may be a transaction */
  constructor(database: Database) {
    this.#database = database;
  }

  /** Every row of an author, as it is. */
  everythingOf({ platform, id }: Author): Promise<EntryRow[]> {
    return this.#database
      .select()
      .from(contestEntries)
      .where(and(eq(contestEntries.platform, platform), eq(contestEntries.personId, id)))
      .orderBy(asc(contestEntries.submittedAt), asc(contestEntries.id));
  }

  /** Ids of those in which somebody has entered something. */
  async contestsOf({ platform, id }: Author): Promise<string[]> {
    const rows = await this.#database
      .selectDistinct({ contest: contestEntries.contest })
      .from(contestEntries)
      .where(and(eq(contestEntries.platform, platform), eq(contestEntries.personId, id)));
    return rows.map(({ contest }) => contest);
  }

  /** Removes an author's entries of a contest, or everything of them but their numbers. @returns their files */
  async forget(contest: string, { platform, id }: Author): Promise<BlobKey[]> {
    const isTheirs = and(
      eq(contestEntries.contest, contest),
      eq(contestEntries.platform, platform),
      eq(contestEntries.personId, id),
    );
    const removed = await this.#database
      .delete(contestEntries)
      .where(and(isTheirs, isNull(contestEntries.number)))
      .returning();
    const numbered = await this.#database.select().from(contestEntries).where(isTheirs);
    await this.#database
      .update(contestEntries)
      .set({ ...nothingOfTheirs, state: 'withdrawn', personId: '' })
      .where(isTheirs);
    return [...removed, ...numbered].flatMap(filesOf);
  }

  /**
   * Of what is counted, numbers stay, and in a later count so do ranks.
   * @param nobody an account that their entries have from now on
   * @returns their files
   */
  async forgetCounted(contest: string, { platform, id }: Author, nobody: string): Promise<BlobKey[]> {
    const isTheirs = and(
      eq(contestEntries.contest, contest),
      eq(contestEntries.platform, platform),
      eq(contestEntries.personId, id),
      isNotNull(contestEntries.number),
    );
    const theirs = await this.#database.select().from(contestEntries).where(isTheirs);
    await this.#database
      .update(contestEntries)
      .set({ ...nothingOfTheirs, personId: nobody })
      .where(isTheirs);
    return theirs.flatMap(filesOf);
  }
}

/** Of an entry that its author wants to be forgotten. */
const nothingOfTheirs = {
  personName: '',
  reason: null,
  job: null,
  picture: null,
  before: null,
  hash: null,
  provenance: { isForeignPet: false, isOfPhoto: false, isKnown: false },
  alt: '',
  title: null,
  consent: { places: [], version: 0 },
  becomes: null,
};
