import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '#src/core/package-root.js';
import { createLog } from '#src/operations/log.js';
import { readLearntSide, usualLearntSide } from '#src/training/learnt-side.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-checkpoint-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const log = createLog({ level: 'silent', name: 'test' });
const write = async (unet: string, vae: string) => {
  for (const [part, text] of Object.entries({ unet, vae })) {
    await mkdir(join(folder, part));
    await writeFile(join(folder, part, 'config.json'), text);
  }
};

test('the shipped checkpoint learns from pictures of 128 pixels, Stable Diffusion of 512', async () => {
  expect(await readLearntSide(join(packageRoot, 'models/checkpoints/toy-pets'), log)).toBe(128);
  await write('{"sample_size": 64}', '{"block_out_channels": [128, 256, 512, 512]}');
  expect(await readLearntSide(folder, log)).toBe(512);
});

test.each([
  ['is no JSON', '<html>', '{"block_out_channels": [1]}'],
  ['says nothing', '{}', '{}'],
  ['says a size that cannot be', '{"sample_size": 1024}', '{"block_out_channels": [1, 2, 3, 4]}'],
  ['is endless', `{"sample_size": 64, "x": "${'x'.repeat(70_000)}"}`, '{"block_out_channels": [1, 2, 3, 4]}'],
])('a description that %s gives the usual size', async (_, unet, vae) => {
  await write(unet, vae);
  expect(await readLearntSide(folder, log)).toBe(usualLearntSide);
});

test('a folder without a checkpoint gives the usual size', async () => {
  expect(await readLearntSide(folder, log)).toBe(usualLearntSide);
});
