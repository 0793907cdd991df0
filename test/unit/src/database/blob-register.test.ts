import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blobKeyOf } from '#src/core/blob-key.js';
import { BlobRegister } from '#src/database/blob-register.js';
import { BlobTotals } from '#src/database/blob-totals.js';
import type { OpenDatabase } from '#src/database/database.js';
import type { DatabaseFailure } from '#src/database/database-failure.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { blobUses } from '#src/database/tables.js';
import { newServerDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
let register: BlobRegister;
const failures: DatabaseFailure[] = [];
beforeAll(async () => {
  const url = await newServerDatabase();
  opened = await openDatabase({ migrationsFolder, url, onFailure: (failure) => failures.push(failure) });
  register = new BlobRegister(opened.database);
});
afterAll(() => opened.close());

const keyOf = (words: string) => blobKeyOf(Buffer.from(words));

test('each file is counted once, as what it is kept for most, however many there are', async () => {
  const files = Array.from({ length: 60 }, (_, index) => ({ key: keyOf(`file ${index}`), byteLength: index + 1 }));
  await register.note(files);
  await register.note([{ key: files[0]!.key, byteLength: 1 }]);
  const uses = [
    ...['pet', 'done', 'result'].map((kind) => ({ blob: files[0]!.key, kind, id: 'one' })),
    ...['one', 'two'].map((id) => ({ blob: files[1]!.key, kind: 'result', id })),
    { blob: keyOf('of an older worker, not noted yet'), kind: 'result', id: 'one' },
  ];
  await opened.database.insert(blobUses).values(uses as (typeof blobUses.$inferInsert)[]);
  const totals = new BlobTotals(register);
  expect(totals.latest()).toBeUndefined();
  await totals.settled();
  const counted = Object.fromEntries(totals.latest()!);
  expect(counted).toMatchObject({ pet: { files: 1, bytes: 1 }, result: { files: 1, bytes: 2 }, done: { files: 0 } });
  expect(counted.unnamed).toEqual({ files: 58, bytes: (60 * 61) / 2 - 3 });
});

test('a query that fails is told in one word, also within a transaction', async () => {
  failures.length = 0;
  const { database } = opened;
  const same = { blob: keyOf('same'), kind: 'pet', id: 'same' } as const;
  await expect(database.execute(sql`select 1/0`)).rejects.toThrow();
  await expect(
    database.transaction(async (transaction) => {
      await transaction.insert(blobUses).values(same);
      await transaction.insert(blobUses).values(same);
    }),
  ).rejects.toThrow();
  await expect(database.insert(blobUses).values({ ...same, kind: 'stored' })).rejects.toThrow();
  await expect(database.execute(sql`select * from nowhere`)).rejects.toThrow();
  expect(failures).toEqual(['refused', 'refused', 'refused', 'other']);
  await database.execute(sql`select 1`);
  expect(failures).toHaveLength(4);
});
