import { join } from 'node:path';
import { packageRoot } from '#src/core/package-root.js';
import type { OpenDatabase } from './database.js';
import { type OpenPGliteOptions, openPGlite } from './open-pglite.js';
import type { OpenPostgresOptions } from './open-postgres.js';

/** What makes the tables, step by step. */
export const migrationsFolder = join(packageRoot, 'src/database/migrations');

export interface OpenDatabaseOptions extends OpenPGliteOptions, Omit<OpenPostgresOptions, 'url'> {
  /** Of a Postgres server. Absent: the embedded one. */
  readonly url?: string | undefined;
}

/** Opens the database for the one bot that acts, and brings its tables up to date. */
export async function openDatabase({ url, ...options }: OpenDatabaseOptions): Promise<OpenDatabase> {
  if (url === undefined) return openPGlite(options);
  // Its client is loaded where it is used: every start would wait for it.
  const { openPostgres } = await import('./open-postgres.js');
  return openPostgres({ ...options, url });
}
