import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { inject } from 'vitest';
import type { OpenDatabase } from '#src/database/database.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';

let archive: Blob | undefined;

/** An empty database with all tables: on a Postgres server where the project has one, else embedded and in memory. */
export async function openTestDatabase(): Promise<OpenDatabase> {
  const url = await newServerDatabase();
  if (url !== undefined) return openDatabase({ migrationsFolder, url });
  archive ??= new Blob([await readFile(join(process.env.EMPTY_DATABASE!, 'archive.tar'))]);
  return openDatabase({ migrationsFolder, archive });
}

/** @returns the address of an empty database, where the project has a server */
export async function newServerDatabase(): Promise<string | undefined> {
  const server = inject('postgresUrl');
  return server === undefined ? undefined : createDatabase(server);
}

/** @returns its address */
export async function createDatabase(server: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new Client({ connectionString: server });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return server.replace('/postgres?', `/${name}?`);
}
