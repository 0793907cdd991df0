import { and, asc, DrizzleQueryError, eq, inArray } from 'drizzle-orm';
import type { BlobKey } from '#src/core/blob-key.js';
import type { NewPet } from '#src/core/job-pet.js';
import type { Person } from '#src/core/place.js';
import { findUnusedBlobs } from '#src/database/blob-uses.js';
import type { Database } from '#src/database/database.js';
import { blobUses } from '#src/database/tables.js';
import { type Pet, petNameKey } from './pet.js';
import { pets } from './tables.js';

type Owner = Pick<Person, 'platform' | 'id'>;

export class PetsTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(owner: Owner): Promise<Pet[]> {
    const rows = await this.#database
      .select()
      .from(pets)
      .where(isOwnedBy(owner))
      .orderBy(asc(pets.createdAt), asc(pets.id));
    return rows.map(toPet);
  }

  /** Files of anybody's pets, and whose they are. */
  async filesOf(
    ids: readonly string[],
  ): Promise<{ readonly id: string; readonly owner: Owner; readonly lora: BlobKey; readonly checkpoint?: string }[]> {
    const { id, platform, personId, lora, checkpoint } = pets;
    const rows = await this.#database
      .select({ id, platform, personId, lora, checkpoint })
      .from(pets)
      .where(inArray(pets.id, [...ids]));
    return rows.map((row) => ({
      id: row.id,
      owner: { platform: row.platform, id: row.personId },
      lora: row.lora,
      ...(row.checkpoint !== null && { checkpoint: row.checkpoint }),
    }));
  }

  /** Of anybody's pet. */
  async nameOf(id: string): Promise<{ readonly name: string; readonly owner: Owner } | undefined> {
    const { name, platform, personId } = pets;
    const [row] = await this.#database.select({ name, platform, personId }).from(pets).where(eq(pets.id, id));
    return row && { name: row.name, owner: { platform: row.platform, id: row.personId } };
  }

  /** Every row, as it is. */
  async everythingOf(owner: Owner): Promise<(typeof pets.$inferSelect)[]> {
    return this.#database.select().from(pets).where(isOwnedBy(owner)).orderBy(asc(pets.createdAt), asc(pets.id));
  }

  async find(owner: Owner, name: string): Promise<Pet | undefined> {
    const [row] = await this.#database
      .select()
      .from(pets)
      .where(and(isOwnedBy(owner), eq(pets.nameKey, petNameKey(name))));
    return row && toPet(row);
  }

  /** @returns false where the owner has another pet of that name */
  async rename(owner: Owner, id: string, name: string): Promise<boolean> {
    try {
      await this.#database
        .update(pets)
        .set({ name, nameKey: petNameKey(name) })
        .where(and(isOwnedBy(owner), eq(pets.id, id)));
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  /** A pet of the same owner and name is replaced: the newer training is the one last asked for. */
  async save(owner: Owner, pet: NewPet, database: Database = this.#database): Promise<void> {
    const values = {
      id: pet.id,
      platform: owner.platform,
      personId: owner.id,
      name: pet.name,
      nameKey: petNameKey(pet.name),
      className: pet.className,
      lora: pet.lora,
      checkpoint: pet.checkpoint ?? null,
      photos: pet.photos,
      previews: pet.previews,
      isSpoiler: pet.isSpoiler ?? false,
    };
    await database
      .insert(pets)
      .values(values)
      .onConflictDoUpdate({ target: [pets.platform, pets.personId, pets.nameKey], set: values });
  }

  /** @returns the stored bytes that nothing uses any more, for the caller to delete; undefined where there was no such pet */
  async remove(owner: Owner, id: string): Promise<BlobKey[] | undefined> {
    return this.#database.transaction(async (transaction) => {
      const [removed] = await transaction
        .delete(pets)
        .where(and(isOwnedBy(owner), eq(pets.id, id)))
        .returning();
      if (!removed) return undefined;
      // The training that made it still tells of its files, which are the pet's.
      await transaction.delete(blobUses).where(and(eq(blobUses.kind, 'result'), eq(blobUses.id, id)));
      return findUnusedBlobs(transaction, [removed.lora, ...removed.photos, ...removed.previews]);
    });
  }
}

function isOwnedBy(owner: Owner) {
  return and(eq(pets.platform, owner.platform), eq(pets.personId, owner.id));
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: `unique_violation` */
function isUniqueViolation(error: unknown): boolean {
  const { cause } = error instanceof DrizzleQueryError ? error : { cause: error };
  return cause instanceof Error && 'code' in cause && cause.code === '23505';
}

export function toPet(row: typeof pets.$inferSelect): Pet {
  return {
    id: row.id,
    name: row.name,
    className: row.className,
    previews: row.previews,
    ...(row.isSpoiler && { isSpoiler: true }),
    photoCount: row.photos.length,
    createdAt: row.createdAt,
  };
}
