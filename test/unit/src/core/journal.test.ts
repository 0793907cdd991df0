import { beforeEach, expect, test } from 'vitest';
import { Journal } from '#src/core/journal.js';
import { MemoryNotes } from '#test/helpers/memory-notes.js';

interface Entry {
  readonly key: string;
  readonly words: string;
  readonly at: number;
}

let notes: MemoryNotes;
let now: number;
beforeEach(() => {
  notes = new MemoryNotes();
  now = 0;
});

const open = (maxEntries = 100) =>
  Journal.open<Entry>({
    notes,
    kind: 'words',
    maxEntries,
    parse: (json) => json as Entry,
    isKept: ({ words, at }) => words !== 'over' && at > now - 1000,
    personOf: ({ words }) => words,
  });
const entry = (key: string, words = ''): Entry => ({ key, words, at: ++now });
const keysNow = () => notes.all().map(({ key }) => key);

test('the newest entry of each key is there, also after a restart, and those written last come last', async () => {
  const journal = await open();
  for (const [key, words] of ['a1', 'b1', 'a2'].map((each) => each.split(''))) await journal.put(entry(key!, words));
  for (const each of [journal, await open()]) {
    expect(each.get('a')).toMatchObject({ key: 'a', words: '2' });
    expect(each.entries().map(({ key }) => key)).toEqual(['b', 'a']);
  }
  expect(notes.all()).toMatchObject([{ person: '2' }, { person: '1' }]);
});

test('an entry that says that it is over takes its key along, also after a restart', async () => {
  const journal = await open();
  await journal.put(entry('a', '1'));
  await journal.put(entry('a', 'over'));
  expect(journal.get('a')).toBeUndefined();
  expect(notes.all()).toEqual([]);
});

test('of too many entries the oldest go, from the notes, too', async () => {
  const journal = await open(3);
  for (let number = 0; number < 50; number += 1) {
    await journal.put(entry(`k${number}`));
    expect(keysNow().length).toBeLessThanOrEqual(3);
  }
  expect(journal.entries().map(({ key }) => key)).toEqual(['k47', 'k48', 'k49']);
  expect((await open(3)).entries()).toEqual(journal.entries());
});

test('entries that are over go with the next one that comes, and at the next start', async () => {
  const journal = await open();
  await journal.put(entry('a'));
  now = 2000;
  await journal.put(entry('b'));
  expect([journal.entries().map(({ key }) => key), keysNow()]).toEqual([['b'], ['b']]);
  now = 4000;
  expect((await open()).entries()).toEqual([]);
  expect(keysNow()).toEqual([]);
});

test('what is removed is gone for good', async () => {
  const journal = await open();
  for (const key of ['a', 'b', 'c']) await journal.put(entry(key, 'x'));
  await journal.remove(['a', 'b']);
  expect(journal.get('a')).toBeUndefined();
  expect(keysNow()).toEqual(['c']);
});
