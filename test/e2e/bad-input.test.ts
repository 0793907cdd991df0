import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { StorageFullError } from '#src/core/blob-store.js';
import type { IncomingImage } from '#src/core/files.js';
import { drawPhoto, incoming, incomingPhotos } from '#test/helpers/photos.js';
import { pngOf } from '#test/helpers/png.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { changeWeights, createTinyCheckpoint } from '#test/helpers/tiny-checkpoint.js';
import { waitFor } from '#test/helpers/wait-for.js';

const engineModule = fileURLToPath(new URL('../../workers/engine/pet-engine.ts', import.meta.url));
const training = { rank: 4, steps: 4, learningRate: 1e-3, priorImages: 2 };

let spine: Spine;
let checkpoint: string;
beforeAll(async () => {
  checkpoint = await createTinyCheckpoint({ training });
});

async function startSpine(folder = checkpoint): Promise<void> {
  spine = await createSpine({ CHECKPOINT: folder, MAX_PHOTO_BYTES: '100000' });
  await spine.startBot();
}

const lastText = () => spine.chat.last!.text;
const faults = () => spine.logLines.filter((line) => JSON.parse(line).level >= 50);

/** Draws something, so as to see that the service goes on. */
async function drawSomething(): Promise<void> {
  const { platform, chat } = spine;
  const before = chat.showing('result').length;
  await platform.say('imagine', { prompt: 'a dog' });
  await waitFor('a picture after all', () => chat.showing('result').length > before, 60_000);
  expect(chat.showing('result').at(-1)!.pictures).toHaveLength(1);
}

describe('what people send', () => {
  beforeAll(async () => {
    await startSpine();
    await spine.startWorker({ engineModule });
  });
  afterAll(() => spine.stop());

  test('words that say nothing, too much, or the wrong thing are answered with a sentence', async () => {
    const lines: readonly [command: string, options: Record<string, string | number>, answer: RegExp][] = [
      ['imagine', {}, /^Tell me what to draw, for example/],
      ['imagine', { prompt: ' \n\t ' }, /^Tell me what to draw/],
      ['imagine', { prompt: '…?! – ()' }, /^Tell me what to draw/],
      ['imagine', { prompt: '\u200b\u202e\u0000' }, /^Tell me what to draw/],
      ['imagine', { prompt: 'x'.repeat(2001) }, /^“prompt” may be at most 2000 characters long, but has 2001/],
      ['imagine', { prompt: 'x'.repeat(1_000_000) }, /^“prompt” may be at most 2000 characters long/],
      ['imagine', { prompt: 'a dog', pet: 'Rex' }, /^You have no pet called Rex/],
      ['imagine', { prompt: 'a dog', count: 0 }, /^“count” has to be at least 1/],
      ['imagine', { prompt: 'a dog', count: 1e9 }, /^“count” has to be at most 4/],
      ['imagine', { prompt: 'a dog', seed: Number.NaN }, /^“seed” has to be a number/],
      ['imagine', { prompt: 'a dog', size: 'huge' }, /^\/imagine has no option “size”/],
      ['pets', { forget: 'Rex' }, /^You have no pet called Rex/],
      ['train', { name: 'Rex', kind: 'dog' }, /^I need at least 3 photos, but got 0/],
      ['summon', {}, /^I do not know \/summon/],
    ];
    for (const [command, options, answer] of lines) {
      await spine.platform.say(command, options);
      expect(lastText(), JSON.stringify(options).slice(0, 80)).toMatch(answer);
      expect(spine.chat.last!.kind).toBe('error');
    }
    await spine.platform.say('queue');
    expect(lastText()).toBe('Nothing of yours is waiting.');
    expect(faults()).toEqual([]);
    await drawSomething();
  });

  test('absurd words are drawn all the same', async () => {
    const prompts = [
      '🐶',
      `c${'\u0316\u0317\u0301'.repeat(60)}at`,
      '\u202ea dog\u0000 \u0007in\u2066 space',
      'a dog \ud83d in space',
      '<|startoftext|>a dog<|endoftext|><|endoftext|>',
      'a {pet} and {{pet}pet}',
      'dog '.repeat(499),
      '犬が波に乗る',
    ];
    const { platform, chat } = spine;
    for (const prompt of prompts) {
      const before = chat.showing('result').length;
      await platform.say('imagine', { prompt });
      await waitFor(`a picture of ${JSON.stringify(prompt)}`, () => chat.showing('result').length > before, 60_000);
    }
    expect(faults()).toEqual([]);
  });

  test('photos that are none, too many or too large are named, and nothing is learnt from them', async () => {
    const good = await incomingPhotos(2);
    const bytes = (text: string) => new Uint8Array(Buffer.from(text.padEnd(64, '\0'), 'latin1'));
    const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
    const png = await sharp({ create: { width: 100, height: 100, channels: 3, background: '#000', noise } })
      .png()
      .toBuffer();
    const frames = [await drawPhoto(1, 80, 80), await drawPhoto(2, 80, 80)].map(Buffer.from);
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const refused: readonly [photo: IncomingImage, why: string][] = [
      [incoming(new Uint8Array(), 'a.jpg'), 'Photo 3 (a.jpg) is empty.'],
      [incoming(bytes('not a photo'), 'b.jpg'), 'Photo 3 (b.jpg) is not a picture. I can read JPEG, PNG and WebP.'],
      [incoming(new Uint8Array(png.subarray(0, png.length / 2)), 'c.png'), 'Photo 3 (c.png) is damaged or incomplete.'],
      [
        incoming(pngOf(30_000, 30_000), 'd.png'),
        'Photo 3 (d.png) has too many pixels (30000 × 30000): at most 64 million.',
      ],
      [incoming(new Uint8Array(100_001), 'e.jpg'), 'Photo 3 (e.jpg) is too large: at most 0.1 MB.'],
      [incoming(new Uint8Array(gif), 'f.gif'), 'Photo 3 (f.gif) is a GIF. I need a still photo: JPEG, PNG or WebP.'],
      [
        incoming(bytes('\0\0\0\x18ftypheic'), 'g.heic'),
        'Photo 3 (g.heic) is HEIC, which I cannot read. Send it as a photo rather than as a file, or take a screenshot of it. On an iPhone, Settings › Camera › Formats › Most Compatible makes JPEG from now on.',
      ],
    ];
    for (const [photo, why] of refused) {
      await spine.platform.say('train', { name: 'Rex', kind: 'dog', photos: [...good, photo] });
      expect(lastText().split('\n').slice(1)).toEqual([why, 'Different photos so far: 2. I need at least 3.']);
    }
    await spine.platform.say('train', { name: 'Rex', kind: 'dog', photos: await incomingPhotos(41) });
    expect(lastText()).toBe('I can take at most 20 photos, but got 41.');
    await spine.platform.say('queue');
    expect(lastText()).toBe('Nothing of yours is waiting.');
    expect(faults()).toEqual([]);

    await spine.platform.say('train', { name: 'Rex', kind: 'dog', photos: await incomingPhotos(3) });
    await waitFor(
      'the training',
      () => spine.chat.showing('result').some(({ text }) => text.startsWith('I know Rex now')),
      60_000,
    );
  });
});

describe('what machines do', () => {
  afterEach(() => spine.stop());

  const full = 'I have no space left to keep files. Whoever runs me has been told; please try again later.';

  test('a full disk is told to person and host; with room again everything works', async () => {
    await startSpine();
    await spine.startWorker({ engineModule });
    const { platform, chat, logLines } = spine;
    const error = new StorageFullError(join(spine.folder, 'blobs'));
    const writing = vi.spyOn(FileBlobStore.prototype, 'put').mockRejectedValue(error);
    try {
      await platform.say('train', { name: 'Rex', kind: 'dog', photos: await incomingPhotos(3) });
      expect(lastText()).toBe(full);
      await platform.say('imagine', { prompt: 'a dog' });
      const failed = await waitFor('the failure', () => chat.showing('error')[1], 60_000);
      expect(failed.text).toBe(full);
    } finally {
      writing.mockRestore();
    }
    expect(logLines.join('')).toContain(`${spine.folder}/blobs: free some, or point DATA_DIR at a larger disk`);
    await drawSomething();
  });

  test('a Redis without room takes nothing and forgets nothing', async () => {
    await startSpine();
    const redis = new Redis({ path: spine.redis.url });
    await spine.platform.say('imagine', { prompt: 'a cat' });
    await redis.config('SET', 'maxmemory', '1');
    await spine.platform.say('imagine', { prompt: 'a dog' });
    expect(lastText()).toBe(full);
    await redis.config('SET', 'maxmemory', '0');
    redis.disconnect();
    await spine.startWorker({ engineModule });
    await waitFor('the picture of before', () => spine.chat.showing('result')[0], 60_000);
    await drawSomething();
    expect(spine.chat.showing('result')).toHaveLength(2);
  });

  test.each([
    ['in the first picture of the class', training],
    ['in the first step', { ...training, classRows: 0 }],
  ])('numbers that are none end a training with a sentence, at once: %s', async (_, recommended) => {
    const poisoned = await createTinyCheckpoint({ training: recommended });
    await changeWeights(poisoned, 'unet', ({ 'conv_in.bias': bias }) => bias!.data.fill(Number.NaN));
    await startSpine(poisoned);
    await spine.startWorker({ engineModule });
    const { platform, chat, logLines } = spine;
    await platform.say('train', { name: 'Rex', kind: 'dog', photos: await incomingPhotos(3) });
    const failed = await waitFor('the end of the training', () => chat.showing('error')[0], 60_000);
    expect(failed.text).toMatch(/^The training went astray/);
    await platform.say('imagine', { prompt: 'a dog' });
    const other = await waitFor('the end of the picture', () => chat.showing('error')[1], 60_000);
    expect(other.text).toMatch(/^The picture went astray/);
    expect(logLines.filter((line) => line.includes('"attempt":2'))).toEqual([]);
    await platform.say('pets');
    expect(lastText()).toMatch(/^You have no pets/);
  });

  test('a checkpoint that lacks a tensor stops the worker with file, tensor and shape; jobs wait for a whole one', async () => {
    await startSpine();
    await spine.platform.say('imagine', { prompt: 'a cat' });
    const broken = await createTinyCheckpoint();
    await changeWeights(broken, 'vae', (tensors) => delete tensors['decoder.conv_in.bias']);
    const config = { ...spine.config, CHECKPOINT: broken };
    await expect(spine.startWorker({ engineModule, config })).rejects.toThrow(
      /vae.diffusion_pytorch_model\.safetensors: decoder\.conv_in\.bias: expected \[8\], found no such tensor/,
    );
    await spine.startWorker({ engineModule });
    await waitFor('the picture', () => spine.chat.showing('result')[0], 60_000);
  });
});
