import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PetQuestionsTable } from '#src/command/pet-questions-table.js';
import { type BlobKey, blobKeyOf } from '#src/core/blob-key.js';
import { BlobRegister } from '#src/database/blob-register.js';
import { findUnusedBlobs } from '#src/database/blob-uses.js';
import type { OpenDatabase } from '#src/database/database.js';
import { migrationsFolder } from '#src/database/open-database.js';
import { blobUses } from '#src/database/tables.js';
import { filesOfData, filesOfResult } from '#src/jobs/files.js';
import { type JobName, jobs } from '#src/jobs/index.js';
import { JobRecords } from '#src/jobs/job-records.js';
import { PetsTable } from '#src/pets/pets-table.js';
import { DataExportsTable } from '#src/privacy/data-exports.js';
import { TrainingDraftsTable } from '#src/training/training-drafts-table.js';
import { placesOfFiles } from '#test/helpers/places-of-files.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

const anna = { platform: 'web', id: 'anna', name: 'Anna' } as const;
const keyOf = (words: string) => blobKeyOf(new TextEncoder().encode(words));
const [photo, lora, preview, picture, sheet, archive] = ['photo', 'lora', 'preview', 'picture', 'sheet', 'archive'].map(
  keyOf,
) as [BlobKey, BlobKey, BlobKey, BlobKey, BlobKey, BlobKey];

let opened: OpenDatabase;
beforeEach(async () => {
  opened = await openTestDatabase();
});
afterEach(() => opened.close());

const usesOf = async (blob: BlobKey) =>
  (await opened.database.select().from(blobUses).where(sql`${blobUses.blob} = ${blob}`))
    .map(({ kind, id }) => `${kind} ${id}`)
    .toSorted();
const unused = (...keys: BlobKey[]) => findUnusedBlobs(opened.database, keys);

async function runLastStatementOf(migration: string): Promise<void> {
  const text = await readFile(join(migrationsFolder, migration), 'utf8');
  await opened.database.execute(sql.raw(text.split('--> statement-breakpoint').at(-1)!));
}

async function train(id: string): Promise<JobRecords> {
  const records = new JobRecords(opened.database);
  const place = { platform: 'web', channel: 'c' } as const;
  await records.insert(
    { id, name: 'train-pet', data: { photos: [photo] }, title: '', person: anna, place, locale: 'en' },
    1,
  );
  return records;
}

async function addRows(): Promise<void> {
  const { database } = opened;
  const records = await train('job');
  await records.settle('job', { kind: 'completed', result: { lora, previews: [preview] } });
  await new PetsTable(database).save(anna, {
    id: 'job',
    name: 'Rex',
    className: 'dog',
    lora,
    photos: [photo],
    previews: [preview],
  });
  const photos = [{ blob: photo, name: 'a.jpg', doubts: [] }] as never;
  await new TrainingDraftsTable(database).save(anna, {
    id: 'draft',
    petName: 'Tom',
    className: 'cat',
    photos,
    set: [],
    sheet,
    isReplacing: false,
  });
  await new DataExportsTable(database).add(anna, archive);
}

test('each row names its files in its own transaction, and a change or an end of it is followed', async () => {
  const records = await train('job');
  expect(await usesOf(photo)).toEqual(['waiting job']);
  await records.settle('job', { kind: 'completed', result: { lora, previews: [preview] } });
  expect(await usesOf(photo)).toEqual(['done job']);
  expect(await usesOf(lora)).toEqual(['result job']);
  await records.setPictureScore('job', 0.1);
  expect(await usesOf(lora)).toEqual(['result job']);
  expect(await unused(photo, lora, picture)).toEqual([photo, picture]);
  const register = new BlobRegister(opened.database);
  await register.note([photo, picture].map((key) => ({ key, byteLength: 1 })));
  const unnamed: BlobKey[] = [];
  for await (const some of register.all())
    unnamed.push(...some.filter(({ uses }) => uses.length === 0).map(({ blob }) => blob));
  expect(unnamed).toEqual([picture]);
  await register.remove([photo, picture]);
  expect(await records.forgetFinished('job')).toEqual([lora, preview]);
  expect(await opened.database.select().from(blobUses)).toEqual([]);
});

test('a transaction that is undone leaves no use behind', async () => {
  const undone = opened.database.transaction(async (transaction) => {
    await new DataExportsTable(transaction as never).add(anna, archive);
    throw new Error('no');
  });
  await expect(undone).rejects.toThrow('no');
  expect(await usesOf(archive)).toEqual([]);
});

test('a pet takes its files along, though its training still tells of them; a photo in a draft stays', async () => {
  await addRows();
  expect(await usesOf(photo)).toEqual(['done job', 'draft draft', 'pet job']);
  expect(await new PetsTable(opened.database).remove(anna, 'job')).toEqual([lora, preview]);
  expect(await new TrainingDraftsTable(opened.database).remove('draft')).toEqual([photo, sheet]);
  expect(await new DataExportsTable(opened.database).removeAll(anna)).toEqual([archive]);
  expect(await usesOf(archive)).toEqual([]);
});

test('words that look like the file of somebody else neither use it nor give it up', async () => {
  const { database } = opened;
  const records = new JobRecords(database);
  const pets = new PetsTable(database);
  const place = { platform: 'web', channel: 'c' } as const;
  const mallory = { ...anna, id: 'mallory', name: photo };
  const words = `draw ${photo}`;
  await pets.save(mallory, { id: 'pet', name: photo, className: photo, lora, photos: [], previews: [] });
  const draft = { id: 'draft', petName: photo, className: photo, photos: [], set: [], isReplacing: false };
  await new TrainingDraftsTable(database).save(mallory, draft);
  const question = { id: 'question', command: 'imagine', options: { prompt: photo }, answers: [{ pet: photo }] };
  await new PetQuestionsTable(database).save(mallory, question);
  const job = { id: 'words', name: 'imagine', data: { prompt: words, pet: { id: photo } }, title: photo } as const;
  await records.insert({ ...job, person: mallory, place, locale: 'en' }, 1);
  const result = { pictures: [picture], caption: { text: photo, words: [photo] } };
  await records.settle('words', { kind: 'completed', result });
  expect(await usesOf(photo)).toEqual([]);
  expect(await usesOf(picture)).toEqual(['result words']);

  // Anna's photo is kept for doing it again, but nothing waits for it.
  await train('job');
  await records.settle('job', { kind: 'completed', result: { lora, previews: [preview] } });
  const givenUp: BlobKey[] = [];
  for await (const keys of records.removeAll(mallory)) givenUp.push(...keys);
  givenUp.push(...(await new TrainingDraftsTable(database).kept.forget(mallory)));
  givenUp.push(...(await new PetQuestionsTable(database).kept.forget(mallory)));
  expect(givenUp).toEqual([picture]);
});

test('words that were taken for files before are so no more', async () => {
  await addRows();
  await train('waiting');
  const before = await opened.database.select().from(blobUses);
  await opened.database.insert(blobUses).values([
    { blob: archive, kind: 'waiting', id: 'waiting' },
    { blob: photo, kind: 'pet', id: 'elsewhere' },
  ]);
  await runLastStatementOf('0012_files_of_rows.sql');
  expect(await opened.database.select().from(blobUses)).toEqual(before);
});

test('the database knows every place where jobs name files', async () => {
  const records = new JobRecords(opened.database);
  const place = { platform: 'web', channel: 'c' } as const;
  for (const [name, { data, result }] of Object.entries(jobs)) {
    const given = withFiles(placesOfFiles(data));
    const made = withFiles(placesOfFiles(result));
    await records.insert(
      { id: name, name: name as JobName, data: given.row, title: '', person: anna, place, locale: 'en' },
      1,
    );
    await records.settle(name, { kind: 'completed', result: made.row });
    const uses = await opened.database.select().from(blobUses).where(sql`${blobUses.id} = ${name}`);
    const named = (kind: string) => uses.filter((use) => use.kind === kind).map(({ blob }) => blob);
    expect(named('done').toSorted(), name).toEqual(given.keys.toSorted());
    expect(named('result').toSorted(), name).toEqual(made.keys.toSorted());
    expect(
      [filesOfData(given.row), filesOfResult(made.row)].map((keys) => keys.toSorted()),
      name,
    ).toEqual([given.keys.toSorted(), made.keys.toSorted()]);
  }
});

/** A row with a file, or two where there may be several, at each of these places. */
function withFiles(places: readonly string[]): { readonly row: object; readonly keys: BlobKey[] } {
  const keys: BlobKey[] = [];
  const file = (words: string) => {
    keys.push(keyOf(words));
    return keys.at(-1)!;
  };
  const row = Object.fromEntries(
    places.map((place) => {
      const field = place.replace('[]', '');
      expect(field, 'a file deeper within is not looked for').toMatch(/^\w+$/);
      return [field, place.endsWith('[]') ? [file(`${place} 1`), file(`${place} 2`)] : file(place)];
    }),
  );
  return { row, keys };
}

test('the migration finds the uses of rows that were there before', async () => {
  await addRows();
  await train('waiting');
  const uses = async () => (await opened.database.select().from(blobUses)).map((use) => JSON.stringify(use)).toSorted();
  const before = await uses();
  expect(before).toHaveLength(10);
  await opened.database.delete(blobUses);
  await runLastStatementOf('0011_blob_uses.sql');
  expect(await uses()).toEqual(before);
});

test('finding a use asks an index, however many jobs there are', async () => {
  await opened.database.execute(sql`
    INSERT INTO blob_uses SELECT 'sha256-' || encode(sha256(n::text::bytea), 'hex'), 'result', n FROM generate_series(1, 20000) AS n`);
  const plan = await opened.database.execute(
    sql`EXPLAIN SELECT DISTINCT blob FROM blob_uses WHERE blob IN (${photo}, ${lora}) AND kind <> 'done'`,
  );
  expect(JSON.stringify(plan)).toMatch(/Index (Only )?Scan|Bitmap Index Scan/);
});
