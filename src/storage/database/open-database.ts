import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { dataDir } from '@electric-sql/pglite-prepopulatedfs';
import { drizzle, type PgliteDatabase } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { syncFolder, syncTree, writeDurably } from '../durable-files.js';
import { ownerOf, tryLock } from '../file-lock.js';
import { DurableFilesystem, processFile } from './durable-filesystem.js';
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
  if (folder === undefined) return PreparedPGlite.open({ loadDataDir: await dataDir() });
  const path = join(folder, 'postgres');
  const creating = join(folder, 'postgres.creating');
  // There from before the first file of a copy until after its last: what an interrupted start left holds no data yet.
  if (existsSync(creating)) await rm(path, { recursive: true, force: true });
  else if (existsSync(path)) {
    // Half of it may be there after a power failure, which Postgres refuses; the lock of ours says who has the folder open.
    await rm(join(path, processFile), { force: true });
    await syncTree(path);
    return PreparedPGlite.open({ files: new DurableFilesystem(path) });
  }
  await writeDurably(creating, '');
  const files = new DurableFilesystem(path, 'filling');
  const client = await PreparedPGlite.open({ files, loadDataDir: await dataDir() });
  await syncTree(path);
  await syncFolder(folder);
  files.begin();
  await rm(creating);
  await syncFolder(folder);
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
