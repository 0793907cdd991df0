import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeAtomically } from '#models/tensors/files/write-atomically.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-whole-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a file is replaced as a whole, readable by whom its mode says', async () => {
  const path = join(folder, 'file');
  await writeAtomically(path, Uint8Array.of(1, 2, 3));
  await writeAtomically(path, Uint8Array.of(4), 0o600);
  expect([...(await readFile(path))]).toEqual([4]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['file']);
});

test('writers at the same time leave the file of one of them', async () => {
  const path = join(folder, 'file');
  await Promise.all([1, 2, 3, 4].map((value) => writeAtomically(path, new Uint8Array(100_000).fill(value))));
  const bytes = await readFile(path);
  expect(bytes.length).toBe(100_000);
  expect(new Set(bytes).size).toBe(1);
  expect(await readdir(folder)).toEqual(['file']);
});

test('what cannot be put in its place leaves nothing behind', async () => {
  await mkdir(join(folder, 'taken'));
  await expect(writeAtomically(join(folder, 'taken'), Uint8Array.of(1))).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['taken']);
});
