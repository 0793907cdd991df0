import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
// By path: what sets all projects up is not given the conditions with which the imports map names sources.
import { packageRoot } from '../../src/core/package-root.js';
import { compile, findSources } from '../../src/operations/compiled-sources.js';

/**
 * Set-up of all tests: compiles what runs in processes of its own, once, in a fraction of a second. From its source each of them would start a
 * compiler, and there are hundreds.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const cache = join(packageRoot, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'petbooth-children-'));
  await compile([...(await findSources()), join(packageRoot, 'test/helpers/fake-engine.ts')], folder);
  process.env.COMPILED_CHILDREN = folder;
  return () => rm(folder, { recursive: true, force: true });
}
