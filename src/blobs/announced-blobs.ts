import type { Redis } from 'ioredis';
import { BlobKey, hashBlob } from '#src/core/blob-key.js';
import type { BlobStore, StoredBlobs } from '#src/core/blob-store.js';

/** Files that workers have touched, and those of them that the bot looks at. */
const announced = 'petbooth:files';
const looking = 'petbooth:files:looking';

const lookedAtOnce = 25;

export interface AnnouncingBlobsOptions {
  readonly files: StoredBlobs;
  readonly redis: Pick<Redis, 'sadd'>;
}

/**
 * The store as a worker uses it, which has no register to note files in. It announces what it is about to store, so that nothing is
 * left unknown behind a worker that dies, and what it is about to remove.
 */
export class AnnouncingBlobs implements BlobStore {
  readonly #files: StoredBlobs;
  readonly #announce: (key: BlobKey) => Promise<void>;

  constructor({ files, redis }: AnnouncingBlobsOptions) {
    this.#files = files;
    this.#announce = async (key) => void (await redis.sadd(announced, key));
  }

  async put(bytes: Uint8Array): Promise<BlobKey> {
    const key = await hashBlob(bytes);
    await this.#announce(key);
    return this.#files.put(bytes, key);
  }

  putStream(chunks: AsyncIterable<Uint8Array>): Promise<BlobKey> {
    return this.#files.putStream(chunks, this.#announce);
  }

  get(key: BlobKey): Promise<Uint8Array> {
    return this.#files.get(key);
  }

  has(key: BlobKey): Promise<boolean> {
    return this.#files.has(key);
  }

  async delete(key: BlobKey): Promise<void> {
    await this.#announce(key);
    await this.#files.delete(key);
  }
}

/**
 * Hands on what was announced before the last call, so that whoever announced it has had the time between to store it.
 * What `look` could not look at is handed on again.
 */
export async function lookAtAnnounced(
  redis: Pick<Redis, 'srandmember' | 'srem' | 'exists' | 'rename'>,
  look: (keys: readonly BlobKey[]) => Promise<void>,
): Promise<void> {
  for (;;) {
    const names = await redis.srandmember(looking, lookedAtOnce);
    if (names.length === 0) break;
    await look(names.flatMap((name) => BlobKey.safeParse(name).data ?? []));
    await redis.srem(looking, ...names);
  }
  if ((await redis.exists(announced)) === 1) await redis.rename(announced, looking);
}
