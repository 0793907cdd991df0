import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type SQL, sql } from 'drizzle-orm';
import { Redis } from 'ioredis';
import type { Database } from '#src/database/database.js';
import type { TestRedis } from './redis.js';
import type { Spine } from './spine.js';

/** Everything that Redis holds, as text. */
export async function redisContent({ url }: TestRedis): Promise<string> {
  const redis = new Redis(url);
  try {
    const read: Record<string, (key: string) => Promise<unknown>> = {
      string: (key) => redis.get(key),
      hash: (key) => redis.hgetall(key),
      list: (key) => redis.lrange(key, 0, -1),
      set: (key) => redis.smembers(key),
      zset: (key) => redis.zrange(key, '0', '-1'),
      stream: (key) => redis.xrange(key, '-', '+'),
      // Gone since its name was read.
      none: async () => undefined,
    };
    const keys = await redis.keys('*');
    return JSON.stringify(await Promise.all(keys.map(async (key) => [key, await read[await redis.type(key)]!(key)])));
  } finally {
    redis.disconnect();
  }
}

/** Every row of every table, as text. */
export async function databaseContent(database: Database): Promise<string> {
  const { rows: tables } = await read<{ name: string }>(
    database,
    sql`select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
  );
  const contents: string[] = [];
  for (const { name } of tables) {
    const { rows } = await read<{ row: string }>(
      database,
      sql`select ${name}::text || ' ' || whole::text as row from ${sql.raw(name)} as whole`,
    );
    contents.push(...rows.map(({ row }) => row));
  }
  return contents.join('\n');
}

const read = <Row>(database: Database, query: SQL) => database.execute(query) as unknown as Promise<{ rows: Row[] }>;

/**
 * Where words still are: in the data folder (names of files and what is in them), in the database, in Redis, and in its files.
 * Postgres' own files are left out, as it keeps the bytes of deleted rows until it needs their room, and so are the notes of the fake engine.
 */
export async function tracesOf({ folder, redis, database }: Spine, words: RegExp): Promise<string[]> {
  const ownFiles = (await filesUnder(folder)).filter(
    (path) => !/^(postgres\/|notes\.txt$)/.test(relative(folder, path)),
  );
  const redisFiles = await filesUnder(dirname(redis.url));
  const found: string[] = [];
  for (const path of [...ownFiles, ...redisFiles]) {
    const content = await readFile(path, 'latin1').catch(() => '');
    const match = words.exec(`${relative(folder, path)}\n${content}`);
    if (match) found.push(`${match[0]} in ${path}`);
  }
  if (database) {
    const rows = (await databaseContent(database)).split('\n').filter((row) => words.test(row));
    found.push(...rows.map((row) => `in the database: ${row}`));
  }
  const match = words.exec(await redisContent(redis));
  return match ? [...found, `${match[0]} in Redis`] : found;
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
