import { and, asc, eq, exists, inArray, isNull, not, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { BoundedMap } from '#src/core/bounded-map.js';
import type { Person } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { rowsAtATime, someAtATime } from '#src/database/some-at-a-time.js';
import { people } from './tables.js';

/** People whose row is kept in memory: every command asks for it, and only this process writes it. */
const maxKnownPeople = 10_000;

type Locales = Readonly<Pick<typeof people.$inferSelect, 'locale' | 'appLocale'>>;

/** What is kept of people, one row each. */
export type TableOfPeople = PgTable & Readonly<Record<'platform' | 'personId', PgColumn>>;

export class PeopleTable {
  readonly #database: Database;
  /** Of people who have a row. */
  readonly #known = new BoundedMap<string, Locales>(maxKnownPeople);

  constructor(database: Database) {
    this.#database = database;
  }

  /** The language the person chose; undefined while they have not. */
  async chosenLocaleOf(person: Person): Promise<string | undefined> {
    return (await this.#localesOf(person))?.locale ?? undefined;
  }

  /** What to speak with somebody: what they chose, else this language, else that of the app that they spoke from last. */
  async localeOf(person: Person, language?: string): Promise<string | undefined> {
    const known = await this.#localesOf(person);
    return known?.locale ?? language ?? known?.appLocale ?? undefined;
  }

  async setLocale(person: Person, locale: string | undefined): Promise<void> {
    await this.#put(person, { locale: locale ?? null });
  }

  /** @param appLocale undefined: as it was */
  async remember(person: Person, appLocale?: string): Promise<void> {
    const known = this.#known.get(keyOf(person));
    if (known && (appLocale === undefined || known.appLocale === appLocale)) return;
    await this.#put(person, appLocale === undefined ? {} : { appLocale });
  }

  /** Every column, as it is. */
  async get(person: Person): Promise<object | undefined> {
    const [row] = await this.#database.select().from(people).where(isPerson(person));
    return row;
  }

  async forget(person: Person): Promise<void> {
    await this.#database.delete(people).where(isPerson(person));
    this.#known.delete(keyOf(person));
  }

  /**
   * Those who came before a moment and of whom nothing is kept: no choice of a language, and no row elsewhere. They are as new when they come again.
   * @returns how many
   */
  async removeIdleBefore(moment: Date, elsewhere: readonly TableOfPeople[]): Promise<number> {
    const has = (table: TableOfPeople) =>
      exists(
        this.#database
          .select({ one: sql`1` })
          .from(table as PgTable)
          .where(and(eq(table.platform, people.platform), eq(table.personId, people.id))),
      );
    let count = 0;
    for await (const rows of this.#everybody()) {
      for (const [platform, ids] of idsByPlatform(
        rows.filter((row) => row.locale === null && row.createdAt < moment),
      )) {
        const removed = await this.#database
          .delete(people)
          .where(
            and(
              eq(people.platform, platform),
              inArray(people.id, ids),
              isNull(people.locale),
              ...elsewhere.map((table) => not(has(table))),
            ),
          )
          .returning({ id: people.id });
        for (const { id } of removed) this.#known.delete(keyOf({ platform, id }));
        count += removed.length;
      }
    }
    return count;
  }

  #everybody() {
    return someAtATime<typeof people.$inferSelect>((last) =>
      this.#database
        .select()
        .from(people)
        .where(last && sql`(${people.platform}, ${people.id}) > (${last.platform}, ${last.id})`)
        .orderBy(asc(people.platform), asc(people.id))
        .limit(rowsAtATime),
    );
  }

  async #localesOf(person: Person): Promise<Locales | undefined> {
    const known = this.#known.get(keyOf(person));
    if (known) return known;
    const [row] = await this.#database.select().from(people).where(isPerson(person));
    if (row) this.#known.set(keyOf(person), row);
    return row;
  }

  async #put({ platform, id }: Person, locales: Partial<Locales>): Promise<void> {
    const [row] = await this.#database
      .insert(people)
      .values({ platform, id, ...locales })
      .onConflictDoUpdate({ target: [people.platform, people.id], set: { id, ...locales } })
      .returning();
    if (row) this.#known.set(keyOf(row), row);
  }
}

const keyOf = ({ platform, id }: Pick<Person, 'platform' | 'id'>) => `${platform}/${id}`;

function isPerson(person: Person) {
  return and(eq(people.platform, person.platform), eq(people.id, person.id));
}

function idsByPlatform(rows: readonly Pick<Person, 'platform' | 'id'>[]): Map<Person['platform'], string[]> {
  const ids = new Map<Person['platform'], string[]>();
  for (const { platform, id } of rows) ids.set(platform, [...(ids.get(platform) ?? []), id]);
  return ids;
}
