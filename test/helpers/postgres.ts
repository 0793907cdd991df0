import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

export interface TestPostgres {
  /** Of the database that every server has. */
  readonly url: string;
  /** The server goes away in an instant. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Where Debian puts each version's programs; elsewhere they are on the PATH. */
const debianFolder = '/usr/lib/postgresql';

/** Folder of `initdb` and `postgres`, or undefined where there are none. */
export function findPostgres(): string | undefined {
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debianFolder, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/**
 * A server of the test's own on a unix socket, until `stop`.
 * @param on what its command is preceded by, to run it on a machine of the test's own, where it listens on the usual port, too
 */
export async function startTestPostgres(on: readonly string[] = []): Promise<TestPostgres> {
  const programs = findPostgres();
  if (programs === undefined) throw new Error('these tests need Postgres, e.g. `apt-get install postgresql`');
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-postgres-'));
  const user = await userFor(folder);
  const data = join(folder, 'data');
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'petbooth', '--auth=trust', '--no-sync', '--locale=C.UTF-8'],
    {
      ...user,
      cwd: folder,
      stdio: 'pipe',
    },
  );
  const url = `postgres://petbooth@/postgres?host=${encodeURIComponent(folder)}`;
  if (on.length > 0) await appendFile(join(data, 'pg_hba.conf'), 'host all all samenet trust\n');
  const launch = async () => {
    const command = [
      ...(on.length > 0 ? [...on, ...asUser(user)] : []),
      ...[
        join(programs, 'postgres'),
        '-D',
        data,
        '-k',
        folder,
        '-F',
        '-c',
        `listen_addresses=${on.length > 0 ? '*' : ''}`,
      ],
    ];
    const server = spawn(command[0]!, command.slice(1), {
      // What enters another machine needs root's rights, and gives them up there.
      ...(on.length > 0 ? {} : user),
      cwd: folder,
      stdio: 'ignore',
    });
    await waitUntilReady(server, url);
    return server;
  };
  let server = await launch();
  return {
    url,
    kill: () => end(server, 'SIGQUIT'),
    async restart() {
      await end(server, 'SIGQUIT');
      server = await launch();
    },
    async stop() {
      await end(server, 'SIGQUIT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface User {
  readonly uid?: number;
  readonly gid?: number;
}

function asUser({ uid, gid }: User): readonly string[] {
  return uid === undefined
    ? []
    : ['setpriv', '--reuid', String(uid), '--regid', String(gid), '--clear-groups', '--pdeathsig', 'KILL'];
}

/** Postgres refuses to run as root. */
async function userFor(folder: string): Promise<User> {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  const [uid, gid] = [idOf('-u'), idOf('-g')];
  await chown(folder, uid, gid);
  return { uid, gid };
}

async function waitUntilReady(server: ChildProcess, url: string): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`postgres ended with code ${server.exitCode}`);
    const client = new Client({ connectionString: url });
    const isThere = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => {});
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** SIGQUIT ends all of its processes at once, as if the power had failed. */
async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill(signal);
  await ended;
}
