import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** The tables, of the embedded Postgres or of a server, or within a transaction of either. */
export type Database = PgDatabase<PgQueryResultHKT>;

export interface OpenDatabase {
  readonly database: Database;
  /** To be called right before something outside is changed; costs nothing while this bot is not held up. @throws where another one may act by now */
  readonly assertLeading: () => Promise<void>;
  /** Gives up the room of rows that are gone. Absent: a server does so by itself. */
  readonly tidy?: () => Promise<void>;
  close(): Promise<void>;
}
