import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '#src/log.js';
import { connectRedis, waitForRedis } from '#src/storage/redis.js';
import type { Spine } from './spine.js';

/** All that Redis holds. */
export async function dumpRedis({ redis }: Spine): Promise<string> {
  const connection = connectRedis(redis.url, 'commands', createLog({ level: 'silent', name: 'test' }));
  try {
    await waitForRedis(connection, 10_000);
    const keys = await connection.keys('*');
    const contents = await Promise.all(
      keys.map(async (key) => {
        const type = await connection.type(key);
        if (type === 'hash') return connection.hgetall(key);
        if (type === 'string') return connection.get(key);
        if (type === 'stream') return connection.xrange(key, '-', '+');
        return key;
      }),
    );
    return JSON.stringify([keys, contents]);
  } finally {
    connection.disconnect();
  }
}

/** Files under the data folder, database included, that hold one of these words. */
export async function filesWith(words: readonly string[], { folder }: Spine): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    if (words.some((word) => bytes.includes(word))) found.push(path);
  }
  return found;
}
