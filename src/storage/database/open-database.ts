import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { dataDir } from '@electric-sql/pglite-prepopulatedfs';
import { drizzle, type PgliteDatabase } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { ownerOf, tryLock } from '../file-lock.js';
import { PreparedPGlite } from './prepared-pglite.js';
import * as schema from './schema.js';

export type Database = PgliteDatabase<typeof schema>;

export interface OpenDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  /** Absent: in memory, for tests. */
  readonly folder?: string;
  readonly migrationsFolder: string;
}

/** Opens the embedded Postgres and brings its tables up to date. One process at a time: the bot. */
export async function openDatabase({ folder, migrationsFolder }: OpenDatabaseOptions): Promise<OpenDatabase> {
  const release = folder === undefined ? () => {} : await lock(folder);
  let client: PGlite | undefined;
  try {
    client = await createClient(folder);
    const database = drizzle(client, { schema });
    await migrate(database, { migrationsFolder });
    const opened = client;
    return {
      database,
      async close() {
        await opened.close();
        release();
      },
    };
  } catch (error) {
    await client?.close().catch(() => {});
    release();
    throw error;
  }
}

/** A new database begins as a copy of an empty one: setting it up by initdb takes several seconds of WebAssembly. */
async function createClient(folder: string | undefined): Promise<PGlite> {
  if (folder === undefined) return PreparedPGlite.open({ dataDir: 'memory://', loadDataDir: await dataDir() });
  const path = join(folder, 'postgres');
  const creating = join(folder, 'postgres.creating');
  // There from before the first file of a copy until after its last: what an interrupted start left holds no data yet.
  if (existsSync(creating)) await rm(path, { recursive: true, force: true });
  else if (existsSync(path)) return PreparedPGlite.open({ dataDir: path });
  await writeFile(creating, '');
  const client = await PreparedPGlite.open({ dataDir: path, loadDataDir: await dataDir() });
  await rm(creating);
  return client;
}

/** Two processes on one embedded database would destroy it. */
async function lock(folder: string): Promise<() => void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'postgres.lock');
  const release = tryLock(path);
  if (release) return release;
  throw new Error(
    `the database in ${folder} is in use by process ${ownerOf(path) ?? 'unknown'}: stop it, or choose another DATA_DIR`,
  );
}
