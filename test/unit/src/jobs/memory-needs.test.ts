import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseRecommendations } from '#models/loaders/recommendations.js';
import { readMemoryNeeds } from '#src/jobs/memory-needs.js';
import { createLog } from '#src/operations/log.js';

let folder: string;
let lines: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-memory-'));
  lines = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const log = createLog({ level: 'warn', name: 'test', destination: { write: (line) => void lines.push(line) } });

test('a job takes as much memory as the checkpoint says, and nobody knows how much where it does not', async () => {
  const description = { memoryBytes: { 'train-pet': 9_000_000_000 } };
  expect(parseRecommendations(description).memoryBytes).toEqual(description.memoryBytes);
  expect((await readMemoryNeeds(folder, log))('train-pet')).toBeUndefined();
  await writeFile(join(folder, 'petbooth.json'), JSON.stringify({ name: 'large', ...description }));
  const memoryBytesOf = await readMemoryNeeds(folder, log);
  expect([memoryBytesOf('train-pet'), memoryBytesOf('imagine')]).toEqual([9_000_000_000, undefined]);
  expect(lines).toEqual([]);
});

test('a description that is wrong is told to the host, and keeps no job from any worker', async () => {
  await writeFile(join(folder, 'petbooth.json'), JSON.stringify({ memoryBytes: { imagine: 'much' } }));
  expect((await readMemoryNeeds(folder, log))('imagine')).toBeUndefined();
  expect(lines).toHaveLength(1);
});
