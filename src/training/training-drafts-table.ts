import { and, asc, desc, eq, gt, inArray, ne, type or } from 'drizzle-orm';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Person } from '#src/core/place.js';
import { lockFor } from '#src/database/advisory-locks.js';
import { findUnusedBlobs } from '#src/database/blob-uses.js';
import type { Database } from '#src/database/database.js';
import { idsOf, removeSomeAtATime, rowsAtATime, someAtATime } from '#src/database/some-at-a-time.js';
import { petNameKey } from '#src/pets/pet.js';
import type { TrainingDraft } from './services.js';
import { trainingDrafts } from './tables.js';

type Owner = Pick<Person, 'platform' | 'id'>;

const keptMs = 24 * 3600_000;
const maxPerPerson = 5;

export interface OwnedDraft {
  readonly draft: TrainingDraft;
  readonly owner: Owner;
}

/** Each change that drops photos returns the stored files that nothing names any more, for the caller to delete. */
export class TrainingDraftsTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async get(id: string, now = new Date()): Promise<OwnedDraft | undefined> {
    const [row] = await this.#database
      .select()
      .from(trainingDrafts)
      .where(and(eq(trainingDrafts.id, id), isAlive(now)));
    return row && { draft: toDraft(row), owner: { platform: row.platform, id: row.personId } };
  }

  async findReplacing(owner: Owner, petName: string, now = new Date()): Promise<TrainingDraft | undefined> {
    const [row] = await this.#database
      .select()
      .from(trainingDrafts)
      .where(
        and(
          isOwnedBy(owner),
          eq(trainingDrafts.nameKey, petNameKey(petName)),
          eq(trainingDrafts.isReplacing, true),
          isAlive(now),
        ),
      );
    return row && toDraft(row);
  }

  /** In place of one of the same id or the same name; the oldest of too many goes. Sheets stay, since messages show them. */
  async save(owner: Owner, draft: TrainingDraft): Promise<BlobKey[]> {
    const nameKey = petNameKey(draft.petName);
    return this.#database.transaction(async (transaction) => {
      await lockFor(transaction, ['drafts', owner.platform, owner.id]);
      const others = await transaction
        .select({ id: trainingDrafts.id, nameKey: trainingDrafts.nameKey })
        .from(trainingDrafts)
        .where(and(isOwnedBy(owner), ne(trainingDrafts.id, draft.id)))
        .orderBy(desc(trainingDrafts.createdAt));
      const sameName = others.filter((other) => other.nameKey === nameKey);
      const tooMany = others.filter((other) => other.nameKey !== nameKey).slice(maxPerPerson - 1);
      const replaced = [draft.id, ...[...sameName, ...tooMany].map(({ id }) => id)];
      const removed = await transaction.delete(trainingDrafts).where(inArray(trainingDrafts.id, replaced)).returning();
      await transaction.insert(trainingDrafts).values({
        id: draft.id,
        platform: owner.platform,
        personId: owner.id,
        name: draft.petName,
        nameKey,
        kind: draft.className,
        photos: draft.photos,
        setDoubts: draft.set,
        sheet: draft.sheet ?? null,
        isReplacing: draft.isReplacing,
        isSpoiler: draft.isSpoiler ?? false,
      });
      return findUnusedBlobs(transaction, blobsOf(removed.map(({ photos }) => ({ photos, sheet: null }))));
    });
  }

  /** Leaves the sheet, which a message shows. */
  async finish(id: string): Promise<void> {
    await this.#database.delete(trainingDrafts).where(eq(trainingDrafts.id, id));
  }

  remove(id: string): Promise<BlobKey[]> {
    return this.#removeWhere(eq(trainingDrafts.id, id));
  }

  /** Every row, as it is. */
  async everythingOf(owner: Owner): Promise<(typeof trainingDrafts.$inferSelect)[]> {
    return this.#database.select().from(trainingDrafts).where(isOwnedBy(owner));
  }

  /** Everything of one person. */
  removeAll(owner: Owner): Promise<BlobKey[]> {
    return this.#removeWhere(isOwnedBy(owner));
  }

  async removeOld(now = new Date()): Promise<{ readonly count: number; readonly unused: BlobKey[] }> {
    const { id, createdAt } = trainingDrafts;
    const all = someAtATime<{ id: string; createdAt: Date }>((last) =>
      this.#database
        .select({ id, createdAt })
        .from(trainingDrafts)
        .where(last && gt(id, last.id))
        .orderBy(asc(id))
        .limit(rowsAtATime),
    );
    const unused: BlobKey[] = [];
    const count = await removeSomeAtATime(
      all,
      (row) => row.createdAt <= deadBefore(now),
      async (rows) => unused.push(...(await this.#removeWhere(inArray(id, idsOf(rows))))),
    );
    return { count, unused };
  }

  #removeWhere(condition: ReturnType<typeof or>) {
    return this.#database.transaction(async (transaction) => {
      const removed = await transaction.delete(trainingDrafts).where(condition).returning();
      return findUnusedBlobs(transaction, blobsOf(removed));
    });
  }
}

const deadBefore = (now: Date) => new Date(now.getTime() - keptMs);
const isAlive = (now: Date) => gt(trainingDrafts.createdAt, deadBefore(now));

function isOwnedBy(owner: Owner) {
  return and(eq(trainingDrafts.platform, owner.platform), eq(trainingDrafts.personId, owner.id));
}

type Row = typeof trainingDrafts.$inferSelect;

export function blobsOf(rows: readonly Pick<Row, 'photos' | 'sheet'>[]): BlobKey[] {
  return rows.flatMap(({ photos, sheet }) => [...photos.flatMap(({ blob }) => blob ?? []), ...(sheet ? [sheet] : [])]);
}

function toDraft(row: Row): TrainingDraft {
  return {
    id: row.id,
    petName: row.name,
    className: row.kind,
    photos: row.photos,
    set: row.setDoubts,
    isReplacing: row.isReplacing,
    ...(row.isSpoiler && { isSpoiler: true }),
    ...(row.sheet !== null && { sheet: row.sheet }),
  };
}
