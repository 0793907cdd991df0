import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { S3BlobStore } from '#src/blobs/s3-blobs.js';
import { shelves } from '#src/core/blob-key.js';
import type { Database, OpenDatabase } from '#src/database/database.js';
import { migrationsFolder } from '#src/database/open-database.js';
import { openPGlite } from '#src/database/open-pglite.js';
import { openPostgres } from '#src/database/open-postgres.js';
import { BucketMark } from './bucket-mark.js';
import { copyDatabase, openDatabaseCopy, setInventory } from './copy-database.js';
import { copyFiles } from './copy-files.js';
import { describeBytes } from './progress-line.js';
import { TransferState } from './transfer-state.js';

export interface TransferTarget {
  /** Absent: the database stays where it is. */
  readonly databaseUrl?: string | undefined;
  /** Absent: files stay where they are. */
  readonly bucket?: {
    readonly endpoint: string;
    readonly bucket: string;
    readonly region: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
}

export interface TransferOptions {
  readonly dataFolder: string;
  readonly maxBlobBytes: number;
  readonly target: TransferTarget;
  /** A sentence for the host. */
  readonly onTold: (sentence: string) => void;
  readonly onProgress: (what: string, progress: { readonly bytes: number; readonly totalBytes: number }) => void;
  readonly signal?: AbortSignal;
}

/** Copies what is kept in a data folder to a Postgres server, a bucket, or both, while no bot runs on either. */
export async function transfer(options: TransferOptions): Promise<void> {
  const { dataFolder, target, onTold } = options;
  const hasDatabase = existsSync(join(dataFolder, 'postgres'));
  if (!hasDatabase && !existsSync(join(dataFolder, 'blobs')))
    throw new Error(`there is nothing to copy in ${dataFolder}: set DATA_DIR`);
  const state = await TransferState.open(dataFolder);
  const opened: OpenDatabase[] = [];
  const lost = new AbortController();
  const within = { ...options, signal: AbortSignal.any([lost.signal, ...(options.signal ? [options.signal] : [])]) };
  const onUnsafe = (error: Error) => lost.abort(error);
  try {
    // Both are held until the end, so that no bot works meanwhile on what is copied.
    const from = hasDatabase ? await openSource(dataFolder, onUnsafe) : undefined;
    if (from) opened.push(from);
    const to = target.databaseUrl === undefined ? undefined : await openTarget(target.databaseUrl, onUnsafe);
    if (to) opened.push(to);
    await transferBoth(from?.database, to?.database, state, within);
  } finally {
    for (const database of opened.reverse()) await database.close();
  }
  onTold(`now set ${variablesOf(target)} for the bot${target.bucket ? ' and its workers' : ''}, and start it`);
  onTold(`${dataFolder} stays as it was: keep it until you have seen that all is there`);
}

/** The database last: once it is whole, a bot may have begun to store files in the bucket. */
async function transferBoth(
  from: Database | undefined,
  to: Database | undefined,
  state: TransferState,
  options: TransferOptions,
): Promise<void> {
  const { onTold, onProgress, signal } = options;
  const { bucket } = options.target;
  const copying = from && to && { from, to, source: state.id, signal };
  const copy = copying && (await openDatabaseCopy(copying));
  if (bucket && !copy?.mark.isFinished) await transferFiles(bucket, state, options);
  if (copy?.mark.isFinished) onTold('everything was copied before');
  else if (copy) {
    const onRows = (progress: { readonly bytes: number; readonly totalBytes: number }) =>
      onProgress('database', progress);
    const rowCounts = await copyDatabase(copy, { ...copying, onProgress: onRows });
    const counts = [...rowCounts].filter(([, count]) => count > 0).map(([name, count]) => `${name} ${count}`);
    onTold(`the database is copied and compared, table by table: ${counts.join(', ')}`);
  } else {
    const stays = to ?? from;
    if (stays) await setInventory(stays);
  }
  if (bucket) await new BucketMark(bucket).removeOf(state.id);
}

async function transferFiles(
  bucket: NonNullable<TransferTarget['bucket']>,
  state: TransferState,
  { dataFolder, maxBlobBytes: maxBytes, onTold, onProgress, signal }: TransferOptions,
): Promise<void> {
  const name = `${bucket.endpoint}/${bucket.bucket}`;
  const mark = new BucketMark(bucket);
  const owner = await mark.owner();
  if (owner === undefined && (await mark.isEmpty())) {
    await state.setShelvesIn(name, 0);
    await mark.set(state.id);
  } else if (owner === undefined && state.shelvesIn(name) === shelves.length)
    return onTold('the files were copied before');
  else if (owner !== state.id) throw new Error(`the bucket ${bucket.bucket} holds other files: name an empty one`);
  const { files, bytes, sent, damaged } = await copyFiles({
    from: new FileBlobStore({ folder: join(dataFolder, 'blobs'), maxBytes }),
    to: new S3BlobStore({ ...bucket, temporaryFolder: join(dataFolder, 'uploads'), maxBytes }),
    doneShelves: state.shelvesIn(name),
    onShelf: (count) => state.setShelvesIn(name, count),
    onProgress: (progress) => onProgress(`files ${progress.files} of ${progress.totalFiles}`, progress),
    signal,
  });
  onTold(`${files} files (${describeBytes(bytes)}) are in the bucket, ${sent} of them sent now; each was read again`);
  if (damaged.length > 0)
    onTold(`left out, as their bytes are not those that they are named by: ${damaged.join(', ')}`);
}

function openSource(folder: string, onUnsafe: (error: Error) => void): Promise<OpenDatabase> {
  return withoutWaiting(`on ${folder}`, (waiting) => openPGlite({ folder, migrationsFolder, onUnsafe, ...waiting }));
}

function openTarget(url: string, onUnsafe: (error: Error) => void): Promise<OpenDatabase> {
  return withoutWaiting('on the database of DATABASE_URL', (waiting) =>
    openPostgres({ url, migrationsFolder, isTransfer: true, onUnsafe, ...waiting }),
  );
}

async function withoutWaiting(
  where: string,
  open: (waiting: { readonly stopping: AbortSignal; readonly onWaiting: () => void }) => Promise<OpenDatabase>,
): Promise<OpenDatabase> {
  const waiting = new AbortController();
  try {
    return await open({ stopping: waiting.signal, onWaiting: () => waiting.abort() });
  } catch (error) {
    if (waiting.signal.aborted) throw new Error(`a bot runs ${where}: stop it first`, { cause: error });
    throw error;
  }
}

function variablesOf({ databaseUrl, bucket }: TransferTarget): string {
  return [
    ...(databaseUrl === undefined ? [] : ['DATABASE_URL']),
    ...(bucket ? ['S3_ENDPOINT', 'S3_BUCKET', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] : []),
  ].join(', ');
}
