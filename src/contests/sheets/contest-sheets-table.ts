import { and, desc, eq, inArray, lt, ne } from 'drizzle-orm';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Person } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { contestEntries, contestSheets } from '../tables.js';

/** Pages of ballots, each voter's in an order of its own: of a crowd that turns many, the last ones; each is 150 kB. */
const usualMaxPerContest = 2000;
/** A use is noted no finer: most calls only read. */
const noteEveryMs = 3_600_000;

/** Sheets that were drawn: by what is on them, so that the same one is drawn once. All of them can be drawn again. */
export class ContestSheetsTable {
  readonly #database: Database;
  readonly #maxPerContest: number;

  constructor(database: Database, maxPerContest = usualMaxPerContest) {
    this.#database = database;
    this.#maxPerContest = maxPerContest;
  }

  /** @returns undefined where it was not drawn yet, or is gone */
  async use(id: string, now = new Date()): Promise<BlobKey | undefined> {
    const [sheet] = await this.#database.select().from(contestSheets).where(eq(contestSheets.id, id));
    if (sheet && sheet.usedAt.getTime() < now.getTime() - noteEveryMs)
      await this.#database.update(contestSheets).set({ usedAt: now }).where(eq(contestSheets.id, id));
    return sheet?.blob;
  }

  /** @returns those that had to make room, for the caller to delete */
  async add(sheet: { readonly id: string; readonly contest: string; readonly blob: BlobKey }): Promise<BlobKey[]> {
    await this.#database
      .insert(contestSheets)
      .values({ ...sheet, usedAt: new Date() })
      .onConflictDoNothing();
    const surplus = this.#database
      .select({ id: contestSheets.id })
      .from(contestSheets)
      .where(and(eq(contestSheets.contest, sheet.contest), ne(contestSheets.id, sheet.id)))
      .orderBy(desc(contestSheets.usedAt))
      .offset(this.#maxPerContest - 1);
    return this.#remove(inArray(contestSheets.id, surplus));
  }

  /** @returns those that nobody has asked for since, for the caller to delete */
  removeUnused(since: Date): Promise<BlobKey[]> {
    return this.#remove(lt(contestSheets.usedAt, since));
  }

  /** @returns those on which something of this person's may be, for the caller to delete */
  removeShowing({ platform, id }: Pick<Person, 'platform' | 'id'>): Promise<BlobKey[]> {
    const theirs = this.#database
      .select({ contest: contestEntries.contest })
      .from(contestEntries)
      .where(and(eq(contestEntries.platform, platform), eq(contestEntries.personId, id)));
    return this.#remove(inArray(contestSheets.contest, theirs));
  }

  async #remove(which: Parameters<ReturnType<Database['delete']>['where']>[0]): Promise<BlobKey[]> {
    const removed = await this.#database.delete(contestSheets).where(which).returning({ blob: contestSheets.blob });
    return removed.map(({ blob }) => blob);
  }
}
