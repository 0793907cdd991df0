import { expect, test } from 'vitest';
import { type BlobOperation, watchBlobs } from '#src/blobs/watched-blobs.js';
import { blobKeyOf } from '#src/core/blob-key.js';
import { BlobMissingError, type StoredBlobs } from '#src/core/blob-store.js';

const key = blobKeyOf(Buffer.from('a picture'));

function failing(error: Error): { readonly blobs: StoredBlobs; readonly failures: BlobOperation[] } {
  const fail = () => Promise.reject(error);
  const failures: BlobOperation[] = [];
  const files: StoredBlobs = {
    put: fail,
    putStream: fail,
    get: fail,
    open: fail,
    has: fail,
    byteLengthOf: fail,
    delete: fail,
    // biome-ignore lint/correctness/useYield: it fails before
    async *listed() {
      throw error;
    },
    removeLeftovers: fail,
  };
  return { blobs: watchBlobs(files, (operation) => failures.push(operation)), failures };
}

test('each operation that fails is told, and fails as before', async () => {
  const error = new Error('the bucket is away');
  const { blobs, failures } = failing(error);
  const all = [
    () => blobs.put(new Uint8Array()),
    async () => blobs.putStream((async function* () {})()),
    () => blobs.get(key),
    () => blobs.open(key),
    () => blobs.has(key),
    () => blobs.byteLengthOf(key),
    () => blobs.delete(key),
    () => blobs.listed('00').next(),
  ];
  for (const operation of all) await expect(operation()).rejects.toBe(error);
  expect(failures).toEqual(['put', 'putStream', 'get', 'open', 'look', 'look', 'delete', 'list']);
});

test('a file that is not there is no failure of the store', async () => {
  const { blobs, failures } = failing(new BlobMissingError(key));
  await expect(blobs.get(key)).rejects.toThrow(BlobMissingError);
  expect(failures).toEqual([]);
});
