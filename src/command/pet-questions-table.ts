import { and, eq } from 'drizzle-orm';
import type { BlobKey } from '#src/core/blob-key.js';
import type { KeptData } from '#src/core/kept-data.js';
import type { Database } from '#src/database/database.js';
import { KeptRows, type Owner } from '#src/database/kept-rows.js';
import type { PetQuestion } from './pet-question.js';
import { petQuestions } from './tables.js';

type Row = typeof petQuestions.$inferSelect;

export class PetQuestionsTable {
  readonly #database: Database;
  readonly #rows: KeptRows<Row>;

  constructor(database: Database) {
    this.#database = database;
    this.#rows = new KeptRows<Row>({
      database,
      table: petQuestions,
      name: 'questions',
      keptMs: 24 * 3600_000,
      maxPerPerson: 10,
      blobsOf,
    });
  }

  get kept(): KeptData {
    return this.#rows.asKeptData();
  }

  async get(
    id: string,
    now = new Date(),
  ): Promise<{ readonly question: PetQuestion; readonly owner: Owner } | undefined> {
    const [row] = await this.#database
      .select()
      .from(petQuestions)
      .where(and(eq(petQuestions.id, id), this.#rows.isAlive(now)));
    if (!row) return undefined;
    const { command, options, answers, platform, personId } = row;
    return { question: { id, command, options, answers }, owner: { platform, id: personId } };
  }

  /** In place of one of the same id. @returns stored files that nothing names any more, for the caller to delete */
  save(owner: Owner, question: PetQuestion): Promise<BlobKey[]> {
    return this.#rows.replace(owner, {
      id: question.id,
      insert: (transaction) =>
        transaction.insert(petQuestions).values({ ...question, platform: owner.platform, personId: owner.id }),
    });
  }
}

/** Of the photos that were given: words may look like the name of a file. */
function blobsOf(questions: readonly Pick<PetQuestion, 'options'>[]): BlobKey[] {
  return questions.flatMap(({ options }) =>
    Object.values(options).flatMap((value) => (typeof value === 'object' ? value.map(({ blob }) => blob) : [])),
  );
}
