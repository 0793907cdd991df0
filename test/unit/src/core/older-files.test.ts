import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Note } from '#src/core/notes.js';
import { jsonLinesOf, OlderFiles } from '#src/core/older-files.js';
import { MemoryNotes } from '#test/helpers/memory-notes.js';

let folder: string;
let notes: MemoryNotes;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-older-'));
  notes = new MemoryNotes();
  await writeFile(
    join(folder, 'lines.jsonl'),
    '{"key":"a","at":1}\n{"key":"a","at":2}\n{"key":"b","at":3}\n{"key":"c","a',
  );
  await mkdir(join(folder, 'parts'));
  for (const key of ['d', 'e']) await writeFile(join(folder, 'parts', key), '');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const noteOf = (json: unknown): Note => ({ kind: 'k', value: json, ...(json as Pick<Note, 'key' | 'at'>) });
async function move(): Promise<void> {
  const files = new OlderFiles(folder, notes);
  await files.move('lines.jsonl', ({ contents }) => jsonLinesOf(contents).map(noteOf));
  await files.move('not there', () => [noteOf({ key: 'x', at: 0 })]);
  await files.moveAll('parts', ({ name }) => [name === 'e' ? undefined : noteOf({ key: name, at: 4 })]);
}

test('files become notes and are gone; the later line of a key holds, and one that was cut off is passed over', async () => {
  await move();
  expect((await notes.read('k')).map(({ key, at }) => `${key}${at}`)).toEqual(['a2', 'b3', 'd4']);
  expect(await readdir(folder)).toEqual([]);
  await move();
  expect(notes.all()).toHaveLength(3);
});

test('a file stays until its notes are written, and read again after that changes nothing that came later', async () => {
  const adopting = vi.spyOn(notes, 'adopt').mockRejectedValueOnce(new Error('no database'));
  await expect(move()).rejects.toThrow('no database');
  adopting.mockRestore();
  expect(await readdir(folder)).toEqual(['lines.jsonl', 'parts']);
  await notes.put({ kind: 'k', key: 'a', at: 5, value: 'later' });
  await move();
  expect((await notes.read('k')).map(({ key, at }) => `${key}${at}`)).toEqual(['b3', 'd4', 'a5']);
});
