/** @file Files that are there as a whole or not at all, whenever the process ends. */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes beside the target and renames, so that a reader sees the old file or the new one, never a part.
 * @param mode of a new file, as `open` takes it
 */
export async function writeAtomically(path: string, bytes: Uint8Array, mode = 0o666): Promise<void> {
  const temporary = `${path}.${randomUUID()}.partial`;
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}
