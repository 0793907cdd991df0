import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { HeldBlobs } from '#src/blobs/held-blobs.js';
import { openTables } from '#src/bot-tables.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { BlobRegister } from '#src/database/blob-register.js';
import { findUnusedBlobs } from '#src/database/blob-uses.js';
import type { Database } from '#src/database/database.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { createLog } from '#src/operations/log.js';
import { sweep } from '#src/privacy/retention.js';
import { keptIn } from '#test/helpers/kept-data.js';
import type { BenchContext, Measurement, Topic } from './measurement.js';

const JOBS = 50_000;
const FILES = 100_000;
/** Of the files; of the others there is only the note. */
const FILES_ON_DISK = 5000;
const JOBS_OF_ONE_PERSON = 10_000;
const PEOPLE = 5000;

/** Every second job is old enough for the sweep. */
function addJobs(
  database: Database,
  count: number,
  { id, person }: { readonly id: string; readonly person: SQL },
): Promise<unknown> {
  const key = sql`'sha256-' || encode(sha256(n::text::bytea), 'hex')`;
  return database.execute(sql`
    INSERT INTO jobs (id, name, data, title, platform, person_id, person_name, locale, place, round, state, outcome, created_at)
    SELECT ${id}::text || n, 'imagine', jsonb_build_object('prompt', repeat('a dog in the snow ', 5), 'seed', n), 'title', 'web',
      ${person}, 'somebody', 'en', '{"platform": "web", "channel": "c"}', n, 'delivered',
      jsonb_build_object('kind', 'completed', 'result', jsonb_build_object('pictures', jsonb_build_array(${key}))),
      now() - CASE n % 2 WHEN 0 THEN interval '40 days' ELSE interval '1 day' END
    FROM generate_series(1, ${count}::int) AS n`);
}

/** Of every second nothing else is kept, and every second use is old. */
async function addPeople(database: Database, count: number): Promise<void> {
  await database.execute(sql`
    INSERT INTO people (platform, id, created_at) SELECT 'web', 'person-' || n, now() - interval '40 days'
    FROM generate_series(1, ${count}::int) AS n`);
  await database.execute(sql`
    INSERT INTO usage (id, platform, server, person_id, activity, at)
    SELECT 'use-' || n, 'web', 's', 'person-' || n, 'draw', now() - CASE n % 2 WHEN 0 THEN interval '2 days' ELSE interval '1 hour' END
    FROM generate_series(1, ${count}::int) AS n`);
}

/** All are old; the first ones are those of jobs. */
async function addFiles(database: Database, files: FileBlobStore): Promise<void> {
  await database.execute(sql`
    INSERT INTO blob_uses (blob, kind, id, byte_length, last_used_at)
    SELECT 'sha256-' || encode(sha256(n::text::bytea), 'hex'), 'stored', '', 100, now() - interval '40 days'
    FROM generate_series(1, ${FILES}::int) AS n`);
  for (let index = 1; index <= FILES_ON_DISK; index += 1)
    await files.put(new TextEncoder().encode(String(FILES - index)));
}

interface Watched {
  readonly ms: number;
  /** For how long at most nothing else could run. */
  readonly blockMs: number;
  /** Of the processor's time between two turns of the event loop: what of a block is ours where the machine is busy. */
  readonly mostWorkMs: number;
}

async function watch(work: () => Promise<unknown>): Promise<Watched> {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  await sleep(50);
  delays.reset();
  let [before, mostWorkMs] = [process.cpuUsage(), 0];
  const turns = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    mostWorkMs = Math.max(mostWorkMs, (user + system) / 1000);
    before = process.cpuUsage();
  }, 1);
  const startedAt = performance.now();
  await work();
  const ms = performance.now() - startedAt;
  await sleep(20);
  delays.disable();
  clearInterval(turns);
  return { ms, blockMs: delays.max / 1e6, mostWorkMs };
}

async function deletions(context: BenchContext): Promise<Measurement[]> {
  const jobs = context.isQuick ? JOBS / 10 : JOBS;
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-bench-storage-'));
  const { database, close } = await openDatabase({
    folder,
    migrationsFolder,
  });
  try {
    await addJobs(database, jobs, { id: 'job-', person: sql`'person-' || n % 1000` });
    await addJobs(database, JOBS_OF_ONE_PERSON, { id: 'own-', person: sql`'hoarder'` });
    await addPeople(database, PEOPLE);
    const files = new FileBlobStore({ folder: join(folder, 'blobs'), maxBytes: 1e6 });
    const register = new BlobRegister(database);
    const blobs = new HeldBlobs({ files, register, findUnused: (keys) => findUnusedBlobs(database, keys) });
    await addFiles(database, files);
    const tables = await openTables(database);
    const { records, exports, people, tablesOfPeople } = tables;
    const picture = await watch(async () => {
      for (const key of await records.forgetFinished('job-1')) await blobs.delete(key);
    });
    const erased = await watch(async () => {
      const unused: BlobKey[] = [];
      for await (const keys of records.removeAll({ platform: 'web', id: 'hoarder' })) unused.push(...keys);
      await blobs.deleteAll(unused);
    });
    const swept = await watch(() =>
      sweep({
        days: 30,
        blobs,
        register,
        kept: keptIn(tables, database),
        exports,
        people,
        tablesOfPeople,
        log: createLog({ level: 'silent', name: 'bench' }),
      }),
    );
    const details = { jobs, files: FILES, people: PEOPLE };
    const times = (name: string, { ms, blockMs, mostWorkMs }: Watched): Measurement[] => [
      { name, unit: 'ms', value: ms, runs: 1, details },
      { name: `${name}: longest block`, unit: 'ms', value: blockMs, runs: 1, budget: 50, details: { mostWorkMs } },
    ];
    return [
      ...times('one picture is deleted', picture),
      ...times(`everything of a person with ${JOBS_OF_ONE_PERSON} jobs is deleted`, erased),
      ...times('sweep of half the jobs and all files', swept),
    ];
  } finally {
    await close();
    await rm(folder, { recursive: true, force: true });
  }
}

export const storage: Topic = { name: 'storage', parts: { deletions } };
