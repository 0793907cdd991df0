/** @file Where what the engine keeps of pictures lies: it writes the files, and the queue's side removes those of pictures that are gone. */
import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobKey } from '#src/core/blob-key.js';

export interface InversionKey {
  /** Of the picture's bytes as stored. */
  readonly picture: BlobKey;
  /** Everything else that the inversion depends on: checkpoint, caption, steps, kind. */
  readonly parts: readonly (string | number)[];
}

const namePattern = /^([0-9a-f]{64})-[0-9a-f]{32}\.safetensors$/;

/** Beside what else the engine keeps between starts. */
export function inversionsFolder(cacheFolder: string): string {
  return join(cacheFolder, 'inversions');
}

export function fileNameOf({ picture, parts }: InversionKey): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
  return `${picture.slice('sha256-'.length)}-${digest}.safetensors`;
}

/** Removes what is left of pictures that are not kept any more. @returns how many files */
export async function forgetInversions(
  folder: string,
  isKept: (picture: BlobKey) => Promise<boolean>,
): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const digest = namePattern.exec(name)?.[1];
    if (digest === undefined || (await isKept(`sha256-${digest}` as BlobKey))) continue;
    await rm(join(folder, name), { force: true });
    removed += 1;
  }
  return removed;
}
