import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds our package.json, from the sources as well as from where they are compiled to. */
export const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

function findPackageRoot(folder: string): string {
  if (isPackage(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('package.json not found above src/core');
  return findPackageRoot(parent);
}

/** Compiled sources may have a file of that name, too, which only says how they import each other. */
function isPackage(file: string): boolean {
  return existsSync(file) && 'name' in (JSON.parse(readFileSync(file, 'utf8')) as object);
}
