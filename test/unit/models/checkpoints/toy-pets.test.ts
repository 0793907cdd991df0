import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import { TOY_RECOMMENDATIONS } from '#models/toy-world/pretraining/toy-pets-configuration.js';
import { decodeClassLatents } from '#models/training/prior-preservation.js';
import { dreamBoothPrompts } from '#models/training/rare-token.js';
import { packageRoot } from '#src/core/package-root.js';

const path = join(packageRoot, 'models/checkpoints/toy-pets');

test('the shipped class latents belong to the shipped autoencoder', async () => {
  const { autoencoderFingerprint: checkpoint } = await CheckpointFolder.open(path);
  const files = await readdir(join(path, 'class_latents'));
  expect(files.length).toBeGreaterThanOrEqual(6);
  for (const name of files) {
    const className = name.replace('.safetensors', '');
    const expected = { checkpoint, className, prompt: dreamBoothPrompts('', className).class };
    const file = join(path, 'class_latents', name);
    expect(decodeClassLatents(await readFile(file), { expected, file }).shape).toEqual([16, 16, 4]);
  }
});

test('the shipped recommendations are those that the recipe writes', async () => {
  expect(JSON.parse(await readFile(join(path, 'petbooth.json'), 'utf8'))).toEqual(TOY_RECOMMENDATIONS);
});
