import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { jobs } from '#src/jobs/index.js';
import { jobs as jobRows } from '#src/jobs/tables.js';

const file = (digit: string) => `sha256-${digit.repeat(64)}`;

/** The migrations as they were before jobs named pets by their ids. */
async function olderMigrations(folder: string): Promise<string> {
  const older = join(folder, 'migrations');
  await cp(migrationsFolder, older, { recursive: true });
  const path = join(older, 'meta/_journal.json');
  const journal = JSON.parse(await readFile(path, 'utf8')) as { entries: { tag: string }[] };
  const entries = journal.entries.slice(
    0,
    journal.entries.findIndex(({ tag }) => tag.endsWith('pets_by_id')),
  );
  await writeFile(path, JSON.stringify({ ...journal, entries }));
  return older;
}

test('what an older version kept of pets in jobs becomes their ids, and no file is named any more', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-migration-'));
  try {
    const before = await openDatabase({ folder, migrationsFolder: await olderMigrations(folder) });
    const addPet = (id: string, person: string, lora: string) =>
      before.database.execute(sql`
        INSERT INTO pets (id, platform, person_id, name, name_key, class_name, lora, photos, previews)
        VALUES (${id}, 'web', ${person}, ${id}, ${id}, 'dog', ${lora}, '[]', '[]')`);
    await addPet('of-anna', 'anna', file('a'));
    // The same file, taken in by somebody who was given it.
    await addPet('of-ben', 'ben', file('a'));
    const common = { seed: 1, picture: file('1'), strengths: [3], petStrength: 1, isReduced: false, changes: [] };
    const drawn = { prompt: '{pet}', negativePrompt: '', seed: 1, index: 0, steps: 5, guidanceScale: 4 };
    const pet = (lora: string) => ({ lora, className: 'dog', name: 'Biscuit' });
    const rows = {
      annas: ['imagine', 'anna', { prompt: '{pet}', count: 1, seed: 1, pet: { lora: file('a'), className: 'dog' } }],
      bens: ['imagine', 'ben', { prompt: '{pet}', count: 1, seed: 1, pet: { lora: file('a'), className: 'dog' } }],
      forgotten: [
        'imagine',
        'anna',
        { prompt: '{pet}', count: 1, seed: 1, pet: { lora: file('f'), className: 'dog' } },
      ],
      swapped: ['edit', 'carla', { ...common, pet: pet(file('a')) }],
      replayed: ['edit', 'carla', { ...common, drawn, sourcePet: pet(file('a')) }],
      foreign: ['edit', 'carla', { ...common, sourcePet: pet(file('a')) }],
      petless: ['imagine', 'anna', { prompt: 'a lamp', count: 1, seed: 1 }],
    } as const;
    for (const [id, [name, person, data]] of Object.entries(rows))
      await before.database.execute(sql`
        INSERT INTO jobs (id, name, data, title, platform, person_id, person_name, locale, place, round, state)
        VALUES (${id}, ${name}, ${JSON.stringify(data)}::jsonb, ${id}, 'web', ${person}, ${person}, 'en', '{}', 1, 'queued')`);
    await before.close();

    const { database, close } = await openDatabase({ folder, migrationsFolder });
    const kept = await database.select({ id: jobRows.id, name: jobRows.name, data: jobRows.data }).from(jobRows);
    await close();
    expect(JSON.stringify(kept)).not.toContain('lora');
    expect(JSON.stringify(kept)).not.toContain(file('a'));
    const dataOf = (id: string) => {
      const { name, data } = kept.find((row) => row.id === id)!;
      return jobs[name as 'imagine' | 'edit'].data.parse(data) as {
        readonly pet?: unknown;
        readonly sourcePet?: unknown;
      };
    };
    expect(dataOf('annas').pet).toEqual({ id: 'of-anna', className: 'dog' });
    expect(dataOf('bens').pet).toEqual({ id: 'of-ben', className: 'dog' });
    expect(dataOf('forgotten').pet).toEqual({ className: 'dog' });
    expect(dataOf('swapped').pet).toEqual({ id: 'of-anna', className: 'dog', name: 'Biscuit' });
    expect(dataOf('replayed').sourcePet).toEqual({ id: 'of-anna', className: 'dog', name: 'Biscuit' });
    expect(dataOf('foreign').sourcePet).toEqual({ className: 'dog', name: 'Biscuit' });
    expect(dataOf('petless')).not.toHaveProperty('pet');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
