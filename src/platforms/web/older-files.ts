import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Notes } from '#src/core/notes.js';
import { jsonLinesOf, OlderFiles } from '#src/core/older-files.js';
import { noteOfSecret } from './identity.js';
import { notesOfLines } from './transcripts.js';

/** What an earlier version kept in files becomes notes. */
export async function moveOlderFiles(folder: string, notes: Notes): Promise<void> {
  // Photos that waited there were gone with their process.
  await rm(join(folder, 'uploads'), { recursive: true, force: true });
  const files = new OlderFiles(folder, notes);
  await files.move('cookie-secret', ({ contents }) => [noteOfSecret(contents)]);
  await files.moveAll('transcripts', ({ contents, name, changedAt }) =>
    name.endsWith('.jsonl') ? notesOfLines(name.slice(0, -'.jsonl'.length), jsonLinesOf(contents), changedAt) : [],
  );
}
