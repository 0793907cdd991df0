import { and, eq, sql } from 'drizzle-orm';
import type { ServerMove } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { jobs } from './tables.js';

/** Jobs of a community that goes on under another id. Their messages stay where they were posted: ids of messages do not go along. */
export async function moveJobs({ platform, from, to }: ServerMove, transaction: Database): Promise<void> {
  const place = sql`${jobs.place} || ${JSON.stringify({ server: to, channel: to })}::jsonb`;
  await transaction
    .update(jobs)
    .set({ place })
    .where(and(eq(jobs.platform, platform), sql`${jobs.place}->>'channel' = ${from}`));
}
