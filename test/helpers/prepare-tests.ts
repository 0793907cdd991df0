import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
// By path: what sets all projects up is not given the conditions with which the imports map names sources.
import { packageRoot } from '../../src/core/package-root.js';
import { compile, findSources } from '../../src/operations/compiled-sources.js';

const cache = join(packageRoot, 'node_modules/.cache');
const memory = '/dev/shm';
/** Of all that runs at once. */
const neededBytes = 4 * 2 ** 30;

/**
 * Set-up of all tests: what each of hundreds would do by itself, and takes seconds each time. Everything that runs in processes of its
 * own is compiled, an empty database has its tables, and what tests write is in memory where there is room.
 */
export default async function setup(): Promise<() => Promise<void>> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'petbooth-children-'));
  await compile([...(await findSources()), join(packageRoot, 'test/helpers/fake-engine.ts')], folder);
  process.env.COMPILED_CHILDREN = folder;
  process.env.EMPTY_DATABASE = await emptyDatabase(folder);
  const temporary = await temporaryFolder();
  if (temporary !== undefined) process.env.TMPDIR = temporary;
  return async () => {
    await rm(folder, { recursive: true, force: true });
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  };
}

/** @returns the folder of an embedded database with all tables, to be copied, and beside it an archive of the same */
async function emptyDatabase(compiled: string): Promise<string> {
  const migrations = join(packageRoot, 'src/database/migrations');
  const sum = createHash('sha256');
  // Another version of the database may lay its files out otherwise.
  sum.update(await readFile(join(packageRoot, 'node_modules/@electric-sql/pglite/package.json')));
  for (const name of (await readdir(migrations)).filter((name) => name.endsWith('.sql')).toSorted())
    sum.update(await readFile(join(migrations, name)));
  const folder = join(cache, `petbooth-empty-database-${sum.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  const unfinished = await mkdtemp(join(cache, 'petbooth-unfinished-'));
  const module = (path: string) => JSON.stringify(pathToFileURL(join(compiled, path)).href);
  const program = `
    import { writeFile } from 'node:fs/promises';
    const { openDatabase, migrationsFolder } = await import(${module('src/database/open-database.js')});
    const opened = await openDatabase({ folder: ${JSON.stringify(unfinished)}, migrationsFolder });
    const archive = await opened.database.$client.dumpDataDir('none');
    await writeFile(${JSON.stringify(join(unfinished, 'archive.tar'))}, Buffer.from(await archive.arrayBuffer()));
    await opened.close();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  await rename(unfinished, folder).catch((error: unknown) => existsSync(folder) || Promise.reject(error));
  return folder;
}

async function temporaryFolder(): Promise<string | undefined> {
  if (!existsSync(memory)) return undefined;
  const { bavail, bsize } = await statfs(memory);
  if (bavail * bsize < neededBytes) return undefined;
  const folder = await mkdtemp(join(memory, 'petbooth-'));
  // Postgres runs as somebody else, and has a folder of its own in there.
  await chmod(folder, 0o711);
  return folder;
}
