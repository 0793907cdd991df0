import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TransferTarget, transfer } from '#deploy/transfer/transfer.js';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { S3BlobStore } from '#src/blobs/s3-blobs.js';
import { S3Client } from '#src/blobs/s3-client.js';
import { type BlobKey, blobKeyOf, digestOf, shelfOf, shelves } from '#src/core/blob-key.js';
import { startChosenS3, type TestS3 } from '#test/helpers/s3.js';

const maxBytes = 8_000_000;
let dataFolder: string;
let s3: Omit<TestS3, 'directory'>;
let bucket: NonNullable<TransferTarget['bucket']>;
let files: FileBlobStore;
let stored: S3BlobStore;
const told: string[] = [];
beforeAll(async () => {
  s3 = await startChosenS3();
});
afterAll(() => s3.stop());
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'petbooth-transfer-'));
  const { S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = s3.settings;
  bucket = {
    endpoint: S3_ENDPOINT!,
    bucket: S3_BUCKET!,
    region: s3.settings.S3_REGION!,
    accessKeyId: S3_ACCESS_KEY_ID!,
    secretAccessKey: S3_SECRET_ACCESS_KEY!,
  };
  files = new FileBlobStore({ folder: join(dataFolder, 'blobs'), maxBytes });
  stored = new S3BlobStore({ ...bucket, temporaryFolder: join(dataFolder, 'uploads'), maxBytes });
  s3.requests.length = 0;
  told.length = 0;
});
afterEach(async () => {
  for (const shelf of shelves) for await (const { key } of stored.listed(shelf)) await stored.delete(key);
  await rm(dataFolder, { recursive: true });
});

async function run(onFile?: (files: number) => void, signal?: AbortSignal): Promise<void> {
  let count = 0;
  await transfer({
    dataFolder,
    maxBlobBytes: maxBytes,
    target: { bucket },
    onTold: (sentence) => told.push(sentence),
    onProgress: () => onFile?.(++count),
    ...(signal && { signal }),
  });
}
const sent = () => s3.requests.filter((request) => /^PUT .*\/blobs\/..\//.test(request)).length;
const held = async (keys: readonly BlobKey[]) =>
  (await Promise.all(keys.map((key) => stored.has(key)))).filter(Boolean);

test('files are copied, through faults and an interruption, without sending any twice, and read again', async () => {
  const all = [...Array.from({ length: 40 }, (_, index) => Buffer.from(`file ${index}`)), randomBytes(3_000_000)];
  const keys = await Promise.all(all.map((bytes) => files.put(bytes)));
  const stopping = new AbortController();
  const interrupted = run((count) => count === 15 && stopping.abort(new Error('the power failed')), stopping.signal);
  await expect(interrupted).rejects.toThrow('the power failed');
  const before = (await held(keys)).length;
  expect(before).toBeGreaterThanOrEqual(15);
  expect(before).toBeLessThan(keys.length);
  expect(sent()).toBe(before);

  const late = await files.put(Buffer.from('made by a bot that ran in between'));
  s3.requests.length = 0;
  let isFaulty = false;
  await run((count) => {
    if (count < 20 || isFaulty) return;
    isFaulty = true;
    s3.faults.push('busy', 'cut before', 'cut in the middle');
  });
  expect(s3.faults).toEqual([]);
  expect(sent()).toBeLessThanOrEqual(keys.length + 1 - before + 3);
  for (const [index, key] of keys.entries())
    expect(Buffer.compare(await stored.get(key), all[index]!), `file ${index}`).toBe(0);
  expect(await stored.has(late)).toBe(true);
  expect(told[0]).toMatch(new RegExp(`^42 files \\(2\\.9 MiB\\) are in the bucket, ${42 - before} of them sent now`));
  expect(told[1]).toBe(
    'now set S3_ENDPOINT, S3_BUCKET, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY for the bot and its workers, and start it',
  );

  told.length = 0;
  await run();
  expect(told[0]).toBe('the files were copied before');
});

test('a file whose bytes have changed on disk is left out and told', async () => {
  const [good, bad] = [await files.put(Buffer.from('good')), await files.put(Buffer.from('bad'))];
  await writeFile(join(dataFolder, 'blobs', shelfOf(bad), digestOf(bad)), 'flipped');
  await run();
  expect(await held([good, bad])).toHaveLength(1);
  expect(told[1]).toBe(`left out, as their bytes are not those that they are named by: ${bad}`);
});

test('bytes that changed in the bucket are sent again', async () => {
  const key = await files.put(Buffer.from('seven'));
  await mkdir(join(dataFolder, 'uploads'), { recursive: true });
  const stopping = new AbortController();
  await expect(run(() => stopping.abort(new Error('enough')), stopping.signal)).rejects.toThrow('enough');
  const other = Buffer.from('SEVEN');
  const body = {
    byteLength: other.byteLength,
    sha256: digestOf(blobKeyOf(other)),
    open: () => Readable.from([other], { objectMode: false }),
  };
  const path = `blobs/${shelfOf(key)}/${digestOf(key)}`;
  (await new S3Client(bucket).send({ method: 'PUT', key: path, body })).resume();
  expect(Buffer.from(await stored.get(key)).toString()).toBe('SEVEN');
  await run();
  expect(Buffer.from(await stored.get(key)).toString()).toBe('seven');
});

test('a bucket that holds files of another bot, or a folder without any, is refused', async () => {
  await stored.put(Buffer.from('of somebody else'));
  await files.put(Buffer.from('ours'));
  await expect(run()).rejects.toThrow('holds other files');
  dataFolder = await mkdtemp(join(tmpdir(), 'petbooth-transfer-'));
  await expect(run()).rejects.toThrow('there is nothing to copy');
});
