import { eq, sql } from 'drizzle-orm';
import type { Place } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { Contest } from './contest.js';
import { toContest } from './contests-table.js';
import { contests } from './tables.js';

/** A contest as a press on a ballot finds it. */
export interface VotingNow {
  readonly contest: Contest;
  /** Where it is seen. */
  readonly places: readonly Place[];
  /** Entries are numbered from 1 when voting begins, and none after that; 0 before. */
  readonly lastNumber: number;
  /** Numbers of entries that do not take part any more. */
  readonly out: ReadonlySet<number>;
}

/** In one statement: it is read at every press. Nothing in it grows with the entries that take part. */
export async function votingNow(id: string, database: Database): Promise<VotingNow | undefined> {
  const [row] = await database
    .select({
      contest: contests,
      places: sql<readonly Place[]>`array_to_json(array(
        select "place" from "contest_places" where "contest" = "contests"."id" and "left_at" is null
        order by "joined_at", "platform", "server"
      ))`,
      lastNumber: sql<number>`(select coalesce(max("number"), 0) from "contest_entries" where "contest" = "contests"."id")`,
      out: sql<readonly number[]>`array_to_json(array(
        select "number" from "contest_entries"
        where "contest" = "contests"."id" and "number" is not null and "state" <> 'accepted'
      ))`,
    })
    .from(contests)
    .where(eq(contests.id, id));
  return row && { ...row, contest: toContest(row.contest), out: new Set(row.out) };
}
