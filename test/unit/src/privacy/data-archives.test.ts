import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileBlobStore } from '#src/blobs/blobs.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { storeDataArchives } from '#src/privacy/data-archives.js';

const MiB = 1024 * 1024;

let folder: string;
let blobs: FileBlobStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-archives-'));
  blobs = new FileBlobStore({ folder, maxBytes: 20 * MiB });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function archivesOf(facts: string, keys: readonly BlobKey[]) {
  const archives: BlobKey[] = [];
  for await (const archive of storeDataArchives(blobs, inPieces(facts), new Set(keys))) archives.push(archive);
  return archives;
}

async function* inPieces(facts: string): AsyncGenerator<string> {
  yield facts.slice(0, 1);
  yield facts.slice(1);
}

const nameOf = (key: BlobKey) => `files/${key.slice(0, 23)}.safetensors`;
const filled = (byteCount: number, value: number) => new Uint8Array(byteCount).fill(value);

test('archives hold the facts and every file that is still there, in parts of at most 8 MiB where a file is not larger', async () => {
  const files = [filled(5 * MiB, 1), filled(3 * MiB, 2), filled(9 * MiB, 3), filled(10, 4)];
  const keys: BlobKey[] = [];
  for (const bytes of files) keys.push(await blobs.put(bytes));
  const gone = await blobs.put(filled(20, 5));
  await blobs.delete(gone);
  const archives = await archivesOf('{"name":"Bärli"}', [...keys, gone]);
  const parts = await Promise.all(archives.map(async (archive) => unzipSync(await blobs.get(archive))));
  expect(parts.map((part) => Object.keys(part))).toEqual([
    ['data.json', nameOf(keys[0]!)],
    [nameOf(keys[1]!)],
    [nameOf(keys[2]!)],
    [nameOf(keys[3]!)],
  ]);
  const whole = Object.assign({}, ...parts);
  expect(new TextDecoder().decode(whole['data.json'])).toBe('{"name":"Bärli"}');
  for (const [index, key] of keys.entries())
    expect(Buffer.from(whole[nameOf(key)]).equals(files[index]!), `file ${index}`).toBe(true);
});

test('without files there is one archive with the facts', async () => {
  const [archive, ...others] = await archivesOf('{}', []);
  expect(others).toEqual([]);
  expect(Object.keys(unzipSync(await blobs.get(archive!)))).toEqual(['data.json']);
});

test('what is held in memory does not grow with what is taken away', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const keys: BlobKey[] = [];
  for (let value = 0; value < 60; value += 1) keys.push(await blobs.put(filled(MiB, value)));
  const heldBytes = () => {
    collectGarbage();
    return process.memoryUsage().arrayBuffers;
  };
  const before = heldBytes();
  let mostBytes = 0;
  const watched = {
    open: (key: BlobKey) => {
      mostBytes = Math.max(mostBytes, heldBytes() - before);
      return blobs.open(key);
    },
    putStream: (chunks: AsyncIterable<Uint8Array>) => blobs.putStream(chunks),
  };
  let archiveCount = 0;
  for await (const _ of storeDataArchives(watched, inPieces('{}'), new Set(keys))) archiveCount += 1;
  expect(archiveCount).toBe(8);
  expect(mostBytes).toBeLessThan(4 * MiB);
});
