import { and, asc, count, eq, inArray, isNotNull, lt, ne, notInArray, sql } from 'drizzle-orm';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Text } from '#src/core/locale.js';
import type { Person } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { Consent, ContestEntry, EntryState } from './contest.js';
import { filesOf, toEntry, toRow } from './contest-entry-rows.js';
import { contestEntries } from './tables.js';

type Author = Pick<Person, 'platform' | 'id'>;

/** Those that take part, or may. */
export const liveStates = ['pending', 'accepted'] as const satisfies readonly EntryState[];

/** What ballots need to know of an entry, which stays as it is while people vote. */
export interface NumberedEntry {
  readonly id: string;
  readonly number: number;
  readonly author: Author;
}

export class ContestEntriesTable {
  readonly #database: Database;

  /** @param database may be a transaction */
  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * @param replaces the entry that it takes the place of, once its author has agreed
   * @returns false where the same picture takes part already, whoever has sent it
   */
  async add(entry: ContestEntry, consent: Consent, replaces?: string): Promise<boolean> {
    const added = await this.#database
      .insert(contestEntries)
      .values({ ...toRow(entry), consent, replaces })
      .onConflictDoNothing()
      .returning({ id: contestEntries.id });
    return added.length > 0;
  }

  /** Another picture for the same entry. @returns false where that picture takes part already */
  async replace(id: string, { id: _, ...entry }: ContestEntry, consent: Consent): Promise<boolean> {
    if (entry.picture && (await this.#isTaken(entry.contest, entry.picture, id))) return false;
    await this.#database
      .update(contestEntries)
      .set({ ...toRow(entry), consent, reason: null, decidedAt: null, becomes: null })
      .where(eq(contestEntries.id, id));
    return true;
  }

  /** @returns the place of which entry an `asked` one takes, and what its author was asked */
  async askedOf(id: string): Promise<{ readonly replaces: string | undefined; readonly consent: Consent } | undefined> {
    const { replaces, consent } = contestEntries;
    const [row] = await this.#database
      .select({ replaces, consent })
      .from(contestEntries)
      .where(and(eq(contestEntries.id, id), eq(contestEntries.state, 'asked')));
    return row && { replaces: row.replaces ?? undefined, consent: row.consent };
  }

  async setReplaces(id: string, replaces: string): Promise<void> {
    await this.#database.update(contestEntries).set({ replaces }).where(eq(contestEntries.id, id));
  }

  async remove(id: string): Promise<void> {
    await this.#database.delete(contestEntries).where(eq(contestEntries.id, id));
  }

  /** Whoever is asked anew need not answer what was asked before. @returns ids of what that was about */
  async removeAskedOf(contest: string, { platform, id }: Author): Promise<string[]> {
    const rows = await this.#database
      .delete(contestEntries)
      .where(
        and(
          eq(contestEntries.contest, contest),
          eq(contestEntries.platform, platform),
          eq(contestEntries.personId, id),
          eq(contestEntries.state, 'asked'),
        ),
      )
      .returning({ id: contestEntries.id });
    return rows.map((row) => row.id);
  }

  /** Questions that nobody has answered. @returns their files */
  async removeAskedBefore(moment: Date): Promise<BlobKey[]> {
    const rows = await this.#database
      .delete(contestEntries)
      .where(and(eq(contestEntries.state, 'asked'), lt(contestEntries.submittedAt, moment)))
      .returning();
    return rows.flatMap(filesOf);
  }

  async get(id: string): Promise<ContestEntry | undefined> {
    const [row] = await this.#database.select().from(contestEntries).where(eq(contestEntries.id, id));
    return row && toEntry(row);
  }

  async numbered(contest: string, number: number): Promise<ContestEntry | undefined> {
    const [row] = await this.#database
      .select()
      .from(contestEntries)
      .where(and(eq(contestEntries.contest, contest), eq(contestEntries.number, number)));
    return row && toEntry(row);
  }

  /** In the order in which they came. */
  async ofContest(contest: string, states: readonly EntryState[]): Promise<ContestEntry[]> {
    const rows = await this.#database
      .select()
      .from(contestEntries)
      .where(and(eq(contestEntries.contest, contest), inArray(contestEntries.state, [...states])))
      .orderBy(asc(contestEntries.submittedAt), asc(contestEntries.id));
    return rows.map(toEntry);
  }

  /** In all contests, in the order in which they came. */
  async ofAuthor({ platform, id }: Author): Promise<ContestEntry[]> {
    const rows = await this.#database
      .select()
      .from(contestEntries)
      .where(
        and(eq(contestEntries.platform, platform), eq(contestEntries.personId, id), ne(contestEntries.state, 'asked')),
      )
      .orderBy(asc(contestEntries.submittedAt), asc(contestEntries.id));
    return rows.map(toEntry);
  }

  /** All that were in the running when voting began, and whose they are, in the order of their numbers. */
  async numbers(contest: string): Promise<NumberedEntry[]> {
    const { id, number, platform, personId } = contestEntries;
    const rows = await this.#database
      .select({ id, number, platform, personId })
      .from(contestEntries)
      .where(and(eq(contestEntries.contest, contest), isNotNull(number)))
      .orderBy(asc(number));
    return rows.map((row) => ({
      id: row.id,
      number: row.number!,
      author: { platform: row.platform, id: row.personId },
    }));
  }

  /** Those that are in the running. */
  async acceptedNumbers(contest: string): Promise<{ readonly id: string; readonly number: number }[]> {
    const { id, number, state } = contestEntries;
    const rows = await this.#database
      .select({ id, number })
      .from(contestEntries)
      .where(and(eq(contestEntries.contest, contest), isNotNull(number), eq(state, 'accepted')));
    return rows.map((row) => ({ id: row.id, number: row.number! }));
  }

  /** What a sheet shows of some of them. */
  async shownOn(contest: string, numbers: readonly number[]) {
    const { id, number, picture, alt, isSpoiler } = contestEntries;
    const rows = await this.#database
      .select({ id, number, picture, alt, isSpoiler })
      .from(contestEntries)
      .where(and(eq(contestEntries.contest, contest), inArray(number, [...numbers])));
    return rows.map((row) => ({ ...row, number: row.number! }));
  }

  /** Some of them, whole. */
  async withNumbers(contest: string, numbers: readonly number[]): Promise<ContestEntry[]> {
    const rows = await this.#database
      .select()
      .from(contestEntries)
      .where(and(eq(contestEntries.contest, contest), inArray(contestEntries.number, [...numbers])));
    return rows.map(toEntry);
  }

  async count(contest: string, ...states: readonly EntryState[]): Promise<number> {
    const [row] = await this.#database
      .select({ count: count() })
      .from(contestEntries)
      .where(and(eq(contestEntries.contest, contest), inArray(contestEntries.state, [...states])));
    return row?.count ?? 0;
  }

  /** Of all its pictures that are stored. */
  async byteLengthOf(contest: string): Promise<number> {
    const { rows } = (await this.#database.execute(sql`
      SELECT coalesce(sum("stored"."byte_length"), 0)::text AS "total" FROM (
        SELECT DISTINCT unnest(ARRAY["picture", "before"]) AS "blob" FROM ${contestEntries}
        WHERE "contest" = ${contest} AND "state" <> 'asked'
      ) AS "named"
      JOIN "blob_uses" AS "stored" ON "stored"."blob" = "named"."blob" AND "stored"."kind" = 'stored'
    `)) as unknown as { readonly rows: readonly { readonly total: string }[] };
    return Number(rows[0]?.total ?? 0);
  }

  /** What entries that may take part are recognised by. */
  async hashesOf(contest: string): Promise<readonly { readonly id: string; readonly hash: string }[]> {
    const { id, hash } = contestEntries;
    const rows = await this.#database
      .select({ id, hash })
      .from(contestEntries)
      .where(and(eq(contestEntries.contest, contest), inArray(contestEntries.state, [...liveStates])))
      .orderBy(asc(contestEntries.submittedAt), asc(id));
    return rows.flatMap((row) => (row.hash === null ? [] : [{ id: row.id, hash: row.hash }]));
  }

  /** Whether a picture of a job takes part in any contest, or may. */
  async isEntered(job: string): Promise<boolean> {
    const [row] = await this.#database
      .select({ id: contestEntries.id })
      .from(contestEntries)
      .where(and(eq(contestEntries.job, job), inArray(contestEntries.state, [...liveStates])))
      .limit(1);
    return row !== undefined;
  }

  isTaken(contest: string, picture: BlobKey): Promise<boolean> {
    return this.#isTaken(contest, picture, '');
  }

  async #isTaken(contest: string, picture: BlobKey, except: string): Promise<boolean> {
    const [row] = await this.#database
      .select({ id: contestEntries.id })
      .from(contestEntries)
      .where(
        and(
          eq(contestEntries.contest, contest),
          eq(contestEntries.picture, picture),
          inArray(contestEntries.state, [...liveStates]),
          ne(contestEntries.id, except),
        ),
      );
    return row !== undefined;
  }

  /**
   * Its author takes it back, picture and all.
   * @param keepsRank it is counted as before, as people know the result
   * @returns how it is then, with the files that it had
   */
  async withdraw(
    id: string,
    { keepsRank = false } = {},
  ): Promise<{ readonly entry: ContestEntry; readonly files: readonly BlobKey[] } | undefined> {
    const isThere = and(eq(contestEntries.id, id), notInArray(contestEntries.state, ['asked', 'withdrawn']));
    const { picture, before } = contestEntries;
    const [had] = await this.#database.select({ picture, before }).from(contestEntries).where(isThere);
    const [row] = await this.#database
      .update(contestEntries)
      .set({
        state: 'withdrawn',
        reason: null,
        decidedAt: new Date(),
        becomes: keepsRank ? 'accepted' : null,
        picture: null,
        before: null,
      })
      .where(isThere)
      .returning();
    return had && row && { entry: toEntry(row), files: filesOf(had) };
  }

  /** @returns how it is then, or undefined where it is in none of those states any more */
  async setState(
    id: string,
    from: readonly EntryState[],
    { state, reason, becomes }: Pick<ContestEntry, 'state' | 'becomes'> & { readonly reason?: Text },
  ): Promise<ContestEntry | undefined> {
    const [row] = await this.#database
      .update(contestEntries)
      .set({ state, reason: reason ?? null, decidedAt: new Date(), becomes: becomes ?? null })
      .where(and(eq(contestEntries.id, id), inArray(contestEntries.state, [...from])))
      .returning();
    return row && toEntry(row);
  }

  /** Nobody has looked at them in time. @returns them */
  async endReview(contest: string): Promise<ContestEntry[]> {
    const rows = await this.#database
      .update(contestEntries)
      .set({ state: 'unreviewed', decidedAt: new Date() })
      .where(and(eq(contestEntries.contest, contest), eq(contestEntries.state, 'pending')))
      .returning();
    return rows.map(toEntry);
  }

  /** @param ids in the order of their numbers, from 1 */
  async giveNumbers(ids: readonly string[]): Promise<void> {
    await this.#database.execute(sql`
      UPDATE ${contestEntries} SET "number" = "given"."number"
      FROM jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) WITH ORDINALITY AS "given" ("id", "number")
      WHERE ${contestEntries.id} = "given"."id"
    `);
  }
}
