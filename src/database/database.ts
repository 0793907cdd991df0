import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** The tables, of the embedded Postgres or of a server, or within a transaction of either. */
export type Database = PgDatabase<PgQueryResultHKT>;

export interface OpenDatabase {
  readonly database: Database;
  close(): Promise<void>;
}
