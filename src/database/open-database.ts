import { join } from 'node:path';
import { packageRoot } from '#src/core/package-root.js';
import type { OpenDatabase } from './database.js';
import { type OpenPGliteOptions, openPGlite } from './open-pglite.js';
import { type OpenPostgresOptions, openPostgres } from './open-postgres.js';

/** What makes the tables, step by step. */
export const migrationsFolder = join(packageRoot, 'src/database/migrations');

export interface OpenDatabaseOptions extends OpenPGliteOptions, Omit<OpenPostgresOptions, 'url'> {
  /** Of a Postgres server. Absent: the embedded one. */
  readonly url?: string | undefined;
}

/** Opens the database for the one bot that acts, and brings its tables up to date. */
export function openDatabase({ url, ...options }: OpenDatabaseOptions): Promise<OpenDatabase> {
  return url === undefined ? openPGlite(options) : openPostgres({ ...options, url });
}
