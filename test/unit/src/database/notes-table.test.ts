import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Note } from '#src/core/notes.js';
import { findUnusedBlobs } from '#src/database/blob-uses.js';
import type { OpenDatabase } from '#src/database/database.js';
import { NotesTable } from '#src/database/notes-table.js';
import { platformNotes } from '#src/database/tables.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());
beforeEach(() => opened.database.delete(platformNotes));

const note = (key: string, value: unknown = key, more: Partial<Note> = {}): Note => ({
  kind: 'sent',
  key,
  person: 'anna',
  at: 1000,
  value,
  ...more,
});
const keys = (notes: readonly Note[]) => notes.map(({ key }) => key);
/** Transactions that were committed so far. */
async function commits(): Promise<number> {
  const { rows } = (await opened.database.execute(
    sql`select count(distinct xmin::text)::int as count from platform_notes`,
  )) as unknown as { rows: { count: number }[] };
  return rows[0]!.count;
}

test('another process finds what was noted, the oldest first, each platform, kind and person its own', async () => {
  const table = new NotesTable(opened.database);
  const [telegram, discord] = [table.of('telegram'), table.of('discord')];
  await Promise.all([
    telegram.put(note('b', { words: 'two' }, { at: 2000 })),
    telegram.put(note('a', 'three', { at: 3000, person: undefined })),
    telegram.put(note('c', 1, { at: 1000, person: 'ben' })),
    telegram.put(note('a', 'a draft', { kind: 'draft' })),
    discord.put(note('a', 'of Discord')),
  ]);
  await telegram.put(note('c', 2, { at: 4000, person: 'ben' }));
  const again = new NotesTable(opened.database).of('telegram');
  expect(await again.read('sent')).toEqual([
    note('b', { words: 'two' }, { at: 2000 }),
    note('a', 'three', { at: 3000, person: undefined }),
    note('c', 2, { at: 4000, person: 'ben' }),
  ]);
  expect(keys(await again.read('sent', 'anna'))).toEqual(['b']);
  expect(await again.read('draft')).toHaveLength(1);
  await again.remove('sent', ['b']);
  expect(keys(await again.read('sent'))).toEqual(['a', 'c']);
  expect(await again.read('draft')).toHaveLength(1);
  expect(await discord.read('sent')).toHaveLength(1);
});

test('what comes in one moment is one commit, and takes along what was to be written soon', async () => {
  const table = new NotesTable(opened.database);
  const telegram = table.of('telegram');
  await telegram.put(note('gone'));
  const soon = telegram.put(note('soon'), 'soon');
  const removed = telegram.remove('sent', ['gone'], 'soon');
  await Promise.all([telegram.put(note('one')), table.of('discord').put(note('two'))]);
  await Promise.all([soon, removed]);
  expect(keys(await telegram.read('sent')).toSorted()).toEqual(['one', 'soon']);
  expect(await commits()).toBe(1);
});

test('changes of one note keep their order, however soon each is to be written', async () => {
  const telegram = new NotesTable(opened.database).of('telegram');
  const first = telegram.put(note('a', 1));
  void telegram.put(note('a', 2), 'soon');
  void telegram.remove('sent', ['a'], 'soon');
  await first;
  void telegram.put(note('a', 3), 'soon');
  void telegram.put(note('b', 1));
  await telegram.remove('sent', ['b']);
  expect(await telegram.read('sent')).toEqual([note('a', 3)]);
});

test('what is to be written soon is, also where nothing follows, and before the end', async () => {
  const table = new NotesTable(opened.database);
  const telegram = table.of('telegram');
  await telegram.put(note('a'), 'soon');
  void telegram.put(note('b'), 'soon');
  await table.flush();
  expect(keys(await new NotesTable(opened.database).of('telegram').read('sent'))).toEqual(['a', 'b']);
});

test('thousands at once, of which some go again, and keys and values of any letters', async () => {
  const telegram = new NotesTable(opened.database).of('telegram');
  const many = Array.from({ length: 1200 }, (_, index) => `key-${String(index).padStart(4, '0')}`);
  await Promise.all(many.map((key) => telegram.put(note(key))));
  await telegram.remove('sent', many.slice(100));
  expect(keys(await telegram.read('sent'))).toEqual(many.slice(0, 100));
  const strange = note("'; drop table --\n🐈", { text: 'zero \0, half \ud83d, "quoted" \\u0000' }, { kind: 'strange' });
  await telegram.put(strange);
  expect(await telegram.read('strange')).toEqual([strange]);
  await expect(telegram.put(note('zero\0'))).rejects.toThrow('zero');
  await expect(telegram.put(note('after'))).resolves.toBeUndefined();
});

test('a stored file is needed for as long as a note names it', async () => {
  const web = new NotesTable(opened.database).of('web');
  const [one, two] = ['1', '2'].map((digit) => `sha256-${digit.repeat(64)}` as BlobKey) as [BlobKey, BlobKey];
  const unused = () => findUnusedBlobs(opened.database, [one, two]);
  await Promise.all([web.put(note('a', '', { blob: one })), web.put(note('b', '', { blob: one }))]);
  expect(await unused()).toEqual([two]);
  await web.put(note('a', '', { blob: two }));
  await web.put(note('a', 'changed', { blob: two }));
  expect(await unused()).toEqual([]);
  await web.put(note('a'));
  expect(await unused()).toEqual([two]);
  await web.remove('sent', ['b']);
  expect(await unused()).toEqual([one, two]);
});

test('what moves in changes nothing that is there', async () => {
  const telegram = new NotesTable(opened.database).of('telegram');
  await telegram.put(note('a', 'newer'));
  await telegram.adopt([note('a', 'older'), note('b', 'older')]);
  await telegram.adopt([note('b', 'again')]);
  expect((await telegram.read('sent')).map(({ value }) => value)).toEqual(['newer', 'older']);
});

test('a write that fails is told to those who wait for it, and the next one goes on', async () => {
  const { database } = opened;
  const insert = vi.spyOn(database, 'insert').mockImplementationOnce(() => {
    throw new Error('no room');
  });
  const telegram = new NotesTable(database).of('telegram');
  await expect(telegram.put(note('a'))).rejects.toThrow('no room');
  insert.mockRestore();
  await telegram.put(note('b'));
  expect(keys(await telegram.read('sent'))).toEqual(['b']);
});
