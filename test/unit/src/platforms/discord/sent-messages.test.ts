import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SentMessages } from '#src/platforms/discord/sent-messages.js';

let folder: string;
let now = 1_000_000_000_000;
const open = async () => {
  const sent = new SentMessages(folder, () => now);
  await sent.open();
  return sent;
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-sent-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('attempts and messages are known again after a restart, the newest of each key', async () => {
  const sent = await open();
  await sent.noteAttempt('a', '1', 'words');
  await sent.noteAttempt('b', '1', 'words');
  await sent.noteMessage('a', '1', '11');
  await sent.close();
  const again = await open();
  expect(again.find('a')).toEqual({ key: 'a', channel: '1', at: now, message: '11' });
  expect(again.find('b')).toMatchObject({ key: 'b', content: sent.find('b')!.content });
  expect(again.find('b')!.message).toBeUndefined();
  expect(again.find('c')).toBeUndefined();
  expect([again.has('11'), again.has('12')]).toEqual([true, false]);
  expect(await readFile(join(folder, 'sent.jsonl'), 'utf8'), 'what was said is not kept').not.toContain('words');
});

test('a line that was cut off, or makes no sense, is passed over', async () => {
  const sent = await open();
  await sent.noteMessage('a', '1', '11');
  await sent.close();
  await appendFile(join(folder, 'sent.jsonl'), '{"key":7}\nnull\n{"key":"b","chan');
  const again = await open();
  expect(again.find('a')?.message).toBe('11');
  await again.noteMessage('c', '1', '12');
  await again.close();
  expect((await open()).find('c')?.message).toBe('12');
});

test('what is older than a month is forgotten', async () => {
  const sent = await open();
  await sent.noteMessage('a', '1', '11');
  await sent.close();
  now += 31 * 24 * 3600_000;
  expect((await open()).find('a')).toBeUndefined();
});
