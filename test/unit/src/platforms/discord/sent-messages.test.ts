import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SentMessages } from '#src/platforms/discord/sent-messages.js';

let folder: string;
let now = 1_000_000_000_000;
const by = (key: string, person = 'anna') => ({ key, person: { id: person } });
const open = (maxKept?: number) => SentMessages.open(folder, () => now, maxKept);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-sent-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('attempts and messages are known again after a restart, the newest of each key', async () => {
  const sent = await open();
  await sent.noteAttempt(by('a'), '1', 'words');
  await sent.noteAttempt(by('b'), '1', 'words');
  await sent.noteMessage(by('a'), '1', '11');
  await sent.close();
  const again = await open();
  expect(again.find('a')).toEqual({ key: 'a', person: 'anna', channel: '1', at: now, message: '11' });
  expect(again.find('b')).toMatchObject({ key: 'b', content: sent.find('b')!.content });
  expect(again.find('b')!.message).toBeUndefined();
  expect(again.find('c')).toBeUndefined();
  expect([again.has('11'), again.has('12')]).toEqual([true, false]);
  expect(await readFile(join(folder, 'sent.jsonl'), 'utf8'), 'what was said is not kept').not.toContain('words');
});

test('a line that was cut off, or makes no sense, is passed over', async () => {
  const sent = await open();
  await sent.noteMessage(by('a'), '1', '11');
  await sent.close();
  await appendFile(join(folder, 'sent.jsonl'), '{"key":7}\nnull\n{"key":"b","chan');
  const again = await open();
  expect(again.find('a')?.message).toBe('11');
  await again.noteMessage(by('c'), '1', '12');
  await again.close();
  expect((await open()).find('c')?.message).toBe('12');
});

test('what is older than a month is forgotten', async () => {
  const sent = await open();
  await sent.noteMessage(by('a'), '1', '11');
  await sent.close();
  now += 31 * 24 * 3600_000;
  expect((await open()).find('a')).toBeUndefined();
});

test('nothing stays of a person who is forgotten, and others keep theirs', async () => {
  const sent = await open();
  await sent.noteMessage(by('a'), '77', '11');
  await sent.noteAttempt(by('b'), '77', 'words');
  await sent.noteMessage(by('c', 'ben'), '78', '12');
  await sent.forgetPerson('anna');
  await sent.noteMessage(by('d', 'ben'), '78', '13');
  expect(await readFile(join(folder, 'sent.jsonl'), 'utf8')).not.toMatch(/anna|"77"|"11"/);
  const again = await open();
  expect(['a', 'b', 'c', 'd'].map((key) => again.find(key)?.message)).toEqual([undefined, undefined, '12', '13']);
});

test('thousands of messages are kept as so many, in memory and in the file, without a restart', async () => {
  const sent = await open(50);
  for (let number = 0; number < 2000; number += 1) {
    await sent.noteAttempt(by(`key-${number}`), '1', 'words');
    await sent.noteMessage(by(`key-${number}`), '1', `${number}`);
  }
  await sent.close();
  expect([sent.has('1949'), sent.has('1950'), sent.has('1999')]).toEqual([false, true, true]);
  expect(sent.find('key-0')).toBeUndefined();
  expect(sent.everythingOf('anna')).toHaveLength(50);
  const lines = (await readFile(join(folder, 'sent.jsonl'), 'utf8')).trim().split('\n');
  expect(lines.length).toBeLessThanOrEqual(100);
});
