import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { S3Client, type S3ClientOptions, S3Error } from '#src/blobs/s3-client.js';

/** Beside the shelves, where the key may write. */
const path = 'blobs/transfer';

/** Says, in a bucket into which files are copied, whose they are, until all are there. */
export class BucketMark {
  readonly #client: S3Client;

  constructor(options: S3ClientOptions) {
    this.#client = new S3Client(options);
  }

  /** Whose it is; undefined where nobody copies into it. */
  async owner(): Promise<string | undefined> {
    try {
      return String(await this.#client.read({ method: 'GET', key: path }));
    } catch (error) {
      if (error instanceof S3Error && error.status === 404 && error.code !== 'NoSuchBucket') return undefined;
      throw error;
    }
  }

  async isEmpty(): Promise<boolean> {
    const query = { 'list-type': '2', prefix: 'blobs/' };
    return !String(await this.#client.read({ method: 'GET', key: '', query })).includes('<Contents>');
  }

  async set(owner: string): Promise<void> {
    const bytes = Buffer.from(owner);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const open = () => Readable.from([bytes], { objectMode: false });
    const body = { byteLength: bytes.byteLength, sha256, open };
    (await this.#client.send({ method: 'PUT', key: path, body })).resume();
  }

  async removeOf(owner: string): Promise<void> {
    if ((await this.owner()) !== owner) return;
    (await this.#client.send({ method: 'DELETE', key: path })).resume();
  }
}
