import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
// By path: what sets all tests up is not given the conditions with which the imports map names sources.
import { packageRoot } from '../core/package-root.js';

const cacheFolder = join(packageRoot, 'node_modules/.cache');
const prefix = 'petbooth-compiled-';
/** A bot that was started from earlier sources still starts processes of them. */
const keptCount = 5;
/** What may run in processes of its own, and what that imports. */
export const compiledFolders = ['src', 'commands', 'workers', 'models', 'locales', 'deploy'] as const;

/**
 * Our sources as JavaScript, which each process would otherwise compile and look up file by file as it imports them. Kept for as long
 * as no source changes.
 * @returns the folder with everything compiled
 * @throws Error where nothing can be kept beside the installed packages
 */
export async function compiledSources(): Promise<string> {
  const sources = await findSources();
  const folder = join(cacheFolder, `${prefix}${await fingerprintOf(sources)}`);
  if (existsSync(folder)) return folder;
  await mkdir(cacheFolder, { recursive: true });
  const unfinished = await mkdtemp(join(cacheFolder, 'petbooth-unfinished-'));
  try {
    await compile(sources, unfinished);
    // Another start may have been quicker.
    await rename(unfinished, folder).catch((error: unknown) => existsSync(folder) || Promise.reject(error));
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  await removeOldest();
  return folder;
}

/** @param sources paths, of which the ones below the package's root keep theirs in the folder */
export async function compile(sources: readonly string[], folder: string): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    entryPoints: [...sources],
    outdir: folder,
    outbase: packageRoot,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  const imports = Object.fromEntries([...compiledFolders, 'test'].map((name) => [`#${name}/*`, `./${name}/*`]));
  // Without a name, so that it is not taken for the package.
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', imports }));
}

/** Absolute paths, in an order that does not depend on the file system. */
export async function findSources(folders: readonly string[] = compiledFolders): Promise<string[]> {
  const found = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(packageRoot, folder), { recursive: true, encoding: 'utf8' }))
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
        .map((name) => join(packageRoot, folder, name)),
    ),
  );
  return found.flat().toSorted();
}

async function fingerprintOf(sources: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  // What compiles them may change as well.
  for (const file of [...sources, join(packageRoot, 'package-lock.json')]) {
    const { mtimeMs, size } = await stat(file);
    hash.update(`${file}\n${mtimeMs}\n${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

async function removeOldest(): Promise<void> {
  const names = (await readdir(cacheFolder)).filter((name) => name.startsWith(prefix));
  const folders = await Promise.all(
    names.map(async (name) => ({ name, madeMs: (await stat(join(cacheFolder, name))).mtimeMs })),
  );
  const oldest = folders.toSorted((one, other) => other.madeMs - one.madeMs).slice(keptCount);
  for (const { name } of oldest) await rm(join(cacheFolder, name), { recursive: true, force: true });
}
