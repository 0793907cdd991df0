import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packageRoot } from '#src/core/package-root.js';
import { compiledSources } from '#src/operations/compiled-sources.js';

test('sources are compiled once for as long as they stay, and find the files that lie beside the sources', async () => {
  const folder = await compiledSources();
  const { mtimeMs } = statSync(folder);
  expect(await compiledSources()).toBe(folder);
  expect(statSync(folder).mtimeMs).toBe(mtimeMs);

  const module = join(folder, 'src/database/open-database.js');
  const program = `const { migrationsFolder } = await import(${JSON.stringify(module)}); console.log(migrationsFolder);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  expect(stdout.trim()).toBe(join(packageRoot, 'src/database/migrations'));
});
