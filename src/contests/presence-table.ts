import { eq } from 'drizzle-orm';
import type { Database } from '#src/database/database.js';
import { presence } from './tables.js';

const bot = 'bot';

/** When the bot that acts was last seen alive, whichever process that was. */
export class PresenceTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Undefined before the first start. */
  async lastSeen(): Promise<Date | undefined> {
    const [row] = await this.#database.select({ at: presence.at }).from(presence).where(eq(presence.id, bot));
    return row?.at;
  }

  async note(at: Date): Promise<void> {
    await this.#database
      .insert(presence)
      .values({ id: bot, at })
      .onConflictDoUpdate({ target: presence.id, set: { at } });
  }
}
