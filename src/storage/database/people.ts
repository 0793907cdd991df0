import { and, eq } from 'drizzle-orm';
import type { Person } from '#src/command.js';
import type { Database } from './open-database.js';
import { people } from './schema.js';

export class PeopleTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The language the person chose; undefined while they have not. */
  async localeOf(person: Person): Promise<string | undefined> {
    const [row] = await this.#database.select({ locale: people.locale }).from(people).where(isPerson(person));
    return row?.locale ?? undefined;
  }

  async setLocale(person: Person, locale: string | undefined): Promise<void> {
    await this.#database
      .insert(people)
      .values({ platform: person.platform, id: person.id, locale: locale ?? null })
      .onConflictDoUpdate({ target: [people.platform, people.id], set: { locale: locale ?? null } });
  }

  async remember(person: Person): Promise<void> {
    await this.#database.insert(people).values({ platform: person.platform, id: person.id }).onConflictDoNothing();
  }
}

function isPerson(person: Person) {
  return and(eq(people.platform, person.platform), eq(people.id, person.id));
}
