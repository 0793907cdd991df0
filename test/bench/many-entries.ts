import { sql } from 'drizzle-orm';
import type { Contest } from '#src/contests/contest.js';
import type { Database } from '#src/database/database.js';

/** Accepted and numbered, each of another author; without pictures. */
export async function addManyEntries(
  database: Database,
  { id, host }: Pick<Contest, 'id' | 'host'>,
  count: number,
): Promise<void> {
  await database.execute(sql`
    INSERT INTO "contest_entries" ("id", "contest", "number", "platform", "person_id", "person_name", "server", "state", "source", "picture", "alt", "provenance", "consent")
    SELECT 'entry-' || n, ${id}, n, 'discord', 'author-' || n, 'somebody', ${host.server}, 'accepted', 'drawn', NULL, '', '{"isForeignPet":false,"isOfPhoto":false,"isKnown":false}', '{"places":[],"version":1}'
    FROM generate_series(1, ${count}::int) AS n
  `);
}
