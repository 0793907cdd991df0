import { sql } from 'drizzle-orm';
import type { Database } from './database.js';

/** Locks that a connection holds until it ends; any numbers that nobody else on the server uses. */
export const sessionLocks = { leader: 1_885_435_746, migrations: 1_885_435_747 } as const;

/**
 * Lets transactions about the same thing follow one another, where one row, or a constraint, cannot: what is counted, and what is
 * read before it is written. Held until the transaction ends, which takes one such lock at most, or two could wait for each other.
 */
export async function lockFor(transaction: Pick<Database, 'execute'>, thing: readonly string[]): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${JSON.stringify(thing)}, 0))`);
}
