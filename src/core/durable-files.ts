import { open, readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file that is there wholly or not at all, and still is after the power has failed. */
export async function writeDurably(path: string, contents: string | Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  await writeFile(temporary, contents, { mode: 0o600, flush: true });
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** Names in a folder are data of the folder: a file that was made or renamed is found after a power failure only then. */
export const syncFolder = sync;

/** Everything in a folder. */
export async function syncTree(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true });
  // A disk takes many at once in the time of a few.
  await Promise.all(entries.map((entry) => (entry.isDirectory() ? syncTree : sync)(join(path, entry.name))));
  await sync(path);
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
