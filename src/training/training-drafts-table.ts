import { and, eq } from 'drizzle-orm';
import type { BlobKey } from '#src/core/blob-key.js';
import type { KeptData } from '#src/core/kept-data.js';
import type { Database } from '#src/database/database.js';
import { KeptRows, type Owner } from '#src/database/kept-rows.js';
import { petNameKey } from '#src/pets/pet.js';
import type { TrainingDraft } from './services.js';
import { trainingDrafts } from './tables.js';

type Row = typeof trainingDrafts.$inferSelect;

export interface OwnedDraft {
  readonly draft: TrainingDraft;
  readonly owner: Owner;
}

/** Each change that drops photos returns the stored files that nothing names any more, for the caller to delete. */
export class TrainingDraftsTable {
  readonly #database: Database;
  readonly #rows: KeptRows<Row>;

  constructor(database: Database) {
    this.#database = database;
    this.#rows = new KeptRows<Row>({
      database,
      table: trainingDrafts,
      name: 'drafts',
      keptMs: 24 * 3600_000,
      maxPerPerson: 5,
      blobsOf: (rows) => [...photosOf(rows), ...rows.flatMap(({ sheet }) => sheet ?? [])],
    });
  }

  get kept(): KeptData {
    return this.#rows.asKeptData();
  }

  async get(id: string, now = new Date()): Promise<OwnedDraft | undefined> {
    const [row] = await this.#database
      .select()
      .from(trainingDrafts)
      .where(and(eq(trainingDrafts.id, id), this.#rows.isAlive(now)));
    return row && { draft: toDraft(row), owner: { platform: row.platform, id: row.personId } };
  }

  async findReplacing(owner: Owner, petName: string, now = new Date()): Promise<TrainingDraft | undefined> {
    const [row] = await this.#database
      .select()
      .from(trainingDrafts)
      .where(
        and(
          this.#rows.isOwnedBy(owner),
          eq(trainingDrafts.nameKey, petNameKey(petName)),
          eq(trainingDrafts.isReplacing, true),
          this.#rows.isAlive(now),
        ),
      );
    return row && toDraft(row);
  }

  /** In place of one of the same id or the same name. Sheets stay, since messages show them. */
  save(owner: Owner, draft: TrainingDraft): Promise<BlobKey[]> {
    const nameKey = petNameKey(draft.petName);
    return this.#rows.replace(owner, {
      id: draft.id,
      isReplaced: (other) => other.nameKey === nameKey,
      blobsOf: photosOf,
      insert: (transaction) =>
        transaction.insert(trainingDrafts).values({
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
        }),
    });
  }

  /** Leaves the sheet, which a message shows. */
  async finish(id: string): Promise<void> {
    await this.#database.delete(trainingDrafts).where(eq(trainingDrafts.id, id));
  }

  remove(id: string): Promise<BlobKey[]> {
    return this.#rows.removeWhere(eq(trainingDrafts.id, id));
  }
}

function photosOf(rows: readonly Pick<Row, 'photos'>[]): BlobKey[] {
  return rows.flatMap(({ photos }) => photos.flatMap(({ blob }) => blob ?? []));
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
