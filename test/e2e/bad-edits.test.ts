import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import { drawPhoto, incoming, incomingPhotos } from '#test/helpers/photos.js';
import { pngOf } from '#test/helpers/png.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { changeWeights, createTinyCheckpoint } from '#test/helpers/tiny-checkpoint.js';
import { waitFor } from '#test/helpers/wait-for.js';

const engineModule = fileURLToPath(new URL('../../workers/engine/pet-engine.ts', import.meta.url));
const recommendations = {
  training: { rank: 4, steps: 4, learningRate: 1e-3, priorImages: 2 },
  // A checkpoint of random weights knows no picture.
  editing: { steps: 3, guidanceScale: 4, selfReplaceLevel: 0, blendLevel: 0, leastRoundTripPsnr: 0 },
};

let spine: Spine;
let bot: Awaited<ReturnType<Spine['startBot']>>;
let worker: Awaited<ReturnType<Spine['startWorker']>>;
let edits = 0;
beforeAll(async () => {
  spine = await createSpine({ CHECKPOINT: await createTinyCheckpoint(recommendations) });
  bot = await spine.startBot();
  worker = await spine.startWorker({ engineModule });
});
afterAll(() => spine.stop());

/** What is told to the person is no fault. */
const faults = () =>
  spine.logLines.filter((line) => {
    const { level, err } = JSON.parse(line);
    return level >= 50 && err?.type !== 'UserError';
  });
const answers = () => [...spine.chat.showing('result'), ...spine.chat.showing('error')];

/** What an edit comes to: a result, or a refusal. */
async function edit(options: Record<string, unknown>): Promise<OutgoingMessage> {
  const known = new Set(answers());
  const given = options as Parameters<typeof spine.platform.say>[1];
  // A bot that is started again has had the earlier ones.
  await spine.platform.say('edit', given, { eventId: `edit-${++edits}` });
  return waitFor('an answer', () => answers().find((answer) => !known.has(answer)), 60_000);
}

function pressed({ buttons = [] }: OutgoingMessage, label: string): string {
  return buttons.find((button) => button.label === label)!.action;
}

const jobOf = (message: OutgoingMessage) => new URLSearchParams(pressed(message, '✏️ Edit').split('?')[1]).get('job')!;

async function sizeOf(message: OutgoingMessage): Promise<readonly [number, number, number]> {
  const digest = message.pictures![0]!.blob.replace('sha256-', '');
  const bytes = await readFile(join(spine.folder, 'blobs', digest.slice(0, 2), digest));
  const { width, height, channels } = await sharp(bytes).metadata();
  return [width, height, channels];
}

describe('an edit, with the engine at work,', () => {
  test('of no photo asks for one', async () => {
    expect((await edit({ change: 'dog → cat' })).text).toMatch(/^I see no photo to change/);
  });

  test('of a photo of something else is done and tells what the photo was taken for', async () => {
    const done = await edit({ change: 'elephant → cat', photo: [incoming(await drawPhoto(1))] });
    expect(done).toMatchObject({ kind: 'result', text: expect.stringContaining('a photo of elephant') });
  });

  test('of words that the given caption lacks is refused with both', async () => {
    const photo = [incoming(await drawPhoto(1))];
    const { kind, text } = await edit({ change: 'dog → bear', caption: 'a cat in the snow', photo });
    expect([kind, text]).toEqual(['error', expect.stringMatching(/no “dog”.*a cat in the snow/s)]);
  });

  test('with more words than the model reads is done as far as it reads, and refused where the change lies beyond', async () => {
    const caption = `a dog ${'in the snow '.repeat(30)}`.trim();
    const done = await edit({ change: 'dog → cat', caption, photo: [incoming(await drawPhoto(2))] });
    expect(done).toMatchObject({ kind: 'result', text: expect.stringContaining('the end of your words was left out') });
    const late = await edit({ change: '+ a hat', caption, photo: [incoming(await drawPhoto(2))] });
    expect([late.kind, late.text]).toEqual(['error', expect.stringMatching(/“a hat”/)]);
  });

  test('of a picture that claims 900 million pixels is refused before it is read', async () => {
    const { kind, text } = await edit({ change: 'dog → cat', photo: [incoming(pngOf(30_000, 30_000))] });
    expect([kind, text]).toEqual(['error', expect.stringContaining('too many pixels (30000 × 30000)')]);
  });

  test('of a huge photo comes back smaller, in its own ratio, and says so', async () => {
    const huge = await sharp(await drawPhoto(3, 600, 400))
      .resize(6000, 4000)
      .jpeg()
      .toBuffer();
    const done = await edit({ change: 'dog → cat', photo: [incoming(huge)] });
    const [width, height] = await sizeOf(done);
    expect(width).toBeLessThan(6000);
    expect(width / height).toBeCloseTo(1.5, 2);
    expect(done.text).toContain('4096 pixels along its longer side');
  });

  test('of a transparent picture comes back opaque, at its own size', async () => {
    const transparent = await sharp({ create: { width: 120, height: 90, channels: 4, background: '#f008' } })
      .png()
      .toBuffer();
    const done = await edit({ change: 'dog → cat', photo: [incoming(transparent)] });
    expect([done.kind, await sizeOf(done)]).toEqual(['result', [120, 90, 3]]);
  });

  test('of an edit of an edit of an edit goes on from each', async () => {
    const first = await edit({ change: 'dog → cat', photo: [incoming(await drawPhoto(4))] });
    const second = await edit({ change: 'cat → bear', job: jobOf(first) });
    const third = await edit({ change: '+ a red hat', job: jobOf(second) });
    expect(third.kind).toBe('result');
    const missing = await edit({ change: 'cat → fox', job: jobOf(third) });
    expect(missing.text).toMatch(/no “cat”.*a photo of bear a red hat/s);
  });

  test('with a pet that is forgotten after it cannot be made stronger, and says why', async () => {
    await spine.platform.say('train', { name: 'Rex', kind: 'dog', photos: await incomingPhotos(3) });
    await waitFor('the training', () => answers().some(({ text }) => text.startsWith('I know Rex now')), 60_000);
    const ofRex = await edit({ change: 'dog → Rex', photo: [incoming(await drawPhoto(5))] });
    expect(ofRex.kind).toBe('result');
    await spine.platform.say('pets', { forget: 'Rex' });
    await spine.platform.press(pressed(ofRex, 'Stronger'));
    await waitFor('a refusal', () => answers().some(({ text }) => /pet of this picture was forgotten/.test(text)));
  });

  test('after the checkpoint changed uses no inversion of the old one, and draws no picture of the old one again', async () => {
    const photo = [incoming(await drawPhoto(6))];
    await spine.platform.say('imagine', { prompt: 'a dog', seed: 5 });
    const drawn = await waitFor('a drawing', () => answers().find(({ text }) => text.startsWith('“a dog”')), 60_000);
    await edit({ change: 'dog → cat', photo });
    expect((await edit({ change: 'dog → bear', photo })).text).toContain('faster');
    await worker.stop();
    const other = await createTinyCheckpoint(recommendations);
    await changeWeights(other, 'unet', ({ 'conv_in.weight': weight }) => {
      for (const [index, value] of weight!.data.entries()) weight!.data[index] = value * 1.5;
    });
    await bot.stop();
    const config = { ...spine.config, CHECKPOINT: other };
    bot = await spine.startBot({ config });
    worker = await spine.startWorker({ engineModule, config });
    const anew = await edit({ change: 'dog → fox', photo });
    expect(anew.kind).toBe('result');
    expect(anew.text).not.toContain('faster');
    const ofDrawing = await edit({ change: 'dog → fox', job: jobOf(drawn) });
    expect(ofDrawing).toMatchObject({ kind: 'result', text: expect.stringMatching(/like a photo/) });
  });

  test('leaves no fault in the log', () => {
    expect(faults()).toEqual([]);
  });
});
