import { and, eq, sql } from 'drizzle-orm';
import type { BlobKey } from '../blob-key.js';
import type { Database } from './open-database.js';
import { jobs, petQuestions, pets, trainingDrafts } from './schema.js';

/** The same photo, sent twice, is stored once: another pet, a waiting job, a draft or a question may need it. @returns keys that nothing names */
export async function findUnusedBlobs(database: Pick<Database, 'select'>, keys: Iterable<BlobKey>): Promise<BlobKey[]> {
  const unused: BlobKey[] = [];
  for (const key of new Set(keys)) {
    const contains = `%${key}%`;
    const [pet] = await database
      .select({ id: pets.id })
      .from(pets)
      .where(
        sql`${pets.lora} = ${key} or ${pets.photos}::text like ${contains} or ${pets.previews}::text like ${contains}`,
      )
      .limit(1);
    const [job] = await database
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(eq(jobs.state, 'queued'), sql`${jobs.data}::text like ${contains}`))
      .limit(1);
    const [draft] = await database
      .select({ id: trainingDrafts.id })
      .from(trainingDrafts)
      .where(sql`${trainingDrafts.sheet} = ${key} or ${trainingDrafts.photos}::text like ${contains}`)
      .limit(1);
    const [question] = await database
      .select({ id: petQuestions.id })
      .from(petQuestions)
      .where(sql`${petQuestions.options}::text like ${contains}`)
      .limit(1);
    if (!pet && !job && !draft && !question) unused.push(key);
  }
  return unused;
}
