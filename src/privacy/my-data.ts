import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HeldBlobs } from '#src/blobs/held-blobs.js';
import type { BlobKey } from '#src/core/blob-key.js';
import type { OfferedFile } from '#src/core/files.js';
import type { Person } from '#src/core/place.js';
import type { JobName } from '#src/jobs/index.js';
import type { JobRecords } from '#src/jobs/job-records.js';
import type { Ledger } from '#src/jobs/ledger.js';
import type { JobQueue } from '#src/jobs/queue.js';
import type { ServerRulesTable } from '#src/moderation/server-rules-table.js';
import type { UsageTable } from '#src/moderation/usage-table.js';
import type { PetQuestionsTable } from '#src/pets/pet-questions-table.js';
import type { PetSharesTable } from '#src/pets/pet-shares-table.js';
import type { PetsTable } from '#src/pets/pets-table.js';
import type { Platform } from '#src/platforms/platform.js';
import type { TrainingDraftsTable } from '#src/training/training-drafts-table.js';
import { storeArchives } from './data-archives.js';
import type { DataExportsTable } from './data-exports.js';
import { filesOfRows, ownFilesOf } from './own-files.js';
import type { PeopleTable } from './people-table.js';
import type { MyDataService } from './services.js';

export interface MyDataOptions {
  readonly people: PeopleTable;
  readonly pets: PetsTable;
  readonly shares: PetSharesTable;
  readonly drafts: TrainingDraftsTable;
  readonly questions: PetQuestionsTable;
  readonly records: JobRecords;
  readonly exports: DataExportsTable;
  readonly rules: ServerRulesTable;
  readonly usage: UsageTable;
  readonly blobs: Pick<HeldBlobs, 'open' | 'putStream' | 'deleteAll'>;
  readonly ledger: Pick<Ledger, 'cancel' | 'recheckPet'>;
  readonly queue: Pick<JobQueue, 'forget' | 'forgetTraces'>;
  readonly platforms: ReadonlyMap<Person['platform'], Platform>;
}

const maxExportsPerDay = 5;
const stopsWithinMs = 30_000;

/** What one person may ask about everything that is kept about them. */
export function myDataFor(options: MyDataOptions, person: Person): MyDataService {
  return {
    export: () => exportAll(options, person),
    handedOver: (blobs) => removeArchives(options, person, blobs),
    delete: () => deleteAll(options, person),
  };
}

async function exportAll(options: MyDataOptions, person: Person): Promise<readonly OfferedFile[]> {
  const { people, pets, drafts, questions, records, exports, rules, usage, blobs, platforms } = options;
  const use = {
    id: randomUUID(),
    server: { platform: person.platform, server: '' },
    person,
    activity: 'export',
  } as const;
  await usage.assertWithin(use, { perDay: maxExportsPerDay });
  const owned = {
    pets: await pets.everythingOf(person),
    drafts: await drafts.everythingOf(person),
    questions: await questions.everythingOf(person),
  };
  const keys = new Set(filesOfRows(owned));
  const ids = new Set<string>();
  for await (const some of records.idsOf(person)) for (const id of some) ids.add(id);
  const jobs = async function* () {
    for await (const rows of records.rowsOf(person)) {
      const files = rows.flatMap((row) => ownFilesOf({ ...row, name: row.name as JobName }, (id) => ids.has(id)));
      for (const key of files) keys.add(key);
      yield rows.map((row) => JSON.stringify(row));
    }
  };
  const facts = {
    person,
    settings: await people.get(person),
    ...owned,
    usage: await usage.everythingOf(person),
    moderation: await rules.everythingOf(person),
    platform: await platforms.get(person.platform)?.everythingOf?.(person),
  };
  const archives: BlobKey[] = [];
  for await (const blob of storeArchives(blobs, withJobs(facts, jobs()), keys)) {
    await exports.add(person, blob);
    archives.push(blob);
  }
  await usage.count(use, undefined);
  return archives.map((blob, index) => {
    const number = archives.length > 1 ? `-${index + 1}` : '';
    return { blob, name: `petbooth-my-data${number}.zip` };
  });
}

/** As JSON, piece by piece. @param facts not empty @param jobs some at a time, each as JSON: one a line */
async function* withJobs(facts: object, jobs: AsyncIterable<readonly string[]>): AsyncGenerator<string, void> {
  const text = JSON.stringify(facts, undefined, 2);
  yield `${text.slice(0, text.lastIndexOf('}')).trimEnd()},\n  "jobs": [`;
  let before = '\n    ';
  for await (const some of jobs) {
    yield before + some.join(',\n    ');
    before = ',\n    ';
  }
  yield '\n  ]\n}';
}

async function removeArchives(
  { exports, blobs }: MyDataOptions,
  person: Person,
  archives: readonly BlobKey[],
): Promise<void> {
  await blobs.deleteAll(await exports.remove(person, archives));
}

async function deleteAll(options: MyDataOptions, person: Person): Promise<void> {
  const { people, pets, shares, drafts, questions, records, exports, rules, usage, blobs, ledger, queue, platforms } =
    options;
  for (const record of await records.unfinishedOf(person)) await ledger.cancel(record);
  await jobsEnd(records, person);
  // Redis keeps finished jobs, with their words, until they are settled.
  for await (const ids of records.idsOf(person)) await Promise.all(ids.map((id) => queue.forget(id)));
  const unused: BlobKey[] = [];
  for await (const files of records.removeAll(person)) unused.push(...files);
  for (const { id } of await pets.list(person)) {
    unused.push(...((await pets.remove(person, id)) ?? []));
    await ledger.recheckPet(id);
  }
  unused.push(...(await drafts.removeAll(person)), ...(await questions.removeAll(person)));
  unused.push(...(await exports.removeAll(person)));
  await shares.removeFor(person);
  await usage.forget(person);
  await rules.forget(person);
  await people.forget(person);
  await blobs.deleteAll(unused);
  await queue.forgetTraces();
  await platforms.get(person.platform)?.forget?.(person);
}

/** A worker stops within one step; what it had begun to store is named by its job until then. */
async function jobsEnd(records: JobRecords, person: Person): Promise<void> {
  const deadline = Date.now() + stopsWithinMs;
  while ((await records.unfinishedOf(person)).length > 0 && Date.now() < deadline) await sleep(50);
}
