import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Transcripts } from '#src/platforms/web/transcripts.js';
import { MemoryNotes } from '#test/helpers/memory-notes.js';

let notes: MemoryNotes;
beforeEach(() => {
  notes = new MemoryNotes();
});
const open = (maxMessages = 10, maxLoaded?: number) => new Transcripts({ notes, maxMessages, maxLoaded });
const said = (key: string, text = key) => ({
  key,
  author: 'bot' as const,
  sentAt: 0,
  message: { kind: 'info' as const, text },
});
const textsOf = async (transcripts: Transcripts, channel = 'alice') =>
  (await transcripts.list(channel)).map((message) => (message.author === 'bot' ? message.message.text : message.text));

describe('transcripts', () => {
  test('what was said is there after a restart, in order and in its last form', async () => {
    const first = open();
    await first.put('alice', said('a'));
    const { id } = await first.put('alice', said('b'));
    await first.put('alice', said('c'));
    await first.edit('alice', id, { kind: 'result', text: 'B' }, false);
    expect(await textsOf(open())).toEqual(['a', 'B', 'c']);
  });

  test('the same key again replaces the message and keeps its id and place', async () => {
    const transcripts = open();
    const first = await transcripts.put('alice', said('a', 'one'));
    await transcripts.put('alice', said('b'));
    const second = await transcripts.put('alice', said('a', 'two'));
    expect(second.id).toBe(first.id);
    expect(await textsOf(transcripts)).toEqual(['two', 'b']);
    const afterRestart = open();
    expect((await afterRestart.put('alice', said('a', 'three'))).id).toBe(first.id);
    expect(await textsOf(afterRestart)).toEqual(['three', 'b']);
  });

  test('only the last messages are kept, beyond the process, too', async () => {
    const transcripts = open(3);
    for (let number = 0; number < 50; number += 1) await transcripts.put('alice', said(`m${number}`));
    expect(await textsOf(transcripts)).toEqual(['m47', 'm48', 'm49']);
    expect(await notes.read('message')).toHaveLength(3);
    expect(await textsOf(open(3))).toEqual(['m47', 'm48', 'm49']);
    expect(await textsOf(open(2))).toEqual(['m48', 'm49']);
    expect(await notes.read('message')).toHaveLength(2);
  });

  test('a conversation of long messages holds fewer of them, also after a restart', async () => {
    const transcripts = new Transcripts({ notes, maxMessages: 10, maxSize: 1000 });
    for (const letter of ['a', 'b', 'c', 'd']) await transcripts.put('alice', said(letter, letter.repeat(300)));
    const kept = ['c'.repeat(300), 'd'.repeat(300)];
    expect(await textsOf(transcripts)).toEqual(kept);
    expect(await textsOf(new Transcripts({ notes, maxMessages: 10, maxSize: 1000 }))).toEqual(kept);
    await transcripts.put('alice', said('e', 'e'.repeat(5000)));
    expect(await textsOf(transcripts)).toEqual(['e'.repeat(5000)]);
  });

  test('a passing state is seen at once but not written', async () => {
    const transcripts = open();
    const { id } = await transcripts.put('alice', said('a', 'queued'));
    await transcripts.edit('alice', id, { kind: 'status', text: '40 %' }, true);
    expect(await textsOf(transcripts)).toEqual(['40 %']);
    expect(await textsOf(open())).toEqual(['queued']);
  });

  test('editing a message that is gone gives undefined', async () => {
    const transcripts = open(1);
    const { id } = await transcripts.put('alice', said('a'));
    await transcripts.put('alice', said('b'));
    expect(await transcripts.edit('alice', id, { kind: 'info', text: 'x' }, false)).toBeUndefined();
  });

  test('a note that makes no sense costs nothing but itself', async () => {
    await open().put('alice', said('a'));
    await notes.put({ kind: 'message', key: 'alice/x', person: 'alice', at: 1, value: { id: 'x' } });
    const again = open();
    expect(await textsOf(again)).toEqual(['a']);
    await again.put('alice', said('c'));
    expect(await textsOf(open())).toEqual(['a', 'c']);
  });

  test('conversations beyond those held in memory are read again, unchanged', async () => {
    const transcripts = open(10, 2);
    const channels = ['alice', 'bob', 'carol', 'dave'];
    await Promise.all(channels.map((channel) => transcripts.put(channel, said('a', channel))));
    for (const channel of channels) expect(await textsOf(transcripts, channel)).toEqual([channel]);
  });

  test('writes at the same time keep their order', async () => {
    const transcripts = open(100);
    await Promise.all(Array.from({ length: 40 }, (_, number) => transcripts.put('alice', said(`m${number}`))));
    expect(await textsOf(open(100))).toEqual(Array.from({ length: 40 }, (_, number) => `m${number}`));
  });

  test('a channel that is no plain name is refused', async () => {
    await expect(open().list('../secrets')).rejects.toThrow(/web channel/);
  });

  test('a picture belongs to the conversation whose messages show it now', async () => {
    const transcripts = open();
    const picture = (blob: string) => ({
      kind: 'result' as const,
      text: '',
      pictures: [{ blob: blob as never, alt: '' }],
    });
    const { id } = await transcripts.put('alice', { ...said('a'), message: picture('one') });
    expect(await transcripts.hasPicture('alice', 'one')).toBe(true);
    expect(await transcripts.hasPicture('bob', 'one')).toBe(false);
    await transcripts.edit('alice', id, picture('two'), false);
    expect(await transcripts.hasPicture('alice', 'one')).toBe(false);
  });
});

describe('conversations of many strangers', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const speak = async (transcripts: Transcripts, count: number, text = 'hello') => {
    for (let index = 0; index < count; index += 1) {
      vi.setSystemTime(index);
      await transcripts.put(`stranger-${index}`, said('a', text));
    }
    await transcripts.tidy(0);
  };

  test('are no more than so many: the longest silent go', async () => {
    const transcripts = new Transcripts({
      notes,
      maxMessages: 10,
      maxConversations: 20,
      keptMs: Number.POSITIVE_INFINITY,
    });
    await speak(transcripts, 300);
    expect(await notes.read('message')).toHaveLength(20);
    expect(await textsOf(transcripts, 'stranger-299')).toEqual(['hello']);
    expect(await textsOf(transcripts, 'stranger-0')).toEqual([]);
  });

  test('are no more than so many letters', async () => {
    const transcripts = new Transcripts({
      notes,
      maxMessages: 10,
      maxLetters: 10_000,
      keptMs: Number.POSITIVE_INFINITY,
    });
    await speak(transcripts, 50, 'x'.repeat(1000));
    const kept = await notes.read('message');
    const letters = kept.reduce((sum, { value }) => sum + JSON.stringify(value).length, 0);
    expect(letters).toBeLessThanOrEqual(10_000);
    expect(letters).toBeGreaterThan(8000);
  });

  test('go by themselves when nobody has spoken for long, also without a restart', async () => {
    const transcripts = new Transcripts({ notes, maxMessages: 10, maxConversations: 5 });
    for (let index = 0; index < 250; index += 1) await transcripts.put(`stranger-${index}`, said('a'));
    await transcripts.flush();
    expect((await notes.read('conversation')).length).toBeLessThanOrEqual(105);
    const patient = new Transcripts({ notes, maxMessages: 10, keptMs: 1000 });
    await patient.tidy(Date.now() + 5000);
    expect(notes.all()).toEqual([]);
  });
});
