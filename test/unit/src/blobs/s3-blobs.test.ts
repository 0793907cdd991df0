import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { S3BlobStore } from '#src/blobs/s3-blobs.js';
import { S3Error } from '#src/blobs/s3-client.js';
import { blobKeyOf, shelfOf } from '#src/core/blob-key.js';
import { BlobMissingError, type ListedBlob } from '#src/core/blob-store.js';
import { startChosenS3, type TestS3 } from '#test/helpers/s3.js';

let s3: Omit<TestS3, 'directory'>;
let temporaryFolder: string;
let blobs: S3BlobStore;
beforeAll(async () => {
  s3 = await startChosenS3();
});
afterAll(() => s3.stop());
beforeEach(async () => {
  temporaryFolder = await mkdtemp(join(tmpdir(), 'petbooth-s3-uploads-'));
  blobs = storeWith({});
  s3.requests.length = 0;
});
afterEach(async () => {
  expect(s3.faults).toEqual([]);
  expect(await readdir(temporaryFolder)).toEqual([]);
  await rm(temporaryFolder, { recursive: true });
});

function storeWith(
  changes: Readonly<Partial<Record<'endpoint' | 'bucket' | 'secret', string>>> & {
    readonly maxBytes?: number;
    readonly patienceMs?: number;
  },
): S3BlobStore {
  return new S3BlobStore({
    endpoint: changes.endpoint ?? s3.settings.S3_ENDPOINT!,
    bucket: changes.bucket ?? s3.settings.S3_BUCKET!,
    region: s3.settings.S3_REGION!,
    accessKeyId: s3.settings.S3_ACCESS_KEY_ID!,
    secretAccessKey: changes.secret ?? s3.settings.S3_SECRET_ACCESS_KEY!,
    temporaryFolder,
    maxBytes: changes.maxBytes ?? 8_000_000,
    firstRetryMs: 1,
    patienceMs: changes.patienceMs,
  });
}
async function* inPieces(bytes: Uint8Array, size = 100_000): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += size) yield bytes.subarray(start, start + size);
}
const same = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;

test('bytes come back under the hash of their content, whole and piece by piece', async () => {
  const bytes = randomBytes(1_500_000);
  const key = await blobs.put(bytes);
  expect(key).toBe(blobKeyOf(bytes));
  expect(same(await blobs.get(key), bytes)).toBe(true);
  const { byteLength, head, body } = await blobs.open(key);
  expect(byteLength).toBe(bytes.byteLength);
  expect(same(head, bytes.subarray(0, 64))).toBe(true);
  expect(same(await buffer(body), bytes)).toBe(true);
});

test('what is made while it is stored has the key of the whole, which is told before anything has it', async () => {
  const bytes = randomBytes(700_000);
  const told: boolean[] = [];
  const key = await blobs.putStream(inPieces(bytes), async (known) => void told.push(await blobs.has(known)));
  expect(key).toBe(blobKeyOf(bytes));
  expect(told).toEqual([false]);
  expect(same(await blobs.get(key), bytes)).toBe(true);
});

test('an empty file is a file', async () => {
  const key = await blobs.put(new Uint8Array());
  expect(await blobs.get(key)).toHaveLength(0);
  const { head, byteLength, body } = await blobs.open(key);
  expect([head.byteLength, byteLength, (await buffer(body)).byteLength]).toEqual([0, 0, 0]);
});

test('what was deleted is missing, and deleting it again is no error', async () => {
  const key = await blobs.put(randomBytes(100));
  await blobs.delete(key);
  await blobs.delete(key);
  expect(await blobs.has(key)).toBe(false);
  await expect(blobs.get(key)).rejects.toThrow(BlobMissingError);
  await expect(blobs.open(key)).rejects.toThrow(BlobMissingError);
});

test('what is too large, or ends in an error, leaves nothing', async () => {
  const small = storeWith({ maxBytes: 1000 });
  const bytes = randomBytes(2000);
  await expect(small.put(bytes)).rejects.toThrow('blob of 2000 bytes: expected at most 1000');
  await expect(small.putStream(inPieces(bytes, 600))).rejects.toThrow('expected at most 1000');
  async function* broken() {
    yield bytes;
    throw new Error('no more of it');
  }
  await expect(blobs.putStream(broken())).rejects.toThrow('no more of it');
  expect(await blobs.has(blobKeyOf(bytes))).toBe(false);
});

test('a shelf is listed with sizes, and the size of one is asked for', async () => {
  const files = Array.from({ length: 20 }, (_, index) => Buffer.from(`file ${index}`));
  const keys = await Promise.all(files.map((bytes) => blobs.put(bytes)));
  const shelf = shelfOf(keys[10]!);
  const found: ListedBlob[] = [];
  for await (const file of blobs.listed(shelf)) found.push(file);
  expect(found.map(({ key }) => key)).toEqual(keys.filter((key) => shelfOf(key) === shelf).toSorted());
  const { byteLength, storedAt } = found.find(({ key }) => key === keys[10])!;
  expect(byteLength).toBe(7);
  expect(Math.abs(Date.now() - storedAt.getTime())).toBeLessThan(600_000);
  expect(await blobs.byteLengthOf(keys[10]!)).toBe(7);
  expect(await blobs.byteLengthOf(blobKeyOf(Buffer.from('never stored')))).toBeUndefined();
});

test('a list of several pages is read to its end', async () => {
  const digests = ['a', 'b', 'c'].map((letter) => letter.repeat(64));
  const asked: (string | null)[] = [];
  const server = createServer(({ url = '' }, response) => {
    const token = new URL(url, 'http://s3').searchParams.get('continuation-token');
    asked.push(token);
    const page = token === null ? 0 : Number(token.slice('page='.length));
    const isLast = page === digests.length - 1;
    response.end(`<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>petbooth</Name>
      <IsTruncated>${!isLast}</IsTruncated>${isLast ? '' : `<NextContinuationToken>page=${page + 1}</NextContinuationToken>`}
      <Contents><Key>blobs/xx/${digests[page]}</Key><LastModified>2020-01-01T00:00:00.000Z</LastModified><Size>${page}</Size></Contents></ListBucketResult>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const found: ListedBlob[] = [];
  for await (const file of storeWith({ endpoint: `http://127.0.0.1:${port}` }).listed('xx')) found.push(file);
  expect(found.map(({ key }) => key)).toEqual(digests.map((digest) => `sha256-${digest}`));
  expect(found.map(({ byteLength }) => byteLength)).toEqual([0, 1, 2]);
  expect(asked).toEqual([null, 'page=1', 'page=2']);
  server.closeAllConnections();
  server.close();
});

test.each(['busy', 'cut before', 'cut after'] as const)('%s: everything is tried again', async (fault) => {
  const bytes = randomBytes(300_000);
  s3.faults.push(fault, fault);
  const key = await blobs.put(bytes);
  s3.faults.push(fault);
  expect(await blobs.has(key)).toBe(true);
  s3.faults.push(fault);
  expect(same(await blobs.get(key), bytes)).toBe(true);
  s3.faults.push(fault);
  await blobs.delete(key);
  expect(await blobs.has(key)).toBe(false);
});

test('an answer that breaks off is read again, and one that is only passed on says so', async () => {
  const bytes = randomBytes(500_000);
  const key = await blobs.put(bytes);
  s3.faults.push('cut in the middle');
  expect(same(await blobs.get(key), bytes)).toBe(true);
  s3.faults.push('cut in the middle');
  const { body } = await blobs.open(key);
  await expect(buffer(body)).rejects.toThrow();
});

test('a server that stays away fails after a few tries', async () => {
  s3.faults.push(...Array.from({ length: 5 }, () => 'busy' as const));
  await expect(blobs.has(blobKeyOf(Buffer.from('x')))).rejects.toThrow(S3Error);
  expect(s3.requests).toHaveLength(5);
});

test('whoever is patient tries a server that is away for longer', async () => {
  s3.faults.push(...Array.from({ length: 8 }, () => 'busy' as const));
  expect(await storeWith({ patienceMs: 60_000 }).has(blobKeyOf(Buffer.from('x')))).toBe(false);
  expect(s3.requests).toHaveLength(9);
});

test('a wrong key and a bucket that is not there are told once, without the key', async () => {
  const secret = 'a-secret-that-is-wrong';
  const refused = await storeWith({ secret })
    .put(randomBytes(10))
    .catch((error: unknown) => error as S3Error);
  expect(refused).toBeInstanceOf(S3Error);
  expect(String((refused as Error).stack)).not.toContain(secret);
  expect(s3.requests).toHaveLength(1);
  await expect(storeWith({ bucket: 'nowhere' }).get(blobKeyOf(Buffer.from('x')))).rejects.toThrow('NoSuchBucket');
});
