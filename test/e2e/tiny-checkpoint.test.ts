import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { incomingPhotos } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { createTinyCheckpoint } from '#test/helpers/tiny-checkpoint.js';
import { waitFor } from '#test/helpers/wait-for.js';

const engineModule = fileURLToPath(new URL('../../workers/engine/pet-engine.ts', import.meta.url));
const TRAINING_STEPS = 8;

let spine: Spine;
beforeAll(async () => {
  const training = { rank: 4, steps: TRAINING_STEPS, learningRate: 1e-3, priorImages: 4 };
  spine = await createSpine({ CHECKPOINT: await createTinyCheckpoint({ training }) });
  await spine.startBot();
  await spine.startWorker({ engineModule });
});
afterAll(() => spine?.stop());

test('with a real checkpoint a pet is learnt from photos and drawn by its name', async () => {
  const { platform, chat } = spine;
  await platform.say('train', { name: 'Biscuit', kind: 'dog', photos: await incomingPhotos(3) });
  const trained = await waitFor('the training to end', () => chat.showing('result')[0], 60_000);
  expect(trained.text).toMatch(/^I know Biscuit now/);
  expect(trained.pictures).toHaveLength(3);
  const contents = [...chat.messages.values()][0]!.contents;
  expect(contents.some(({ text }) => new RegExp(`of ${TRAINING_STEPS}`).test(text))).toBe(true);

  await platform.say('imagine', { prompt: 'Biscuit in the snow', count: '2', seed: 7 });
  const drawn = await waitFor('the pictures', () => chat.showing('result')[1], 60_000);
  expect(drawn.text).toBe('“Biscuit in the snow” for anna, seed 7');
  const blobs = new FileBlobStore({ folder: join(spine.folder, 'blobs'), maxBytes: 10_000_000 });
  const [grid] = drawn.pictures!;
  const { format, width, height } = await sharp(await blobs.get(grid!.blob)).metadata();
  // Two pictures of 16 pixels and the gap between them.
  expect({ format, width, height }).toEqual({ format: 'png', width: 36, height: 16 });
});
