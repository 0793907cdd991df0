import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
// By path: what sets all projects up is not given their conditions, with which the imports map names sources.
import { packageRoot } from '../../src/core/package-root.js';

const folders = ['src', 'workers', 'models', 'locales'];

/**
 * Set-up of all tests: compiles what runs in processes of its own, once, in a fraction of a second. From its source each of them would start a
 * compiler, and there are hundreds.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const cache = join(packageRoot, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const outdir = await mkdtemp(join(cache, 'petbooth-children-'));
  const sources = folders.flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .map((name) => join(packageRoot, folder, name)),
  );
  await build({
    entryPoints: [...sources, join(packageRoot, 'test/helpers/fake-engine.ts')],
    outdir,
    outbase: packageRoot,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  const imports = Object.fromEntries([...folders, 'test'].map((folder) => [`#${folder}/*`, `./${folder}/*`]));
  await writeFile(join(outdir, 'package.json'), JSON.stringify({ type: 'module', imports }));
  process.env.COMPILED_CHILDREN = outdir;
  return () => rm(outdir, { recursive: true, force: true });
}
