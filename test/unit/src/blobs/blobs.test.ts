import { existsSync, readlinkSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { BlobKey } from '#src/core/blob-key.js';
import { BlobMissingError, type ListedBlob, StorageFullError } from '#src/core/blob-store.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-blobs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bytes = new TextEncoder().encode('hello');
const files = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

test('bytes come back under the hash of their content, stored once', async () => {
  const blobs = new FileBlobStore({ folder, maxBytes: 100 });
  const keys = await Promise.all([blobs.put(bytes), blobs.put(bytes), blobs.put(bytes)]);
  expect(new Set(keys)).toEqual(new Set(['sha256-2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824']));
  expect(await blobs.get(keys[0]!)).toEqual(bytes);
  expect(await files()).toHaveLength(1);
});

test('a deleted blob is missing, and deleting it again is no error', async () => {
  const blobs = new FileBlobStore({ folder, maxBytes: 100 });
  const key = await blobs.put(bytes);
  await blobs.delete(key);
  await blobs.delete(key);
  expect(await blobs.has(key)).toBe(false);
  await expect(blobs.get(key)).rejects.toThrow(BlobMissingError);
});

test('a shelf is listed with sizes, without what is half written or strange', async () => {
  const blobs = new FileBlobStore({ folder, maxBytes: 100 });
  const key = await blobs.put(bytes);
  await writeFile(join(folder, '2c', `${key.slice('sha256-'.length)}.1.abc.tmp`), 'half');
  await writeFile(join(folder, '2c', 'notes.txt'), 'strange');
  const listed: ListedBlob[] = [];
  for (const shelf of ['2b', '2c', '2d']) for await (const file of blobs.listed(shelf)) listed.push(file);
  expect(listed).toEqual([{ key, byteLength: 5, storedAt: expect.any(Date) }]);
  expect(await blobs.byteLengthOf(key)).toBe(5);
});

test('too many bytes are refused', async () => {
  const blobs = new FileBlobStore({ folder, maxBytes: 4 });
  await expect(blobs.put(bytes)).rejects.toThrow('blob of 5 bytes: expected at most 4');
});

test('a full disk is said to be full and leaves nothing half written', async () => {
  const full = async (path: string) => {
    await writeFile(path, 'half');
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  };
  const blobs = new FileBlobStore({ folder, maxBytes: 100, writeFile: full });
  await expect(blobs.put(bytes)).rejects.toThrow(StorageFullError);
  expect(await files()).toHaveLength(0);
});

async function* inPieces(...words: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const word of words) {
    if (word instanceof Error) throw word;
    yield new TextEncoder().encode(word);
  }
}

test('what is stored piece by piece has the key of the whole, and is one with it', async () => {
  const blobs = new FileBlobStore({ folder, maxBytes: 100 });
  const [streamed, whole] = await Promise.all([blobs.putStream(inPieces('he', 'llo')), blobs.put(bytes)]);
  expect(streamed).toBe(whole);
  expect(await blobs.putStream(inPieces('hel', '', 'lo'))).toBe(whole);
  expect(await blobs.get(streamed)).toEqual(bytes);
  expect(await files()).toHaveLength(1);
});

test('pieces that become too many, end in an error, or fill the disk leave nothing', async () => {
  const blobs = new FileBlobStore({ folder, maxBytes: 4 });
  await expect(blobs.putStream(inPieces('he', 'llo'))).rejects.toThrow('blob of more than 4 bytes');
  await expect(blobs.putStream(inPieces('he', new Error('no more of it')))).rejects.toThrow('no more of it');
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  await expect(blobs.putStream(inPieces('he', full))).rejects.toThrow(StorageFullError);
  expect(await files()).toHaveLength(0);
});

test('a key that leaves the folder is no key', async () => {
  const blobs = new FileBlobStore({ folder, maxBytes: 100 });
  await expect(blobs.get('sha256-../../etc/passwd' as BlobKey)).rejects.toThrow();
  expect(BlobKey.safeParse('https://example.org/photo.jpg').success).toBe(false);
});

test('leftovers of a killed writer are removed once they are old', async () => {
  const blobs = new FileBlobStore({ folder, maxBytes: 100 });
  await writeFile(join(folder, 'x.1.abc.tmp'), 'half');
  expect(await blobs.removeLeftovers()).toBe(0);
  expect(await blobs.removeLeftovers(0)).toBe(1);
  expect(await files()).toHaveLength(0);
});

test('a key is known once its file, the file’s name and its new folder are on disk', async () => {
  const synced: { readonly name: string; readonly wasThere: boolean }[] = [];
  const handle = await open(folder, 'r');
  const kind = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const store = join(folder, 'blobs');
  const path = join(store, '2c', '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
  vi.spyOn(kind, 'sync').mockImplementation(function (this: FileHandle) {
    const name = relative(folder, readlinkSync(`/proc/self/fd/${this.fd}`)).replace(/2cf24d.*\.tmp$/, 'temporary');
    synced.push({ name, wasThere: existsSync(path) });
    return Promise.resolve();
  });
  const blobs = new FileBlobStore({ folder: store, maxBytes: 100 });
  try {
    await blobs.put(bytes);
    expect(synced).toEqual([
      { name: 'blobs/2c/temporary', wasThere: false },
      { name: 'blobs/2c', wasThere: true },
      { name: 'blobs', wasThere: true },
      { name: '', wasThere: true },
    ]);
    synced.length = 0;
    await blobs.put(bytes);
    expect(synced).toEqual([{ name: 'blobs/2c', wasThere: true }]);
  } finally {
    vi.restoreAllMocks();
  }
});
