import { and, eq, lte } from 'drizzle-orm';
import type { Person } from '#src/command.js';
import type { BlobKey } from '../blob-key.js';
import type { Database } from './open-database.js';
import { dataExports } from './schema.js';

type Owner = Pick<Person, 'platform' | 'id'>;

const keptMs = 86_400_000;

/** Archives that wait to be fetched, for a day. */
export class DataExportsTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add({ platform, id: personId }: Owner, blob: BlobKey): Promise<void> {
    await this.#database.insert(dataExports).values({ blob, platform, personId }).onConflictDoNothing();
  }

  /** @returns the archives, for the caller to delete */
  async removeAll({ platform, id }: Owner): Promise<BlobKey[]> {
    const removed = await this.#database
      .delete(dataExports)
      .where(and(eq(dataExports.platform, platform), eq(dataExports.personId, id)))
      .returning();
    return removed.map(({ blob }) => blob);
  }

  /** @returns the archives, for the caller to delete */
  async removeOld(now: Date): Promise<BlobKey[]> {
    const removed = await this.#database
      .delete(dataExports)
      .where(lte(dataExports.createdAt, new Date(now.getTime() - keptMs)))
      .returning();
    return removed.map(({ blob }) => blob);
  }
}
