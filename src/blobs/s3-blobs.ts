import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { BlobKey, blobKeyOf, digestOf, shelfOf } from '#src/core/blob-key.js';
import {
  BlobMissingError,
  type ListedBlob,
  type OpenedBlob,
  StorageFullError,
  type StoredBlobs,
} from '#src/core/blob-store.js';
import { S3Client, type S3ClientOptions, S3Error } from './s3-client.js';

export interface S3BlobStoreOptions extends S3ClientOptions {
  /** Where what is made while it is stored waits until its hash is known. */
  readonly temporaryFolder: string;
  readonly maxBytes: number;
}

const headBytes = 64;
const folder = 'blobs/';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const Listing = z.object({
  ListBucketResult: z.object({
    IsTruncated: z.union([z.boolean(), z.string()]).transform((value) => String(value) === 'true'),
    NextContinuationToken: z.coerce.string().optional(),
    Contents: z
      .array(z.object({ Key: z.string(), LastModified: z.coerce.date(), Size: z.coerce.number().int().nonnegative() }))
      .default([]),
  }),
});

/** Blobs in a bucket of any service that speaks S3, for bots and workers on several machines. */
export class S3BlobStore implements StoredBlobs {
  readonly #options: S3BlobStoreOptions;
  readonly #client: S3Client;

  constructor(options: S3BlobStoreOptions) {
    this.#options = options;
    this.#client = new S3Client(options);
  }

  async put(bytes: Uint8Array, key: BlobKey = blobKeyOf(bytes)): Promise<BlobKey> {
    this.#assertFits(bytes.byteLength);
    await this.#upload(key, bytes.byteLength, () => Readable.from([bytes], { objectMode: false }));
    return key;
  }

  async putStream(
    chunks: AsyncIterable<Uint8Array>,
    beforeNamed?: (key: BlobKey, byteLength: number) => Promise<void>,
  ): Promise<BlobKey> {
    await mkdir(this.#options.temporaryFolder, { recursive: true });
    const path = join(this.#options.temporaryFolder, `${randomUUID()}.tmp`);
    try {
      const { key, byteLength } = await this.#spool(path, chunks);
      await beforeNamed?.(key, byteLength);
      await this.#upload(key, byteLength, () => createReadStream(path));
      return key;
    } finally {
      await rm(path, { force: true });
    }
  }

  async get(key: BlobKey): Promise<Uint8Array> {
    const bytes = await this.#ofOne(key, () => this.#client.read({ method: 'GET', key: pathOf(key) }));
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  async open(key: BlobKey): Promise<OpenedBlob> {
    const body = await this.#ofOne(key, () => this.#client.send({ method: 'GET', key: pathOf(key) }));
    try {
      const head = await takeHead(body);
      return { byteLength: Number(body.headers['content-length']), head, body };
    } catch (error) {
      body.destroy();
      throw error;
    }
  }

  async has(key: BlobKey): Promise<boolean> {
    return (await this.byteLengthOf(key)) !== undefined;
  }

  async byteLengthOf(key: BlobKey): Promise<number | undefined> {
    try {
      const response = await this.#client.send({ method: 'HEAD', key: pathOf(key) });
      response.resume();
      return Number(response.headers['content-length']);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async delete(key: BlobKey): Promise<void> {
    try {
      (await this.#client.send({ method: 'DELETE', key: pathOf(key) })).resume();
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  async *listed(shelf: string): AsyncGenerator<ListedBlob> {
    // Loaded where a list is read, which is once.
    const { XMLParser } = await import('fast-xml-parser');
    const parser = new XMLParser({ isArray: (name) => name === 'Contents', parseTagValue: false });
    const prefix = `${folder}${shelf}/`;
    let token: string | undefined;
    do {
      const query = { 'list-type': '2', prefix, ...(token !== undefined && { 'continuation-token': token }) };
      const page = await this.#client.read({ method: 'GET', key: '', query });
      const { ListBucketResult: listed } = Listing.parse(parser.parse(page));
      for (const { Key: path, LastModified: storedAt, Size: byteLength } of listed.Contents) {
        const key = BlobKey.safeParse(`sha256-${path.slice(prefix.length)}`);
        if (key.success) yield { key: key.data, byteLength, storedAt };
      }
      token = listed.IsTruncated ? listed.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  /** A half written object has no name in S3. */
  async removeLeftovers(): Promise<number> {
    return 0;
  }

  #assertFits(byteLength: number): void {
    const { maxBytes } = this.#options;
    if (byteLength > maxBytes) throw new RangeError(`blob of ${byteLength} bytes: expected at most ${maxBytes}`);
  }

  async #spool(path: string, chunks: AsyncIterable<Uint8Array>): Promise<{ key: BlobKey; byteLength: number }> {
    const hash = createHash('sha256');
    const file = await open(path, 'wx', 0o600);
    try {
      let byteLength = 0;
      for await (const chunk of chunks) {
        byteLength += chunk.byteLength;
        this.#assertFits(byteLength);
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      return { key: BlobKey.parse(`sha256-${hash.digest('hex')}`), byteLength };
    } finally {
      await file.close();
    }
  }

  /** Also where the same bytes are there already: to look first would be a request more for all that are new. */
  async #upload(key: BlobKey, byteLength: number, source: () => NodeJS.ReadableStream): Promise<void> {
    try {
      const body = { byteLength, sha256: digestOf(key), open: source };
      (await this.#client.send({ method: 'PUT', key: pathOf(key), body })).resume();
    } catch (error) {
      if (isFull(error)) throw new StorageFullError(`the bucket ${this.#options.bucket}`, { cause: error });
      throw error;
    }
  }

  async #ofOne<Result>(key: BlobKey, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw isMissing(error) ? new BlobMissingError(key, { cause: error }) : error;
    }
  }
}

function pathOf(key: BlobKey): string {
  return `${folder}${shelfOf(key)}/${digestOf(key)}`;
}

/** The first bytes of a stream, which stay in it. */
async function takeHead(body: Readable): Promise<Buffer> {
  while (!body.readableEnded && body.readableLength === 0 && !body.closed)
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error) => {
        body.off('readable', done);
        body.off('end', done);
        body.off('error', done);
        if (error) reject(error);
        else resolve();
      };
      body.once('readable', () => done());
      body.once('end', () => done());
      body.once('error', done);
    });
  const chunk = (body.read() as Buffer | null) ?? Buffer.alloc(0);
  if (chunk.byteLength > 0) body.unshift(chunk);
  return chunk.subarray(0, headBytes);
}

function isMissing(error: unknown): boolean {
  return error instanceof S3Error && error.status === 404 && error.code !== 'NoSuchBucket';
}

/** 507, or what MinIO and others say with another status. */
function isFull(error: unknown): boolean {
  return error instanceof S3Error && (error.status === 507 || /StorageFull|QuotaExceeded/.test(error.code ?? ''));
}
