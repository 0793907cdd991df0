import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { blobKeyOf } from '#src/core/blob-key.js';
import { InversionCache } from '#workers/engine/inversion-cache.js';
import { forgetInversions } from '#workers/engine/inversion-files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-inversions-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const pictureOf = (name: string) => blobKeyOf(new TextEncoder().encode(name));
const keyOf = (name: string, ...parts: (string | number)[]) => ({ picture: pictureOf(name), parts });
const bytes = (length: number, value = 1) => new Uint8Array(length).fill(value);

test('an inversion is found by its picture and by everything else that it depends on', async () => {
  const cache = new InversionCache(folder);
  await cache.put(keyOf('photo', 'checkpoint', 'a dog', 20), bytes(10, 7));
  expect(await new InversionCache(folder).get(keyOf('photo', 'checkpoint', 'a dog', 20))).toEqual(
    Buffer.from(bytes(10, 7)),
  );
  expect(await cache.get(keyOf('photo', 'other checkpoint', 'a dog', 20))).toBeUndefined();
  expect(await cache.get(keyOf('photo', 'checkpoint', 'a cat', 20))).toBeUndefined();
  expect(await cache.get(keyOf('photo', 'checkpoint', 'a dog', 50))).toBeUndefined();
  expect(await cache.get(keyOf('other photo', 'checkpoint', 'a dog', 20))).toBeUndefined();
});

test('the least recently used ones go when there are too many bytes', async () => {
  const cache = new InversionCache(folder, 250);
  await cache.put(keyOf('one'), bytes(100));
  await cache.put(keyOf('two'), bytes(100));
  for (const name of await readdir(folder)) await utimes(join(folder, name), new Date(1000), new Date(1000));
  await cache.get(keyOf('one'));
  await cache.put(keyOf('three'), bytes(100));
  expect(await cache.get(keyOf('one'))).toBeDefined();
  expect(await cache.get(keyOf('two'))).toBeUndefined();
  expect(await cache.get(keyOf('three'))).toBeDefined();
  await cache.put(keyOf('too large'), bytes(251));
  expect(await cache.get(keyOf('too large'))).toBeUndefined();
});

test('what is left of pictures that are not kept any more is forgotten', async () => {
  const cache = new InversionCache(folder);
  await cache.put(keyOf('kept', 1), bytes(10));
  await cache.put(keyOf('gone', 1), bytes(10));
  await cache.put(keyOf('gone', 2), bytes(10));
  expect(await forgetInversions(folder, async (picture) => picture === pictureOf('kept'))).toBe(2);
  expect(await cache.get(keyOf('kept', 1))).toBeDefined();
  expect(await cache.get(keyOf('gone', 2))).toBeUndefined();
  expect(await forgetInversions(join(folder, 'absent'), async () => false)).toBe(0);
});
