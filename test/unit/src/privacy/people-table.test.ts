import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BlobKey } from '#src/core/blob-key.js';
import type { Person } from '#src/core/place.js';
import type { OpenDatabase } from '#src/database/database.js';
import { JobRecords } from '#src/jobs/job-records.js';
import { jobs } from '#src/jobs/tables.js';
import { PetsTable } from '#src/pets/pets-table.js';
import { pets } from '#src/pets/tables.js';
import { PeopleTable } from '#src/privacy/people-table.js';
import { people as rows } from '#src/privacy/tables.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

const dayMs = 86_400_000;
let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

const personOf = (id: string): Person => ({ platform: 'discord', id, name: id });

test('of a thousand people who only said hello none stays, and everybody of whom something is kept does', async () => {
  const people = new PeopleTable(opened.database);
  const blob = BlobKey.parse(`sha256-${'0'.repeat(64)}`);
  const strangers = Array.from({ length: 1000 }, (_, index) => personOf(`stranger-${index}`));
  for (const person of ['has-pet', 'has-job', 'has-language', 'new'].map(personOf)) await people.remember(person);
  for (const person of strangers) await people.remember(person);
  await people.setLocale(personOf('has-language'), 'de');
  await new PetsTable(opened.database).save(personOf('has-pet'), {
    id: 'pet',
    name: 'Biscuit',
    className: 'dog',
    lora: blob,
    photos: [],
    previews: [],
  });
  const place = { platform: 'discord', channel: '1' } as const;
  const job = { id: 'job', name: 'imagine', data: {}, title: 'a cat', locale: 'en' } as const;
  await new JobRecords(opened.database).insert({ ...job, person: personOf('has-job'), place }, 1);
  await opened.database
    .update(rows)
    .set({ createdAt: new Date(Date.now() - 31 * dayMs) })
    .where(sql`${rows.id} <> 'new'`);

  expect(await people.removeIdleBefore(new Date(Date.now() - 30 * dayMs), [pets, jobs])).toBe(1000);
  const left = await opened.database.select({ id: rows.id }).from(rows);
  expect(left.map(({ id }) => id).toSorted()).toEqual(['has-job', 'has-language', 'has-pet', 'new']);
  await people.remember(strangers[0]!);
  expect(await people.get(strangers[0]!)).toBeDefined();
});

test('somebody is spoken with in the language that they chose, else in that of their app, also where they are not speaking', async () => {
  const people = new PeopleTable(opened.database);
  const anna = personOf('anna');
  expect(await people.localeOf(anna)).toBeUndefined();
  await people.remember(anna, 'de');
  expect(await people.localeOf(anna)).toBe('de');
  await people.remember(anna, 'fr');
  await people.remember(anna);
  const afterRestart = new PeopleTable(opened.database);
  expect(await afterRestart.localeOf(anna)).toBe('fr');
  expect(await afterRestart.localeOf(anna, 'ja')).toBe('ja');
  expect(await afterRestart.chosenLocaleOf(anna)).toBeUndefined();
  await afterRestart.setLocale(anna, 'es');
  expect(await afterRestart.localeOf(anna, 'ja')).toBe('es');
  await afterRestart.remember(anna, 'en');
  await afterRestart.setLocale(anna, undefined);
  expect(await afterRestart.localeOf(anna)).toBe('en');
  expect(await afterRestart.get(anna)).toMatchObject({ locale: null, appLocale: 'en' });
  await afterRestart.forget(anna);
  expect(await afterRestart.localeOf(anna)).toBeUndefined();
});
