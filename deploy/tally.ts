import { readFile } from 'node:fs/promises';
import { tallyFile } from '#src/contests/tally/tally-file.js';

/** `npm run tally -- <file>`: counts the ballots in a file again, and prints the ranks with what decided them as JSON. */
async function run(path: string | undefined): Promise<void> {
  if (path === undefined) throw new Error('name a file: npm run tally -- <file>');
  const text = await readFile(path, 'utf8');
  process.stdout.write(`${JSON.stringify(tallyFile(JSON.parse(text)), undefined, 2)}\n`);
}

run(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
