import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createGenerator } from '#models/tensors/random.js';
import { LatentDataset } from '#models/toy-world/pretraining/latent-dataset.js';

/** Three pictures of two elements; captions of three elements, the last one empty. */
const dataset = new LatentDataset({
  count: 3,
  latentElements: 2,
  embeddingElements: 3,
  latents: Float32Array.of(1, 1, 2, 2, 3, 3),
  captionEmbeddings: Float32Array.of(10, 10, 10, 20, 20, 20, 0, 0, 0),
  captionIndex: Float32Array.of(0, 1, 1),
});

test('rows pair a picture with its own caption, or now and then with the empty one', () => {
  const rows = 2000;
  const { latents, embeddings } = dataset.sample(createGenerator(1), rows);
  let dropped = 0;
  for (let row = 0; row < rows; row++) {
    const picture = latents[2 * row]!;
    const caption = embeddings[3 * row]!;
    if (caption === 0) dropped++;
    else expect(caption).toBe(picture === 1 ? 10 : 20);
  }
  expect(dropped / rows).toBeGreaterThan(0.07);
  expect(dropped / rows).toBeLessThan(0.13);
});

test('a saved dataset is read back', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'petbooth-latents-')), 'latents.safetensors');
  await dataset.save(path);
  expect((await LatentDataset.open(path)).content).toEqual(dataset.content);
});
