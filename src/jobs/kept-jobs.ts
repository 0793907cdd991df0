import { setTimeout as sleep } from 'node:timers/promises';
import type { BlobKey } from '#src/core/blob-key.js';
import type { KeptData, OwnRows } from '#src/core/kept-data.js';
import type { Person } from '#src/core/place.js';
import type { JobRecords } from './job-records.js';
import type { Ledger } from './ledger.js';
import { ownFilesOf } from './own-files.js';
import type { JobQueue } from './queue.js';

export interface KeptJobsOptions {
  readonly records: JobRecords;
  readonly ledger: Pick<Ledger, 'cancel'>;
  readonly queue: Pick<JobQueue, 'forget'>;
}

const stopsWithinMs = 30_000;

export function keptJobs(options: KeptJobsOptions): KeptData {
  const { records } = options;
  return {
    name: 'jobs',
    someAtATime: (person) => jobsOf(records, person),
    forget: (person) => stopAndForget(options, person),
    sweep: async (_, before) => ({ removed: { jobs: await records.removeFinishedBefore(before) } }),
  };
}

async function* jobsOf(records: JobRecords, person: Person): AsyncGenerator<OwnRows<readonly unknown[]>, void> {
  const ids = new Set<string>();
  for await (const some of records.idsOf(person)) for (const id of some) ids.add(id);
  for await (const rows of records.rowsOf(person)) {
    const files = rows.flatMap((row) => ownFilesOf(row, (id) => ids.has(id)));
    yield { rows, files };
  }
}

async function stopAndForget({ records, ledger, queue }: KeptJobsOptions, person: Person): Promise<BlobKey[]> {
  for (const record of await records.unfinishedOf(person)) await ledger.cancel(record);
  await jobsEnd(records, person);
  // Redis keeps finished jobs, with their words, until they are settled.
  for await (const ids of records.idsOf(person)) await Promise.all(ids.map((id) => queue.forget(id)));
  const unused: BlobKey[] = [];
  for await (const files of records.removeAll(person)) unused.push(...files);
  return unused;
}

/** A worker stops within one step; what it had begun to store is named by its job until then. */
async function jobsEnd(records: JobRecords, person: Person): Promise<void> {
  const deadline = Date.now() + stopsWithinMs;
  while ((await records.unfinishedOf(person)).length > 0 && Date.now() < deadline) await sleep(50);
}
