import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { BlobKey } from '#src/core/blob-key.js';
import type { ListedBlob } from '#src/core/blob-store.js';
import type { Database } from './database.js';
import { rowsAtATime, someAtATime } from './some-at-a-time.js';
import { type BlobUse, blobUses } from './tables.js';

export interface RegisteredBlob {
  readonly blob: BlobKey;
  readonly byteLength: number;
  readonly lastUsedAt: Date;
  readonly uses: readonly BlobUse[];
}

const stored = { kind: 'stored', id: '' } as const;
const isStored = eq(blobUses.kind, stored.kind);
const usesOfRow = sql<BlobUse[]>`array(
  select distinct "used"."kind" from "blob_uses" "used" where "used"."blob" = "blob_uses"."blob" and "used"."kind" <> 'stored'
)`;

/** Which files are stored, how large they are and when they were last wanted: what else only a list of the store would tell. */
export class BlobRegister {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** They are about to be stored, or are there and wanted again. */
  async note(files: readonly Pick<ListedBlob, 'key' | 'byteLength'>[]): Promise<void> {
    if (files.length === 0) return;
    const lastUsedAt = new Date();
    await this.#database
      .insert(blobUses)
      .values(files.map(({ key, byteLength }) => ({ ...stored, blob: key, byteLength, lastUsedAt })))
      .onConflictDoUpdate({
        target: [blobUses.blob, blobUses.kind, blobUses.id],
        set: { byteLength: sql`excluded.byte_length`, lastUsedAt: sql`excluded.last_used_at` },
      });
  }

  /** Notes those that nobody has noted. */
  async noteFound(files: readonly ListedBlob[]): Promise<void> {
    if (files.length === 0) return;
    await this.#database
      .insert(blobUses)
      .values(
        files.map(({ key, byteLength, storedAt }) => ({ ...stored, blob: key, byteLength, lastUsedAt: storedAt })),
      )
      .onConflictDoNothing();
  }

  async remove(keys: readonly BlobKey[]): Promise<void> {
    if (keys.length === 0) return;
    await this.#database.delete(blobUses).where(and(isStored, inArray(blobUses.blob, [...keys])));
  }

  /** Every one, some at a time. */
  all(): AsyncGenerator<readonly RegisteredBlob[], void> {
    const { blob, byteLength, lastUsedAt } = blobUses;
    return someAtATime(
      async (last) =>
        (await this.#database
          .select({ blob, byteLength, lastUsedAt, uses: usesOfRow })
          .from(blobUses)
          .where(and(isStored, last && gt(blob, last.blob)))
          .orderBy(asc(blob))
          .limit(rowsAtATime)) as RegisteredBlob[],
    );
  }
}
