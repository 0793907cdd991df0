import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCheckpointId } from '#src/checkpoint-id.js';
import { writeFakeCheckpoint } from '#test/helpers/fake-checkpoint.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-checkpoints-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a checkpoint is known by its weights, wherever they lie', async () => {
  const one = await writeFakeCheckpoint(folder, 1);
  const other = await writeFakeCheckpoint(folder, 2);
  await cp(one, join(folder, 'copy'), { recursive: true });
  const id = await readCheckpointId(one);
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(await readCheckpointId(join(folder, 'copy'))).toBe(id);
  expect(await readCheckpointId(other)).not.toBe(id);
});

test('a folder without weights is no checkpoint', async () => {
  expect(await readCheckpointId(folder)).toBeUndefined();
  expect(await readCheckpointId(join(folder, 'nowhere'))).toBeUndefined();
});
