import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { dataDir } from '@electric-sql/pglite-prepopulatedfs';
import { drizzle, type PgliteDatabase } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
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
  const release = folder === undefined ? async () => {} : await lock(folder);
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
        await release();
      },
    };
  } catch (error) {
    await client?.close().catch(() => {});
    await release();
    throw error;
  }
}

/** A new database begins as a copy of an empty one: setting it up by initdb takes several seconds of WebAssembly. */
async function createClient(folder: string | undefined): Promise<PGlite> {
  if (folder === undefined) return PGlite.create('memory://', { loadDataDir: await dataDir() });
  const path = join(folder, 'postgres');
  const creating = join(folder, 'postgres.creating');
  // There from before the first file of a copy until after its last: what an interrupted start left holds no data yet.
  if (existsSync(creating)) await rm(path, { recursive: true, force: true });
  else if (existsSync(path)) return PGlite.create(path);
  await writeFile(creating, '');
  const client = await PGlite.create(path, { loadDataDir: await dataDir() });
  await rm(creating);
  return client;
}

/** Two processes on one embedded database would destroy it. A lock left by a killed process is taken over. */
async function lock(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'postgres.lock');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const owner = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10);
      if (owner !== process.pid && Number.isInteger(owner) && isAlive(owner)) {
        throw new Error(`the database in ${folder} is in use by process ${owner}: stop it, or choose another DATA_DIR`);
      }
      await rm(path, { force: true });
    }
  }
  throw new Error(`could not lock the database in ${folder}`);
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
