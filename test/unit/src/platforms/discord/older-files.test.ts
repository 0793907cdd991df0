import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveOlderFiles } from '#src/platforms/discord/older-files.js';
import { SentMessages } from '#src/platforms/discord/sent-messages.js';
import { MemoryNotes } from '#test/helpers/memory-notes.js';

test('what versions before the notes kept in files is known, and the files are gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-discord-'));
  const notes = new MemoryNotes();
  const now = Date.now();
  const lines = [
    { key: 'a', person: '7', channel: '1', at: now, content: 'a digest' },
    { key: 'a', person: '7', channel: '1', at: now, message: '11' },
    { key: 'b', channel: '1', at: now, content: 'a digest' },
  ];
  await writeFile(join(folder, 'sent.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await writeFile(join(folder, 'commands.json'), '{"hash":"a hash"}\n');
  await moveOlderFiles(folder, notes);
  const sent = await SentMessages.open(notes, () => now);
  expect([sent.find('a'), sent.find('b')]).toEqual([lines[1], lines[2]]);
  expect(sent.everythingOf('7')).toHaveLength(1);
  expect(await notes.read('commands')).toMatchObject([{ value: { hash: 'a hash' } }]);
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});
