import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client, type ClientConfig, Pool } from 'pg';
import { sessionLocks } from './advisory-locks.js';
import type { OpenDatabase } from './database.js';
import { type DatabaseFailure, databaseFailureOf } from './database-failure.js';
import { type LeadershipTimes, PostgresLeadership } from './postgres-leadership.js';
import { assertNoUnfinishedTransfer } from './unfinished-transfer.js';

export interface OpenPostgresOptions {
  /** `postgres://…`. Of the server itself: a pooler that lends connections by the transaction loses the locks of a session. */
  readonly url: string;
  readonly migrationsFolder: string;
  /** Nothing can be written safely any more: another bot may have taken over. The process has to end at once. */
  readonly onUnsafe?: (error: Error) => void;
  /** Ends the wait for another bot. */
  readonly stopping?: AbortSignal | undefined;
  /** Another bot leads, and this one takes over when that has ended. Called once. */
  readonly onWaiting?: (leader?: string) => void;
  /** How long a server may take that is just starting. */
  readonly startTimeoutMs?: number;
  /** A connection that was not in use broke; the next one is a new one. */
  readonly onConnectionLost?: (error: Error) => void;
  /** A query failed; whoever asked it is told, too. */
  readonly onFailure?: ((failure: DatabaseFailure) => void) | undefined;
  /** For who copies into it: an unfinished copy is no reason to refuse. */
  readonly isTransfer?: boolean;
  /** For tests. */
  readonly leadership?: LeadershipTimes;
}

const oldestServer = 14;
const maxConnections = 10;
const usualStartTimeoutMs = 30_000;
/** Nothing of ours takes a tenth of it. */
const statementTimeoutMs = 60_000;
/** What a bot names the sessions by which it acts, so that its successor knows them. */
const actingName = 'petbooth acting';

const connectionOptions = (url: string): ClientConfig => ({
  connectionString: url,
  application_name: 'petbooth',
  connectionTimeoutMillis: 5000,
  statement_timeout: statementTimeoutMs,
  idle_in_transaction_session_timeout: statementTimeoutMs,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
});

/** Waits until no other bot leads, brings the tables up to date, and leads until it is closed or loses its connection. */
export async function openPostgres({
  url,
  migrationsFolder,
  onUnsafe = () => {},
  stopping,
  onWaiting = () => {},
  startTimeoutMs = usualStartTimeoutMs,
  onConnectionLost = () => {},
  onFailure = () => {},
  isTransfer = false,
  leadership: times,
}: OpenPostgresOptions): Promise<OpenDatabase> {
  const leadership = await PostgresLeadership.acquire({
    connect: () => connect(url, startTimeoutMs),
    actingName,
    onWaiting,
    stopping,
    onLost: onUnsafe,
    times,
  });
  try {
    if (!isTransfer) await assertNoUnfinishedTransfer(leadership.client);
    await migrateUnderLock(leadership.client, migrationsFolder);
    await leadership.watch();
  } catch (error) {
    await leadership.release();
    throw error;
  }
  const pool = new Pool({
    ...connectionOptions(url),
    application_name: actingName,
    max: maxConnections,
    Client: telling((error) => onFailure(databaseFailureOf(error))),
  });
  pool.on('error', onConnectionLost);
  // Of one in use, whatever is asked of it next tells.
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    database: drizzle(pool),
    assertLeading: () => leadership.assert(),
    async close() {
      await pool.end();
      await leadership.release();
    },
  };
}

/** As a step of its own, while a bot of the version before still runs. */
export async function migratePostgres(url: string, migrationsFolder: string): Promise<void> {
  const client = await connect(url, usualStartTimeoutMs);
  try {
    await migrateUnderLock(client, migrationsFolder);
  } finally {
    await client.end();
  }
}

/** @throws Error that names no part of the address, which holds a password */
async function connect(url: string, timeoutMs: number): Promise<Client> {
  const since = performance.now();
  for (;;) {
    const client = new Client(connectionOptions(url));
    // Told by whatever is asked of it next.
    client.on('error', () => {});
    try {
      await client.connect();
      await assertVersion(client);
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      if (!isStarting(error) || performance.now() - since > timeoutMs)
        throw new Error(`DATABASE_URL: ${describe(error)}`);
      await sleep(500);
    }
  }
}

async function assertVersion(client: Client): Promise<void> {
  const { rows } = await client.query<{ version: string }>(`select current_setting('server_version_num') as version`);
  const version = Math.floor(Number(rows[0]?.version) / 10_000);
  if (version < oldestServer) throw new Error(`Postgres ${version} is too old: ${oldestServer} or later is needed`);
}

async function migrateUnderLock(client: Client, migrationsFolder: string): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [sessionLocks.migrations]);
  try {
    await migrate(drizzle(client), { migrationsFolder });
  } finally {
    await client.query('select pg_advisory_unlock($1)', [sessionLocks.migrations]);
  }
}

/** The pool asks with a function for the answer, a transaction with a promise. */
function telling(onFailure: (error: unknown) => void): typeof Client {
  return class extends Client {
    override query(...given: unknown[]): never {
      const answer = given.at(-1);
      const told = (error: unknown, result: unknown) => {
        if (error) onFailure(error);
        return (answer as (error: unknown, result: unknown) => void)(error, result);
      };
      const passed = typeof answer === 'function' ? [...given.slice(0, -1), told] : given;
      const running = (super.query as (...passed: unknown[]) => unknown)(...passed);
      if (running instanceof Promise) running.catch(onFailure);
      return running as never;
    }
  };
}

/** Machine, name or server are not there yet, or the server says that it is starting up (57P03). */
const startingCodes: ReadonlySet<unknown> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT'],
  '57P03',
]);

function isStarting(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // What node-postgres says where nothing answers has no code.
  return 'code' in error ? startingCodes.has(error.code) : error.message === 'timeout expired';
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
