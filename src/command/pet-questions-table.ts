import { and, asc, desc, eq, gt, inArray, ne, type or } from 'drizzle-orm';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Person } from '#src/core/place.js';
import { lockFor } from '#src/database/advisory-locks.js';
import { findUnusedBlobs } from '#src/database/blob-uses.js';
import type { Database } from '#src/database/database.js';
import { idsOf, removeSomeAtATime, rowsAtATime, someAtATime } from '#src/database/some-at-a-time.js';
import type { PetQuestion } from './pet-question.js';
import { petQuestions } from './tables.js';

type Owner = Pick<Person, 'platform' | 'id'>;

const keptMs = 24 * 3600_000;
const maxPerPerson = 10;

/** Each change that drops photos returns the stored files that nothing names any more, for the caller to delete. */
export class PetQuestionsTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async get(
    id: string,
    now = new Date(),
  ): Promise<{ readonly question: PetQuestion; readonly owner: Owner } | undefined> {
    const [row] = await this.#database
      .select()
      .from(petQuestions)
      .where(and(eq(petQuestions.id, id), gt(petQuestions.createdAt, deadBefore(now))));
    if (!row) return undefined;
    const { command, options, answers, platform, personId } = row;
    return { question: { id, command, options, answers }, owner: { platform, id: personId } };
  }

  /** In place of one of the same id; the oldest of too many goes. */
  save(owner: Owner, question: PetQuestion): Promise<BlobKey[]> {
    return this.#database.transaction(async (transaction) => {
      await lockFor(transaction, ['questions', owner.platform, owner.id]);
      const others = await transaction
        .select({ id: petQuestions.id })
        .from(petQuestions)
        .where(and(isOwnedBy(owner), ne(petQuestions.id, question.id)))
        .orderBy(desc(petQuestions.createdAt));
      const replaced = [question.id, ...others.slice(maxPerPerson - 1).map(({ id }) => id)];
      const removed = await transaction.delete(petQuestions).where(inArray(petQuestions.id, replaced)).returning();
      await transaction.insert(petQuestions).values({ ...question, platform: owner.platform, personId: owner.id });
      return findUnusedBlobs(transaction, blobsOf(removed));
    });
  }

  /** Every row, as it is. */
  async everythingOf(owner: Owner): Promise<(typeof petQuestions.$inferSelect)[]> {
    return this.#database.select().from(petQuestions).where(isOwnedBy(owner));
  }

  /** Everything of one person. */
  removeAll(owner: Owner): Promise<BlobKey[]> {
    return this.#removeWhere(isOwnedBy(owner));
  }

  async removeOld(now = new Date()): Promise<{ readonly count: number; readonly unused: BlobKey[] }> {
    const { id, createdAt } = petQuestions;
    const all = someAtATime<{ id: string; createdAt: Date }>((last) =>
      this.#database
        .select({ id, createdAt })
        .from(petQuestions)
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
      const removed = await transaction.delete(petQuestions).where(condition).returning();
      return findUnusedBlobs(transaction, blobsOf(removed));
    });
  }
}

const deadBefore = (now: Date) => new Date(now.getTime() - keptMs);

function isOwnedBy(owner: Owner) {
  return and(eq(petQuestions.platform, owner.platform), eq(petQuestions.personId, owner.id));
}

/** Of the photos that were given: words may look like the name of a file. */
export function blobsOf(questions: readonly Pick<PetQuestion, 'options'>[]): BlobKey[] {
  return questions.flatMap(({ options }) =>
    Object.values(options).flatMap((value) => (typeof value === 'object' ? value.map(({ blob }) => blob) : [])),
  );
}
