import { beforeEach, expect, test } from 'vitest';
import { albumKeyOf, SentMessages } from '#src/platforms/telegram/sent-messages.js';
import { MemoryNotes } from '#test/helpers/memory-notes.js';

let notes: MemoryNotes;
beforeEach(() => {
  notes = new MemoryNotes();
});

test('what was sent, or may have been, is known after a restart; what was refused is not', async () => {
  const sent = await SentMessages.open(notes);
  await sent.begin('a', '5');
  sent.finish('a', [101]);
  await sent.begin('b', '5');
  await sent.begin('c', '5');
  sent.forget('c');
  await sent.begin('d', '5', { content: 'pictures' });
  const again = await SentMessages.open(notes);
  expect(again.get('a')).toMatchObject({ state: 'sent', ids: [101], chat: '5' });
  expect(again.get('b')).toMatchObject({ state: 'sending', afterId: 101 });
  expect(again.get('c')).toBeUndefined();
  expect(again.get('d')).toMatchObject({ content: 'pictures' });
});

test('a note that makes no sense costs nothing but itself', async () => {
  const sent = await SentMessages.open(notes);
  await sent.begin('a', '5');
  sent.finish('a', [101]);
  await notes.put({ kind: 'sent', key: 'b', at: Date.now(), value: { key: 'b', chat: '5', state: 'sen' } });
  const again = await SentMessages.open(notes);
  expect(again.get('a')).toBeDefined();
  expect(again.get('b')).toBeUndefined();
  await again.begin('e', '5');
  expect((await SentMessages.open(notes)).get('e')).toBeDefined();
});

test('a lost message is looked for right after the last one that was known, and never among those of others', async () => {
  const sent = await SentMessages.open(notes);
  sent.noteSeen('5', 200);
  await sent.begin('a', '5');
  sent.noteSeen('6', 201);
  sent.noteSeen('5', 203);
  sent.noteSeen('-1001', 9000);
  expect(sent.candidates(sent.get('a')!, 3)).toEqual([202, 204, 205]);
  // A supergroup counts for itself.
  await sent.begin('b', '-1001');
  expect(sent.candidates(sent.get('b')!, 2)).toEqual([9001, 9002]);
});

test('a second try of what was lost is looked for from the first try on', async () => {
  const sent = await SentMessages.open(notes);
  sent.noteSeen('5', 200);
  await sent.begin('a', '5');
  sent.noteSeen('5', 210);
  await sent.begin('a', '5');
  expect(sent.candidates(sent.get('a')!, 1)).toEqual([201]);
});

test('where nothing was ever seen, nothing is looked for', async () => {
  const sent = await SentMessages.open(notes);
  await sent.begin('a', '5');
  expect(sent.candidates(sent.get('a')!, 3)).toEqual([]);
});

test('nothing stays of a person who is forgotten, in private or in a group, and others keep theirs', async () => {
  const sent = await SentMessages.open(notes);
  await sent.begin('in private', '5', { person: '5' });
  sent.finish('in private', [101]);
  await sent.begin('in a group', '-1007', { person: '5' });
  sent.finish('in a group', [301]);
  await sent.begin(`${albumKeyOf('-1007', 301)}0`, '-1007', { content: 'pictures' });
  await sent.begin("somebody else's", '-1007', { person: '6' });
  sent.finish("somebody else's", [302]);
  await sent.forgetPerson('5');
  expect(notes.all()).toMatchObject([{ person: '6', value: { key: "somebody else's", ids: [302] } }]);
  expect(sent.everythingOf('6')).toHaveLength(1);
});

test('of thousands of groups the quietest are forgotten', async () => {
  const sent = await SentMessages.open(notes);
  for (let group = 0; group < 3000; group += 1) sent.noteSeen(`-100${group}`, 50);
  const candidatesIn = async (chat: string) => {
    await sent.begin(`lost in ${chat}`, chat);
    return sent.candidates(sent.get(`lost in ${chat}`)!, 2);
  };
  expect(await candidatesIn('-1002999')).toEqual([51, 52]);
  expect(await candidatesIn('-1000')).toEqual([]);
});
