import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JsonLines } from '#src/core/json-lines.js';

let folder: string;
let path: string;
const open = () => JsonLines.open(path, (json) => (typeof json === 'number' ? json : undefined));
const valuesNow = async () => (await open()).values;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-lines-'));
  path = join(folder, 'below', 'numbers.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('what was written is read again, in order, whoever wrote at the same time', async () => {
  const { lines, values } = await open();
  expect(values).toEqual([]);
  const numbers = Array.from({ length: 40 }, (_, number) => number);
  await Promise.all(numbers.map((number) => lines.append(number)));
  expect(lines.count).toBe(40);
  expect(await valuesNow()).toEqual(numbers);
});

test('a line that was cut off, or makes no sense, costs nothing but itself', async () => {
  await (await open()).lines.append(1);
  await appendFile(path, '"no number"\nnull\n{"cut of');
  const { lines, values } = await open();
  expect(values).toEqual([1]);
  await lines.append(2);
  await lines.append(3);
  expect(await valuesNow()).toEqual([1, 2, 3]);
});

test('a file that is written anew holds nothing else, and grows from there', async () => {
  const { lines } = await open();
  for (const number of [1, 2, 3]) await lines.append(number);
  const replacing = lines.replace([3]);
  const appending = lines.append(4);
  await Promise.all([replacing, appending]);
  expect(await readFile(path, 'utf8')).toBe('3\n4\n');
  expect(lines.count).toBe(2);
  expect(await readdir(join(folder, 'below'))).toEqual(['numbers.jsonl']);
});

test('a file that is removed can be begun again', async () => {
  const { lines } = await open();
  await lines.append(1);
  await lines.remove();
  expect(await readdir(join(folder, 'below'))).toEqual([]);
  await lines.append(2);
  expect([lines.count, await valuesNow()]).toEqual([1, [2]]);
});

test('what cannot be written says so, and what comes after it is written', async () => {
  const { lines } = await open();
  await rm(join(folder, 'below'), { recursive: true });
  await expect(lines.append(1)).rejects.toThrow(/ENOENT/);
  const { lines: others } = await open();
  await others.append(2);
  await lines.append(3);
  await lines.written;
  expect(await valuesNow()).toEqual([2, 3]);
});
