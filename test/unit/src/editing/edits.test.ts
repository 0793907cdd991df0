import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import { drawPhoto, incoming, incomingPhotos } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

let spine: Spine;
beforeEach(async () => {
  spine = await createSpine();
  await spine.startBot();
});
afterEach(() => spine.stop());

const actionOf = ({ buttons = [] }: OutgoingMessage, label: string) =>
  buttons.find((button) => button.label === label)!.action;

async function result(text: RegExp): Promise<OutgoingMessage> {
  const find = () => spine.chat.showing('result').findLast((message) => text.test(message.text));
  await waitFor(String(text), () => find() !== undefined, 30_000);
  return find()!;
}

const says = (text: RegExp) => waitFor(String(text), () => text.test(spine.chat.last?.text ?? ''));

describe('an edit', () => {
  test('of a pet that is forgotten while it waits is dropped with a sentence, and refused with it after that', async () => {
    const worker = await spine.startWorker();
    await spine.platform.say('train', { name: 'Biscuit', kind: 'dog', photos: await incomingPhotos(3) });
    await result(/I know Biscuit/);
    await spine.platform.say('train', { name: 'Rex', kind: 'dog', photos: (await incomingPhotos(4)).slice(1) });
    await result(/I know Rex/);
    await spine.platform.say('edit', { change: 'dog → Rex', photo: [incoming(await drawPhoto(7))] });
    const ofRex = await result(/“dog → Rex” for/);
    await worker.stop();
    await spine.platform.say('edit', { change: 'dog → Biscuit', photo: [incoming(await drawPhoto(7))] });
    await spine.platform.say('pets', { forget: 'Biscuit' });
    await waitFor('the end', () =>
      spine.chat.showing('error').some(({ text }) => /stopped\.\nThe pet of this picture was forgotten/.test(text)),
    );
    await spine.startWorker();
    await spine.platform.say('pets', { forget: 'Rex' });
    await spine.platform.press(actionOf(ofRex, 'Stronger'));
    await waitFor('a refusal', () =>
      spine.chat.showing('error').some(({ text }) => /^The pet of this picture was forgotten meanwhile/.test(text)),
    );
  });

  test('of a picture of ours goes on as a photo when its pet is forgotten', async () => {
    await spine.startWorker();
    await spine.platform.say('train', { name: 'Biscuit', kind: 'dog', photos: await incomingPhotos(3) });
    await result(/I know Biscuit/);
    await spine.platform.say('imagine', { prompt: 'Biscuit in the snow' });
    const drawn = await result(/“Biscuit in the snow” for/);
    await spine.platform.say('pets', { forget: 'Biscuit' });
    const job = new URLSearchParams(actionOf(drawn, '✏️ Edit').split('?')[1]).get('job')!;
    await spine.platform.say('edit', { change: 'snow → grass', job });
    await result(/“snow → grass” for/);
    const notes = await readFile(join(spine.folder, 'notes.txt'), 'utf8');
    expect(notes).toMatch(/edit \{pet\} in the snow .*grass/);
    expect(notes).not.toMatch(/edit .* replayed/);
  });

  test('keeps the photo upright and without what a camera wrote into it', async () => {
    await spine.startWorker();
    const turned = await sharp(await drawPhoto(2, 120, 90))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    await spine.platform.say('edit', { change: 'dog → cat', photo: [incoming(turned)] });
    const edited = await result(/“dog → cat” for/);
    const bytes = await readFile(pathOf(edited.pictures![0]!.blob));
    const { width, height, exif } = await sharp(bytes).metadata();
    expect([width, height, exif]).toEqual([90, 120, undefined]);
  });

  test('takes a photo of any ratio', async () => {
    await spine.startWorker();
    await spine.platform.say('edit', { change: 'dog → cat', photo: [incoming(await drawPhoto(2, 900, 100))] });
    const edited = await result(/“dog → cat” for/);
    const { width, height } = await sharp(await readFile(pathOf(edited.pictures![0]!.blob))).metadata();
    expect([width, height]).toEqual([900, 100]);
  });

  test.each([
    ['an animation', async () => animatedPng(), /cannot change this photo:\nPhoto 1 \(photo\.jpg\) is animated/],
    ['a very long one', () => drawPhoto(1, 1400, 64), /too long and narrow \(1400 × 64\): one side may be at most 20/],
    ['a tiny one', () => drawPhoto(1, 40, 40), /is too small \(40 × 40\)/],
    ['no picture', async () => new TextEncoder().encode('hello'), /is not a picture/],
  ])('of %s is refused with a sentence', async (_, photo, sentence) => {
    await spine.platform.say('edit', { change: 'dog → cat', photo: [incoming(await photo())] });
    await says(sentence);
  });

  test('of somebody else’s result in another place is refused, and so is taking it away', async () => {
    await spine.startWorker();
    await spine.platform.say('edit', { change: 'dog → cat', photo: [incoming(await drawPhoto(3))] });
    const edited = await result(/“dog → cat” for/);
    for (const label of ['Stronger', 'Undo', 'Info', 'Delete']) {
      const before = spine.chat.showing('error').length;
      await spine.platform.press(actionOf(edited, label), { person: 'ben' });
      await waitFor('a refusal', () => spine.chat.showing('error').length === before + 1);
      await says(/I do not know that job of yours/);
    }
    await spine.platform.press(actionOf(edited, 'Delete'), { person: 'ben', channel: 'anna' });
    await says(/Only anna or a moderator can do that/);
    await spine.platform.press(actionOf(edited, 'Info'), { person: 'ben', channel: 'anna' });
    await says(/The picture was changed like this: “dog → cat”/);
    await spine.platform.press(actionOf(edited, 'Undo'), { person: 'ben', channel: 'anna' });
    await says(/This is the picture before “dog → cat”/);
    await spine.platform.press(actionOf(edited, 'Delete'));
    await says(/It is deleted/);
  });

  test('tells nobody’s words to the log, whether it succeeds or not', async () => {
    await spine.startWorker();
    await spine.platform.say('edit', { change: 'aardvark → zebra', photo: [incoming(await drawPhoto(3))] });
    const edited = await result(/“aardvark → zebra” for/);
    const job = new URLSearchParams(actionOf(edited, '✏️ Edit').split('?')[1]).get('job')!;
    await spine.platform.say('edit', { change: 'walrus → zebra', job });
    await says(/I see no “walrus” in what the picture shows/);
    await spine.platform.say('edit', {
      change: 'aardvark → zebra, + impossible',
      photo: [incoming(await drawPhoto(4))],
    });
    await waitFor('a failure', () => spine.logLines.some((line) => line.includes('job failed')), 30_000);
    expect(spine.logLines.join('')).not.toMatch(/aardvark|walrus|zebra/);
  });
});

function pathOf(blob: string): string {
  const digest = blob.replace('sha256-', '');
  return join(spine.folder, 'blobs', digest.slice(0, 2), digest);
}

/** A PNG with the chunk that announces an animation. */
async function animatedPng(): Promise<Uint8Array> {
  const png = await sharp(await drawPhoto(1))
    .png()
    .toBuffer();
  const chunk = Buffer.concat([Buffer.from([0, 0, 0, 8]), Buffer.from('acTL'), Buffer.alloc(12)]);
  return new Uint8Array(Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]));
}
