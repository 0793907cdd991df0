import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { dataDir } from '@electric-sql/pglite-prepopulatedfs';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { syncFolder, syncTree, writeDurably } from '#src/core/durable-files.js';
import type { OpenDatabase } from './database.js';
import { type DatabaseFailure, databaseFailureOf } from './database-failure.js';
import { DurableFilesystem, type DurableFilesystemOptions, processFile } from './durable-filesystem.js';
import { Lease, type LeaseOptions } from './lease.js';
import { PreparedPGlite } from './prepared-pglite.js';
import { vacuumWornTables } from './vacuum.js';

export interface OpenPGliteOptions {
  /** Absent: in memory, for tests. */
  readonly folder?: string;
  readonly migrationsFolder: string;
  /** Nothing can be written safely any more: another bot has taken over, or the disk has failed. The process has to end at once. */
  readonly onUnsafe?: (error: Error) => void;
  /** Ends the wait for another bot. */
  readonly stopping?: AbortSignal | undefined;
  /** Another bot leads, and this one takes over when that has ended. Called once. @param leader in words, where it can be told */
  readonly onWaiting?: (leader?: string) => void;
  /** A query failed; whoever asked it is told, too. */
  readonly onFailure?: ((failure: DatabaseFailure) => void) | undefined;
  /** Of one to begin with, in memory. For tests. */
  readonly archive?: Blob;
  /** For tests. */
  readonly lease?: Pick<LeaseOptions, 'times' | 'place'>;
}

/** Waits until no other bot has the folder, opens the embedded Postgres in it, and brings its tables up to date. */
export async function openPGlite({
  folder,
  migrationsFolder,
  onUnsafe = () => {},
  stopping,
  onWaiting = () => {},
  onFailure = () => {},
  archive,
  lease: leaseOptions,
}: OpenPGliteOptions): Promise<OpenDatabase> {
  const noteFailure = (error: unknown) => onFailure(databaseFailureOf(error));
  // Two processes on one embedded database would destroy it.
  const lease =
    folder === undefined
      ? undefined
      : await Lease.acquire(join(folder, 'postgres.lease'), { ...leaseOptions, onLost: onUnsafe, stopping, onWaiting });
  let client: PGlite | undefined;
  try {
    client =
      folder === undefined
        ? await PreparedPGlite.open({ loadDataDir: archive ?? (await dataDir()), onFailure: noteFailure })
        : await openStored(folder, noteFailure, { mayWrite: () => lease?.check(), onFailure: onUnsafe });
    const database = drizzle(client);
    await migrate(database, { migrationsFolder });
    const opened = client;
    return {
      database,
      assertLeading: async () => lease?.check(),
      tidy: () => vacuumWornTables(opened),
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
async function openStored(
  folder: string,
  onFailure: (error: unknown) => void,
  options: DurableFilesystemOptions,
): Promise<PreparedPGlite> {
  const path = join(folder, 'postgres');
  const creating = join(folder, 'postgres.creating');
  // There from before the first file of a copy until after its last: what an interrupted start left holds no data yet.
  if (existsSync(creating)) await rm(path, { recursive: true, force: true });
  else if (existsSync(path)) {
    // Half of it may be there after a power failure, which Postgres refuses; the lock of ours says who has the folder open.
    await rm(join(path, processFile), { force: true });
    await syncTree(path);
    return PreparedPGlite.open({ files: new DurableFilesystem(path, options), onFailure });
  }
  await writeDurably(creating, '');
  const files = new DurableFilesystem(path, { ...options, isNew: true });
  const client = await PreparedPGlite.open({ files, loadDataDir: await dataDir(), onFailure });
  await syncTree(path);
  await syncFolder(folder);
  files.begin();
  await rm(creating);
  await syncFolder(folder);
  return client;
}
