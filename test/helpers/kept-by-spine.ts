import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { createLog } from '#src/operations/log.js';
import { connectRedis, waitForRedis } from '#src/redis/connect-redis.js';
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

/** Files under the data folder and in the bucket, and tables, that hold one of these words. */
export async function keptWith(words: readonly string[], { folder, config, s3 }: Spine): Promise<string[]> {
  const url = config.DATABASE_URL;
  // The embedded database is files.
  const folders = [folder, ...(s3 ? [s3.directory] : [])];
  const files = await Promise.all(folders.map((each) => filesWith(words, each)));
  return [...files.flat(), ...(url === undefined ? [] : await tablesWith(words, url))];
}

async function filesWith(words: readonly string[], folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    if (words.some((word) => bytes.includes(word))) found.push(path);
  }
  return found;
}

async function tablesWith(words: readonly string[], url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
    );
    const found: string[] = [];
    for (const { name } of rows) {
      const matching = await client.query(
        `SELECT 1 FROM ${client.escapeIdentifier(name)} AS kept
         WHERE EXISTS (SELECT 1 FROM unnest($1::text[]) AS word WHERE position(word IN kept::text) > 0) LIMIT 1`,
        [words],
      );
      if (matching.rows.length > 0) found.push(name);
    }
    return found;
  } finally {
    await client.end();
  }
}
