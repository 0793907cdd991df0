import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { createLog } from '#src/log.js';
import { sweep } from '#src/retention.js';
import { FileBlobStore } from '#src/storage/blobs.js';
import { findUnnamedBlobs, findUnusedBlobs } from '#src/storage/database/blob-uses.js';
import { DataExportsTable } from '#src/storage/database/data-exports.js';
import type { Database } from '#src/storage/database/database.js';
import { JobRecords } from '#src/storage/database/job-records.js';
import { migrationsFolder, openDatabase } from '#src/storage/database/open-database.js';
import { PeopleTable } from '#src/storage/database/people.js';
import { PetQuestionsTable } from '#src/storage/database/pet-questions.js';
import { ServerRulesTable } from '#src/storage/database/server-rules.js';
import { TrainingDraftsTable } from '#src/storage/database/training-drafts.js';
import { UsageTable } from '#src/storage/database/usage.js';
import { HeldBlobs } from '#src/storage/held-blobs.js';
import type { BenchContext, Measurement, Topic } from './measurement.js';

const JOBS = 50_000;
const FILES = 5000;
const dayMs = 86_400_000;

/** Every second job is old enough for the sweep. */
function addJobs(database: Database, count: number): Promise<unknown> {
  const key = sql`'sha256-' || encode(sha256(n::text::bytea), 'hex')`;
  return database.execute(sql`
    INSERT INTO jobs (id, name, data, title, platform, person_id, person_name, locale, place, round, state, outcome, created_at)
    SELECT 'job-' || n, 'imagine', jsonb_build_object('prompt', repeat('a dog in the snow ', 5), 'seed', n), 'title', 'web',
      'person-' || n % 1000, 'somebody', 'en', '{"platform": "web", "channel": "c"}', n, 'delivered',
      jsonb_build_object('kind', 'completed', 'result', jsonb_build_object('pictures', jsonb_build_array(${key}))),
      now() - CASE n % 2 WHEN 0 THEN interval '40 days' ELSE interval '1 day' END
    FROM generate_series(1, ${count}::int) AS n`);
}

/** @returns how long the work took, and for how long at most nothing else could run */
async function watch(work: () => Promise<unknown>): Promise<{ readonly ms: number; readonly blockMs: number }> {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  await sleep(50);
  delays.reset();
  const startedAt = performance.now();
  await work();
  const ms = performance.now() - startedAt;
  await sleep(20);
  delays.disable();
  return { ms, blockMs: delays.max / 1e6 };
}

async function deletions(context: BenchContext): Promise<Measurement[]> {
  const jobs = context.isQuick ? JOBS / 10 : JOBS;
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-bench-storage-'));
  const { database, close } = await openDatabase({
    folder,
    migrationsFolder,
  });
  try {
    await addJobs(database, jobs);
    const files = new FileBlobStore({ folder: join(folder, 'blobs'), maxBytes: 1e6 });
    const isUsed = async (key: Parameters<typeof files.has>[0]) =>
      (await findUnusedBlobs(database, [key])).length === 0;
    const blobs = new HeldBlobs({ files, isUsed });
    const old = new Date(Date.now() - 40 * dayMs);
    for (let index = 0; index < FILES; index += 1) {
      const digest = (await files.put(new TextEncoder().encode(`picture ${index}`))).slice('sha256-'.length);
      await utimes(join(folder, 'blobs', digest.slice(0, 2), digest), old, old);
    }
    const records = new JobRecords(database);
    const picture = await watch(async () => {
      for (const key of await records.forgetFinished('job-1')) await blobs.delete(key);
    });
    const swept = await watch(() =>
      sweep({
        days: 30,
        blobs,
        findUnnamed: (keys) => findUnnamedBlobs(database, keys),
        records,
        drafts: new TrainingDraftsTable(database),
        questions: new PetQuestionsTable(database),
        exports: new DataExportsTable(database),
        usage: new UsageTable(database),
        rules: new ServerRulesTable(database),
        people: new PeopleTable(database),
        log: createLog({ level: 'silent', name: 'bench' }),
      }),
    );
    const details = { jobs, files: FILES };
    return [
      { name: 'one picture is deleted', unit: 'ms', value: picture.ms, runs: 1, details },
      { name: 'longest block of the event loop meanwhile', unit: 'ms', value: picture.blockMs, runs: 1, budget: 50 },
      { name: 'sweep of half the jobs and all files', unit: 'ms', value: swept.ms, runs: 1, details },
      { name: 'longest block of the event loop in the sweep', unit: 'ms', value: swept.blockMs, runs: 1, budget: 50 },
    ];
  } finally {
    await close();
    await rm(folder, { recursive: true, force: true });
  }
}

export const storage: Topic = { name: 'storage', parts: { deletions } };
