import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BlobKey } from '#src/core/blob-key.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { JobRecords } from '#src/jobs/job-records.js';
import { PetsTable } from '#src/pets/pets-table.js';
import { PeopleTable } from '#src/privacy/people-table.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-database-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () => openDatabase({ folder, migrationsFolder });
const anna = { platform: 'web', id: 'anna', name: 'Anna' } as const;
const bert = { platform: 'web', id: 'bert', name: 'Bert' } as const;
const key = `sha256-${'0'.repeat(64)}` as BlobKey;
const pet = { id: 'w-1', name: 'Zoë', className: 'dog', lora: key, photos: [key], previews: [] };

test('people and pets outlast a restart, and belong to one person', async () => {
  const first = await open();
  await new PeopleTable(first.database).setLocale(anna, 'de');
  await new PeopleTable(first.database).remember(anna);
  const pets = new PetsTable(first.database);
  await pets.save(anna, pet);
  await pets.save(anna, { ...pet, id: 'w-2', name: 'ZOË', className: 'cat' });
  await first.close();

  const second = await open();
  expect(await new PeopleTable(second.database).localeOf(anna)).toBe('de');
  expect(await new PeopleTable(second.database).localeOf(bert)).toBeUndefined();
  const kept = new PetsTable(second.database);
  expect(await kept.find(anna, ' zoë ')).toMatchObject({ id: 'w-2', name: 'ZOË', className: 'cat' });
  expect(await kept.list(anna)).toHaveLength(1);
  expect(await kept.find(bert, 'Zoë')).toBeUndefined();
  expect(await kept.remove(bert, 'w-2')).toBeUndefined();
  expect(await kept.remove(anna, 'w-2')).toEqual([key]);
  await second.close();
});

test('what a start that was killed while creating the database left behind is made anew', async () => {
  await mkdir(join(folder, 'postgres'));
  await writeFile(join(folder, 'postgres', 'PG_VERSION'), '18');
  await writeFile(join(folder, 'postgres.creating'), '');
  const first = await open();
  await new PetsTable(first.database).save(anna, pet);
  await first.close();
  const second = await open();
  expect(await new PetsTable(second.database).list(anna)).toHaveLength(1);
  await second.close();
});

test('bytes that another pet or a waiting job uses are not given up', async () => {
  const { database, close } = await open();
  const pets = new PetsTable(database);
  const shared = `sha256-${'1'.repeat(64)}` as BlobKey;
  const waiting = `sha256-${'2'.repeat(64)}` as BlobKey;
  await pets.save(anna, { ...pet, photos: [shared, waiting] });
  await pets.save(bert, { ...pet, id: 'w-9', lora: shared, photos: [] });
  await new JobRecords(database).insert(
    {
      id: 'w-3',
      name: 'train-pet',
      data: { photos: [waiting] },
      title: 'x',
      person: bert,
      place: { platform: 'web', channel: 'c' },
      locale: 'en',
    },
    1,
  );
  expect(await pets.remove(anna, 'w-1')).toEqual([key]);
  await close();
});
