import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { HeldBlobs } from '#src/blobs/held-blobs.js';
import { openTables } from '#src/bot-tables.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { BlobRegister, type RegisteredBlob } from '#src/database/blob-register.js';
import { findUnusedBlobs } from '#src/database/blob-uses.js';
import type { OpenDatabase } from '#src/database/database.js';
import { blobUses } from '#src/database/tables.js';
import { jobs } from '#src/jobs/tables.js';
import { audit } from '#src/moderation/tables.js';
import { createLog } from '#src/operations/log.js';
import { sweep } from '#src/privacy/retention.js';
import { people as peopleTable } from '#src/privacy/tables.js';
import { trainingDrafts } from '#src/training/tables.js';
import { keptIn } from '#test/helpers/kept-data.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

const dayMs = 86_400_000;
const anna = { platform: 'web', id: 'anna', name: 'Anna' } as const;
let opened: OpenDatabase;
let folder: string;
let blobs: HeldBlobs;
let register: BlobRegister;
beforeAll(async () => {
  opened = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'petbooth-retention-'));
  register = new BlobRegister(opened.database);
  blobs = new HeldBlobs({
    register,
    files: new FileBlobStore({ folder, maxBytes: 1000 }),
    findUnused: (keys) => findUnusedBlobs(opened.database, keys),
  });
});
afterAll(async () => {
  await opened.close();
  await rm(folder, { recursive: true, force: true });
});

async function store(words: string, ageDays: number): Promise<BlobKey> {
  const key = await blobs.put(new TextEncoder().encode(words));
  await opened.database
    .update(blobUses)
    .set({ lastUsedAt: new Date(Date.now() - ageDays * dayMs) })
    .where(sql`${blobUses.blob} = ${key} and ${blobUses.kind} = 'stored'`);
  return key;
}

async function noted(): Promise<Map<BlobKey, RegisteredBlob>> {
  const all = new Map<BlobKey, RegisteredBlob>();
  for await (const some of register.all()) for (const one of some) all.set(one.blob, one);
  return all;
}

test('old jobs go, and old files that no pet and no remaining job names; everything else stays', async () => {
  const tables = await openTables(opened.database);
  const { records, pets, drafts, exports, usage, rules, people, tablesOfPeople } = tables;
  const files = {
    ofPet: await store('a LoRA', 100),
    photoOfPet: await store('a photo', 100),
    ofWaitingJob: await store('a photo that waits', 100),
    ofYoungJob: await store('a picture of last week', 40),
    ofOldMissedJob: await store('a picture that nobody could be brought', 40),
    ofYoungMissedJob: await store('a picture that may still be brought', 40),
    ofOldJob: await store('a picture of long ago', 40),
    ofNobody: await store('a preview', 40),
    new: await store('a picture of today', 0),
    ofDraft: await store('a photo to be decided about', 40),
    ofOldDraft: await store('a photo that nobody decided about', 2),
  };
  await pets.save(anna, {
    id: 'pet',
    name: 'Biscuit',
    className: 'dog',
    lora: files.ofPet,
    photos: [files.photoOfPet],
    previews: [],
  });
  const add = async (id: string, key: BlobKey, ageDays: number, end?: 'delivered' | 'undeliverable') => {
    const place = { platform: 'web', channel: 'anna' } as const;
    const job = { id, name: 'imagine', data: { picture: key }, title: id, person: anna, place, locale: 'en' } as const;
    await records.insert(job, 1);
    if (end) {
      await records.settle(id, { kind: 'completed', result: { pictures: [key] } });
      await records.finishDelivery(id, end);
    }
    await opened.database
      .update(jobs)
      .set({ createdAt: new Date(Date.now() - ageDays * dayMs) })
      .where(sql`${jobs.id} = ${id}`);
  };
  await add('waiting', files.ofWaitingJob, 100);
  await add('young', files.ofYoungJob, 7, 'delivered');
  await add('old', files.ofOldJob, 40, 'delivered');
  await add('young-missed', files.ofYoungMissedJob, 7, 'undeliverable');
  await add('old-missed', files.ofOldMissedJob, 40, 'undeliverable');

  const draftOf = (id: string, blob: BlobKey) => ({
    id,
    petName: id,
    className: 'dog',
    photos: [{ number: 1, blob, doubts: [] }],
    set: [],
    isReplacing: false,
  });
  await drafts.save(anna, draftOf('young-draft', files.ofDraft));
  await drafts.save(anna, draftOf('old-draft', files.ofOldDraft));
  await opened.database
    .update(trainingDrafts)
    .set({ createdAt: new Date(Date.now() - 1.1 * dayMs) })
    .where(sql`${trainingDrafts.id} = 'old-draft'`);
  expect(await drafts.get('old-draft')).toBeUndefined();

  const log = createLog({ level: 'silent', name: 'test' });
  const server = { platform: 'web', server: 'pets' } as const;
  const usedAt = (id: string, hours: number) =>
    usage.count({ id, server, person: anna, activity: 'draw' }, undefined, new Date(Date.now() - hours * 3600_000));
  await usedAt('yesterday', 25);
  await usedAt('today', 23);
  for (const person of ['Ben', 'Clara'])
    await rules.note(server, anna, { key: 'commands.admin.replies.auditRemoved', params: { person } });
  await opened.database
    .update(audit)
    .set({ at: new Date(Date.now() - 91 * dayMs) })
    .where(sql`${audit.text}::text like '%Ben%'`);
  await people.remember({ ...anna, id: 'stranger' });
  await opened.database.update(peopleTable).set({ createdAt: new Date(Date.now() - 31 * dayMs) });
  await sweep({
    days: 30,
    blobs,
    register,
    kept: keptIn(tables, opened.database),
    exports,
    people,
    tablesOfPeople,
    log,
  });
  expect(await people.get({ ...anna, id: 'stranger' })).toBeUndefined();

  const kept = await Promise.all(Object.entries(files).map(async ([name, key]) => [name, await blobs.has(key)]));
  expect(Object.fromEntries(kept)).toEqual({
    ofPet: true,
    photoOfPet: true,
    ofWaitingJob: true,
    ofYoungJob: true,
    ofYoungMissedJob: true,
    ofOldMissedJob: false,
    ofOldJob: false,
    ofNobody: false,
    new: true,
    ofDraft: true,
    ofOldDraft: false,
  });
  const stays = Object.values(files).filter((_, index) => kept[index]![1]);
  expect(new Set((await noted()).keys())).toEqual(new Set(stays));
  expect(await records.get('old')).toBeUndefined();
  expect(await records.get('old-missed')).toBeUndefined();
  expect(await records.get('young-missed')).toBeDefined();
  expect(await records.get('young')).toBeDefined();
  expect(await records.get('waiting')).toBeDefined();
  expect(await usage.everythingOf(anna)).toMatchObject([{ id: 'today' }]);
  expect((await rules.auditOf(server, 10)).map(({ text }) => text.params)).toEqual([{ person: 'Clara' }]);
  expect(await drafts.get('young-draft')).toMatchObject({ owner: { id: 'anna' }, draft: { petName: 'young-draft' } });
});

test('a file that is stored again counts as new', async () => {
  const key = await store('a photo sent twice', 40);
  const old = (await noted()).get(key)!;
  await blobs.put(new TextEncoder().encode('a photo sent twice'));
  const { lastUsedAt, byteLength, uses } = (await noted()).get(key)!;
  expect(Date.now() - old.lastUsedAt.getTime()).toBeGreaterThan(39 * dayMs);
  expect(Date.now() - lastUsedAt.getTime()).toBeLessThan(dayMs);
  expect({ byteLength, uses }).toEqual({ byteLength: 18, uses: [] });
});
