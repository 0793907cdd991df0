import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { checkSync } from 'recheck';
import { describe, expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { packageRoot } from '#src/core/package-root.js';

/** Each expression is tried for as long as it takes: on a busy machine a limit would decide by chance. */
const checkMinutes = 10;
const folders = ['src', 'commands', 'workers', 'locales', 'models', 'deploy'];

interface Expression {
  readonly pattern: string;
  readonly flags: string;
}

/** Every regular expression that stands in a source file. Those that are put together at run time are met in foreign-text.test.ts. */
function expressionsIn(source: string): Expression[] {
  const found: Expression[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('regex' in node) found.push(node.regex as Expression);
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(source, { lang: 'ts' }));
  return found;
}

/** How long an expression takes for a text that grows, where that is more than in step with it. */
function trouble({ pattern, flags }: Expression): string | undefined {
  const found = checkSync(pattern, flags, { timeout: null });
  if (found.status === 'safe') return undefined;
  if (found.status === 'unknown') return `/${pattern}/${flags} is not understood`;
  // Where an expression looks back, the check has to guess; so what it guessed is tried.
  return takesLong(pattern, flags, found.attack.string)
    ? `/${pattern}/${flags} is ${found.complexity.summary}`
    : undefined;
}

function takesLong(pattern: string, flags: string, text: string): boolean {
  try {
    runInNewContext('new RegExp(pattern, flags).test(text)', { pattern, flags, text }, { timeout: 500 });
    return false;
  } catch {
    return true;
  }
}

const checked = new Map<string, string | undefined>();
const files = folders.flatMap((folder) =>
  readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => /\.(ts|js|mjs)$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => [name, expressionsIn(readFileSync(join(packageRoot, name), 'utf8'))] as const)
    .filter(([, expressions]) => expressions.length > 0),
);

describe('nobody can make a regular expression slow', () => {
  test.each(files)(
    '%s',
    (_, expressions) => {
      for (const expression of expressions) {
        const key = `/${expression.pattern}/${expression.flags}`;
        if (!checked.has(key)) checked.set(key, trouble(expression));
      }
      expect(expressions.map(({ pattern, flags }) => checked.get(`/${pattern}/${flags}`)).filter(Boolean)).toEqual([]);
    },
    checkMinutes * 60_000,
  );

  test('the check sees what grows with the square of the text, or faster', () => {
    const seeded = expressionsIn('const one: RegExp = /!+$/; const two = /^(a|a)*$/u.test("x"); const three = /^a+$/;');
    expect(seeded.map(trouble)).toEqual([
      expect.stringContaining('2nd degree polynomial'),
      expect.stringContaining('exponential'),
      undefined,
    ]);
  });
});
