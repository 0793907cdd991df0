import { eq } from 'drizzle-orm';
import type { Database } from '#src/database/database.js';
import { presence } from './tables.js';

const theBot = 'bot';

/** When the bot was last there to take what people send. */
export class PresenceTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async note(at: Date): Promise<void> {
    await this.#database
      .insert(presence)
      .values({ id: theBot, at })
      .onConflictDoUpdate({ target: presence.id, set: { at } });
  }

  async last(): Promise<Date | undefined> {
    const [row] = await this.#database.select().from(presence).where(eq(presence.id, theBot));
    return row?.at;
  }
}
