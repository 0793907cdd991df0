import type { Notes } from '#src/core/notes.js';
import { jsonLinesOf, jsonOf, OlderFiles } from '#src/core/older-files.js';
import { noteOfFile as commandsInFile } from './register-commands.js';
import { noteOfLine as sentInLine } from './sent-messages.js';

/** What an earlier version kept in files becomes notes. */
export async function moveOlderFiles(folder: string, notes: Notes): Promise<void> {
  const files = new OlderFiles(folder, notes);
  await files.move('sent.jsonl', ({ contents }) => jsonLinesOf(contents).map(sentInLine));
  await files.move('commands.json', ({ contents }) => [commandsInFile(jsonOf(contents))]);
}
