import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Journal } from '#src/core/journal.js';

interface Entry {
  readonly key: string;
  readonly words: string;
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-journal-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const pathOf = () => join(folder, 'journal.jsonl');
const open = (maxEntries = 100) =>
  Journal.open<Entry>({
    path: pathOf(),
    maxEntries,
    parse: (json) => json as Entry,
    isKept: ({ words }) => words !== 'over',
  });
const linesNow = async () => (await readFile(pathOf(), 'utf8')).split('\n').filter((line) => line !== '');

test('the newest entry of each key is there, also after a restart, and those written last come last', async () => {
  const journal = await open();
  for (const [key, words] of ['a1', 'b1', 'a2'].map((each) => each.split('')))
    await journal.put({ key: key!, words: words! });
  for (const each of [journal, await open()]) {
    expect(each.get('a')).toEqual({ key: 'a', words: '2' });
    expect(each.entries().map(({ key }) => key)).toEqual(['b', 'a']);
  }
});

test('an entry that says that it is over takes its key along, also after a restart', async () => {
  const journal = await open();
  await journal.put({ key: 'a', words: '1' });
  await journal.put({ key: 'a', words: 'over' });
  expect(journal.get('a')).toBeUndefined();
  expect((await open()).get('a')).toBeUndefined();
});

test('of too many entries the oldest go, and the file stays within twice as many lines', async () => {
  const journal = await open(3);
  for (let number = 0; number < 50; number += 1) {
    await journal.put({ key: `k${number}`, words: '' });
    expect((await linesNow()).length).toBeLessThanOrEqual(6);
  }
  expect(journal.entries().map(({ key }) => key)).toEqual(['k47', 'k48', 'k49']);
  expect((await open(3)).entries()).toEqual(journal.entries());
});

test('what is dropped is gone until the next start, what is erased is gone for good', async () => {
  const journal = await open();
  for (const key of ['a', 'b', 'c']) await journal.put({ key, words: 'x' });
  journal.drop('a');
  expect(journal.get('a')).toBeUndefined();
  expect((await open()).get('a')).toBeDefined();
  await journal.erase(['b']);
  expect(await linesNow()).toEqual(['{"key":"c","words":"x"}']);
});
