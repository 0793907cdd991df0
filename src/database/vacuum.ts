import { setImmediate as breathe } from 'node:timers/promises';
import type { PGlite } from '@electric-sql/pglite';

/**
 * Gives up the room of rows that are changed or gone, so that it is used again: the embedded Postgres has no process beside it, and
 * so none that would do it by itself. By the rule of the server's own: https://www.postgresql.org/docs/current/routine-vacuuming.html
 */
export async function vacuumWornTables(client: Pick<PGlite, 'query' | 'exec'>): Promise<void> {
  // What was counted within the last second is not in the statistics yet.
  await client.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await client.query<{ name: string }>(
    `SELECT quote_ident(relname) AS name FROM pg_stat_user_tables
    WHERE n_dead_tup > 50 + 0.2 * n_live_tup ORDER BY n_dead_tup`,
  );
  for (const { name } of rows) {
    await client.exec(`VACUUM ${name}`);
    // One may take long enough for the others.
    await breathe();
  }
}
