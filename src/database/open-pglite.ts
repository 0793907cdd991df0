import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { dataDir } from '@electric-sql/pglite-prepopulatedfs';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { syncFolder, syncTree, writeDurably } from '#src/core/durable-files.js';
import type { OpenDatabase } from './database.js';
import { DurableFilesystem, type DurableFilesystemOptions, processFile } from './durable-filesystem.js';
import { Lease, LeaseHeldError, type LeaseOptions } from './lease.js';
import { PreparedPGlite } from './prepared-pglite.js';

export interface OpenPGliteOptions {
  /** Absent: in memory, for tests. */
  readonly folder?: string;
  readonly migrationsFolder: string;
  /** Nothing can be written safely any more: another bot has taken over, or the disk has failed. The process has to end at once. */
  readonly onUnsafe?: (error: Error) => void;
  /** For tests. */
  readonly lease?: Pick<LeaseOptions, 'times' | 'place'>;
}

/** Opens the embedded Postgres and brings its tables up to date. One process at a time: the bot. */
export async function openPGlite({
  folder,
  migrationsFolder,
  onUnsafe = () => {},
  lease: leaseOptions,
}: OpenPGliteOptions): Promise<OpenDatabase> {
  const lease = folder === undefined ? undefined : await acquireLease(folder, { ...leaseOptions, onLost: onUnsafe });
  let client: PGlite | undefined;
  try {
    client =
      folder === undefined
        ? await PreparedPGlite.open({ loadDataDir: await dataDir() })
        : await openStored(folder, { mayWrite: () => lease?.check(), onFailure: onUnsafe });
    const database = drizzle(client);
    await migrate(database, { migrationsFolder });
    const opened = client;
    return {
      database,
      async close() {
        await opened.close();
        lease?.release();
      },
    };
  } catch (error) {
    await client?.close().catch(() => {});
    lease?.release();
    throw error;
  }
}

/** A new database begins as a copy of an empty one: setting it up by initdb takes several seconds of WebAssembly. */
async function openStored(folder: string, options: DurableFilesystemOptions): Promise<PreparedPGlite> {
  const path = join(folder, 'postgres');
  const creating = join(folder, 'postgres.creating');
  // There from before the first file of a copy until after its last: what an interrupted start left holds no data yet.
  if (existsSync(creating)) await rm(path, { recursive: true, force: true });
  else if (existsSync(path)) {
    // Half of it may be there after a power failure, which Postgres refuses; the lock of ours says who has the folder open.
    await rm(join(path, processFile), { force: true });
    await syncTree(path);
    return PreparedPGlite.open({ files: new DurableFilesystem(path, options) });
  }
  await writeDurably(creating, '');
  const files = new DurableFilesystem(path, { ...options, isNew: true });
  const client = await PreparedPGlite.open({ files, loadDataDir: await dataDir() });
  await syncTree(path);
  await syncFolder(folder);
  files.begin();
  await rm(creating);
  await syncFolder(folder);
  return client;
}

/** Two processes on one embedded database would destroy it. */
async function acquireLease(folder: string, options: LeaseOptions): Promise<Lease> {
  await mkdir(folder, { recursive: true });
  try {
    return await Lease.acquire(join(folder, 'postgres.lease'), options);
  } catch (error) {
    if (!(error instanceof LeaseHeldError)) throw error;
    const sentence = `the database in ${folder} is in use by ${error.holder}: stop that bot, or choose another DATA_DIR`;
    throw new Error(sentence, { cause: error });
  }
}
