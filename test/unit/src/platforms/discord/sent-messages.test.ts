import { beforeEach, expect, test } from 'vitest';
import { SentMessages } from '#src/platforms/discord/sent-messages.js';
import { MemoryNotes } from '#test/helpers/memory-notes.js';

let notes: MemoryNotes;
let now = 1_000_000_000_000;
const by = (key: string, person = 'anna') => ({ key, person: { id: person } });
const open = (maxKept?: number) => SentMessages.open(notes, () => now, maxKept);
beforeEach(() => {
  notes = new MemoryNotes();
});
const kept = () => JSON.stringify(notes.all());

test('attempts and messages are known again after a restart, the newest of each key', async () => {
  const sent = await open();
  await sent.noteAttempt(by('a'), '1', 'words');
  await sent.noteAttempt(by('b'), '1', 'words');
  sent.noteMessage(by('a'), '1', '11');
  const again = await open();
  expect(again.find('a')).toEqual({ key: 'a', person: 'anna', channel: '1', at: now, message: '11' });
  expect(again.find('b')).toMatchObject({ key: 'b', content: sent.find('b')!.content });
  expect(again.find('b')!.message).toBeUndefined();
  expect(again.find('c')).toBeUndefined();
  expect([again.has('11'), again.has('12')]).toEqual([true, false]);
  expect(kept(), 'what was said is not kept').not.toContain('words');
});

test('a note that makes no sense is passed over', async () => {
  const sent = await open();
  sent.noteMessage(by('a'), '1', '11');
  await notes.put({ kind: 'sent', key: 'b', at: now, value: { key: 7 } });
  await notes.put({ kind: 'sent', key: 'null', at: now, value: null });
  const again = await open();
  expect(again.find('a')?.message).toBe('11');
  again.noteMessage(by('c'), '1', '12');
  expect((await open()).find('c')?.message).toBe('12');
});

test('what is older than a month is forgotten', async () => {
  const sent = await open();
  sent.noteMessage(by('a'), '1', '11');
  now += 31 * 24 * 3600_000;
  expect((await open()).find('a')).toBeUndefined();
});

test('nothing stays of a person who is forgotten, and others keep theirs', async () => {
  const sent = await open();
  sent.noteMessage(by('a'), '77', '11');
  await sent.noteAttempt(by('b'), '77', 'words');
  sent.noteMessage(by('c', 'ben'), '78', '12');
  await sent.forgetPerson('anna');
  sent.noteMessage(by('d', 'ben'), '78', '13');
  expect(kept()).not.toMatch(/anna|"77"|"11"/);
  const again = await open();
  expect(['a', 'b', 'c', 'd'].map((key) => again.find(key)?.message)).toEqual([undefined, undefined, '12', '13']);
});

test('thousands of messages are kept as so many, in memory and beyond, without a restart', async () => {
  const sent = await open(50);
  for (let number = 0; number < 2000; number += 1) {
    await sent.noteAttempt(by(`key-${number}`), '1', 'words');
    sent.noteMessage(by(`key-${number}`), '1', `${number}`);
  }
  expect([sent.has('1949'), sent.has('1950'), sent.has('1999')]).toEqual([false, true, true]);
  expect(sent.find('key-0')).toBeUndefined();
  expect(sent.everythingOf('anna')).toHaveLength(50);
  expect(notes.all()).toHaveLength(50);
});
