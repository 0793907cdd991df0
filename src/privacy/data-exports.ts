import { and, eq, inArray, lte } from 'drizzle-orm';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Person } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { dataExports } from './tables.js';

type Owner = Pick<Person, 'platform' | 'id'>;

const keptMs = 86_400_000;

/** Archives that were not handed over yet, for a day. */
export class DataExportsTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add({ platform, id: personId }: Owner, blob: BlobKey): Promise<void> {
    await this.#database.insert(dataExports).values({ blob, platform, personId }).onConflictDoNothing();
  }

  /** @returns those that were this person's archives, for the caller to delete */
  async remove({ platform, id }: Owner, blobs: readonly BlobKey[]): Promise<BlobKey[]> {
    const removed = await this.#database
      .delete(dataExports)
      .where(
        and(eq(dataExports.platform, platform), eq(dataExports.personId, id), inArray(dataExports.blob, [...blobs])),
      )
      .returning();
    return removed.map(({ blob }) => blob);
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
