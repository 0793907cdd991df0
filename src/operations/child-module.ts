import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '#src/core/package-root.js';

export interface ChildModule {
  readonly file: string;
  /** What Node needs to run it. */
  readonly execArgv: readonly string[];
}

/**
 * A module of ours that runs as a process of its own: compiled where we are, else from its source. `COMPILED_CHILDREN` names a folder
 * with everything compiled, which `npm start` and tests use: compiling what it imports takes longer than most children work. Set to
 * nothing, it has each compile its own.
 * @param path relative to the caller and without its ending
 * @param caller its `import.meta.url`
 */
export function childModule(path: string, caller: string): ChildModule {
  if (!caller.endsWith('.ts')) return { file: fileURLToPath(new URL(`${path}.js`, caller)), execArgv: [] };
  const source = fileURLToPath(new URL(`${path}.ts`, caller));
  const { COMPILED_CHILDREN: folder } = process.env;
  const compiled = folder && join(folder, relative(packageRoot, source).replace(/\.ts$/, '.js'));
  if (compiled && existsSync(compiled)) return { file: compiled, execArgv: [] };
  return { file: source, execArgv: fromSource };
}

/** Runs TypeScript, and finds the sources of what is imported by `#…`. */
export const fromSource: readonly string[] = ['--conditions=source', '--import', 'tsx'];
