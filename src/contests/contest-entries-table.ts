import { and, asc, count, eq, inArray, sql } from 'drizzle-orm';
import type { Text } from '#src/core/locale.js';
import type { Database } from '#src/database/database.js';
import type { ContestEntry, EntryState } from './contest.js';
import { contestEntries } from './tables.js';

type Consent = (typeof contestEntries.$inferInsert)['consent'];

export class ContestEntriesTable {
  readonly #database: Database;

  /** @param database may be a transaction */
  constructor(database: Database) {
    this.#database = database;
  }

  /** @returns false where the same picture takes part already, whoever has sent it */
  async add({ author, server, ...entry }: ContestEntry, consent: Consent): Promise<boolean> {
    const added = await this.#database
      .insert(contestEntries)
      .values({
        ...entry,
        platform: author.platform,
        personId: author.id,
        personName: author.name,
        server: server.server,
        consent,
      })
      .onConflictDoNothing()
      .returning({ id: contestEntries.id });
    return added.length > 0;
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

  async count(contest: string, state: EntryState): Promise<number> {
    const [row] = await this.#database
      .select({ count: count() })
      .from(contestEntries)
      .where(and(eq(contestEntries.contest, contest), eq(contestEntries.state, state)));
    return row?.count ?? 0;
  }

  /** @returns how it is then, or undefined where it is in none of those states any more */
  async setState(
    id: string,
    from: readonly EntryState[],
    { state, reason }: { readonly state: EntryState; readonly reason?: Text | undefined },
  ): Promise<ContestEntry | undefined> {
    const [row] = await this.#database
      .update(contestEntries)
      .set({ state, reason: reason ?? null, decidedAt: new Date() })
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

function toEntry(row: typeof contestEntries.$inferSelect): ContestEntry {
  const { id, contest, number, platform, personId, personName, server, state, reason, source, job, picture, before } =
    row;
  return {
    id,
    contest,
    number: number ?? undefined,
    author: { platform, id: personId, name: personName },
    server: { platform, server },
    state,
    reason: reason ?? undefined,
    source,
    job: job ?? undefined,
    picture,
    before: before ?? undefined,
    alt: row.alt,
    title: row.title ?? undefined,
    submittedAt: row.submittedAt,
  };
}
