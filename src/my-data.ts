import { setTimeout as sleep } from 'node:timers/promises';
import { zipSync } from 'fflate';
import type { MyDataService, OfferedFile, Person } from './command.js';
import type { JobQueue } from './jobs/queue.js';
import type { Ledger } from './ledger.js';
import { filesOfRows, ownFilesOf } from './own-files.js';
import { sniffFormat } from './photo-format.js';
import type { Platform } from './platforms/platform.js';
import type { BlobKey } from './storage/blob-key.js';
import { BlobMissingError, type BlobStore } from './storage/blobs.js';
import type { DataExportsTable } from './storage/database/data-exports.js';
import type { JobRecords } from './storage/database/job-records.js';
import type { PeopleTable } from './storage/database/people.js';
import type { PetQuestionsTable } from './storage/database/pet-questions.js';
import type { PetSharesTable } from './storage/database/pet-shares.js';
import type { PetsTable } from './storage/database/pets.js';
import type { ServerRulesTable } from './storage/database/server-rules.js';
import type { TrainingDraftsTable } from './storage/database/training-drafts.js';
import type { UsageTable } from './storage/database/usage.js';

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
  readonly blobs: BlobStore;
  readonly ledger: Pick<Ledger, 'cancel' | 'recheckPet'>;
  readonly queue: Pick<JobQueue, 'forget' | 'forgetTraces'>;
  readonly platforms: ReadonlyMap<Person['platform'], Platform>;
}

const MiB = 1024 * 1024;
/** Discord takes files of 10 MiB. */
const maxPartBytes = 8 * MiB;
const stopsWithinMs = 30_000;

/** What one person may ask about everything that is kept about them. */
export function myDataFor(options: MyDataOptions, person: Person): MyDataService {
  return { export: () => exportAll(options, person), delete: () => deleteAll(options, person) };
}

async function exportAll(options: MyDataOptions, person: Person): Promise<readonly OfferedFile[]> {
  const { people, pets, drafts, questions, records, exports, rules, usage, blobs, platforms } = options;
  const owned = {
    pets: await pets.everythingOf(person),
    drafts: await drafts.everythingOf(person),
    questions: await questions.everythingOf(person),
  };
  const keys = [...filesOfRows(owned), ...ownFilesOf(await records.allOf(person))];
  const facts = {
    person,
    settings: await people.get(person),
    ...owned,
    jobs: await records.everythingOf(person),
    usage: await usage.everythingOf(person),
    moderation: await rules.everythingOf(person),
    platform: await platforms.get(person.platform)?.everythingOf?.(person),
  };
  const text = JSON.stringify(facts, undefined, 2);
  const parts: Record<string, Uint8Array>[] = [{ 'data.json': new TextEncoder().encode(text) }];
  let partBytes = text.length;
  for (const key of new Set(keys)) {
    const bytes = await readIfThere(blobs, key);
    if (!bytes) continue;
    if (partBytes > 0 && partBytes + bytes.byteLength > maxPartBytes) {
      parts.push({});
      partBytes = 0;
    }
    partBytes += bytes.byteLength;
    parts.at(-1)![`files/${key.slice(0, 23)}.${sniffFormat(bytes) ?? 'safetensors'}`] = bytes;
  }
  const files: OfferedFile[] = [];
  for (const [index, part] of parts.entries()) {
    // Pictures and weights do not get smaller.
    const blob = await blobs.put(zipSync(part, { level: 0 }));
    await exports.add(person, blob);
    const number = parts.length > 1 ? `-${index + 1}` : '';
    files.push({ blob, name: `petbooth-my-data${number}.zip` });
  }
  return files;
}

async function deleteAll(options: MyDataOptions, person: Person): Promise<void> {
  const { people, pets, shares, drafts, questions, records, exports, rules, usage, blobs, ledger, queue, platforms } =
    options;
  for (const record of await records.unfinishedOf(person)) await ledger.cancel(record);
  await jobsEnd(records, person);
  // Redis keeps finished jobs, with their words, until they are settled.
  for (const id of await records.idsOf(person)) await queue.forget(id);
  const unused: BlobKey[] = [];
  unused.push(...(await records.removeAll(person)));
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
  await Promise.all(unused.map((key) => blobs.delete(key)));
  await queue.forgetTraces();
  await platforms.get(person.platform)?.forget?.(person);
}

/** A worker stops within one step; what it had begun to store is named by its job until then. */
async function jobsEnd(records: JobRecords, person: Person): Promise<void> {
  const deadline = Date.now() + stopsWithinMs;
  while ((await records.unfinishedOf(person)).length > 0 && Date.now() < deadline) await sleep(50);
}

async function readIfThere(blobs: BlobStore, key: BlobKey): Promise<Uint8Array | undefined> {
  try {
    return await blobs.get(key);
  } catch (error) {
    if (error instanceof BlobMissingError) return undefined;
    throw error;
  }
}
