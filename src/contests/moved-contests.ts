import { and, eq, exists, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { ServerMove } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { contestBallotLinks, contestBallots, contestEntries, contestPlaces, contests } from './tables.js';

/** Contests of a community that goes on under another id. Its posts stay behind, and are put up anew with the next change. */
export async function moveContests({ platform, from, to }: ServerMove, transaction: Database): Promise<void> {
  for (const table of [contests, contestEntries, contestBallots, contestBallotLinks])
    await transaction
      .update(table)
      .set({ server: to })
      .where(and(eq(table.platform, platform), eq(table.server, from)));
  const isFrom = and(eq(contestPlaces.platform, platform), eq(contestPlaces.server, from));
  // Where it is seen there already, it is one place.
  const other = alias(contestPlaces, 'other');
  const isThere = transaction
    .select({ contest: other.contest })
    .from(other)
    .where(and(eq(other.contest, contestPlaces.contest), eq(other.platform, platform), eq(other.server, to)));
  await transaction.delete(contestPlaces).where(and(isFrom, exists(isThere)));
  const place = sql`${contestPlaces.place} || ${JSON.stringify({ server: to, channel: to })}::jsonb`;
  await transaction.update(contestPlaces).set({ server: to, place, post: null }).where(isFrom);
}
