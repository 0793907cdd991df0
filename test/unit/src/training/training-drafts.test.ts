import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import type { RunningBot } from '#src/bot.js';
import type { IncomingImage } from '#src/core/files.js';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import { drawBlurredPhoto, drawPhoto, incoming } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

let spine: Spine;
let bot: RunningBot;
afterEach(async () => {
  await spine.stop();
});

const { buttons } = locales.en;
const good = async (...seeds: number[]) => Promise.all(seeds.map(async (seed) => incoming(await drawPhoto(seed))));
const blurred = async (...seeds: number[]) =>
  Promise.all(seeds.map(async (seed) => incoming(await drawBlurredPhoto(seed))));

async function start(): Promise<void> {
  spine = await createSpine();
  bot = await spine.startBot();
}

async function restart(): Promise<void> {
  await bot.stop();
  bot = await spine.startBot();
}

async function startWith(photos: readonly IncomingImage[], eventId?: string): Promise<OutgoingMessage> {
  await start();
  await train(photos, eventId);
  return spine.chat.last!;
}

async function train(photos: readonly IncomingImage[], eventId?: string): Promise<void> {
  const options = { name: 'Biscuit', kind: 'dog', photos };
  await spine.platform.say('train', options, eventId === undefined ? {} : { eventId });
}

function actionOf(message: OutgoingMessage, label: string): string {
  const button = message.buttons?.find((offered) => offered.label === label);
  if (!button) throw new Error(`no button “${label}” among ${message.buttons?.map((offered) => offered.label)}`);
  return button.action;
}

async function storedFiles(): Promise<number> {
  const folder = join(spine.folder, 'blobs');
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((entry) => entry.isFile()).length;
}

const learnt = () => waitFor('the pet', () => spine.chat.showing('result').find(({ text }) => /I know/.test(text)));
const listed = async () => {
  await spine.platform.say('pets', {}, { eventId: 'listing' });
  return spine.chat.last!.text;
};

describe('photos that nobody doubts', () => {
  test('go straight to the queue', async () => {
    const answer = await startWith(await good(1, 2, 3));
    expect(answer).toMatchObject({ kind: 'status', text: expect.stringContaining('photos you sent (3)') });
    expect(await storedFiles()).toBe(3);
  });
});

describe('doubtful photos', () => {
  test('are answered with a sheet, a sentence each and three buttons', async () => {
    const sheet = await startWith([...(await good(1, 2, 3)), ...(await blurred(4)), ...(await good(1))]);
    expect(sheet.text.split('\n')).toEqual([
      'Before I learn Biscuit: some of these photos may teach me the wrong thing.',
      'Photo 4 is blurred.',
      'Photo 5 shows nearly the same as photo 1.',
    ]);
    expect(sheet.pictures).toEqual([
      { blob: expect.any(String), alt: expect.stringContaining('(5)'), parts: expect.any(Array) },
    ]);
    expect(new Set(sheet.pictures![0]!.parts).size).toBe(4);
    expect(sheet.buttons?.map(({ label }) => label)).toEqual([
      buttons.useAnyway,
      buttons.replacePhotos,
      buttons.forgetPhotos,
    ]);
  });

  test('are used anyway after a restart of the bot, once', async () => {
    const sheet = await startWith([...(await good(1, 2, 3)), ...(await blurred(4))]);
    await restart();
    await spine.platform.press(actionOf(sheet, buttons.useAnyway));
    expect(spine.chat.last).toMatchObject({ kind: 'status', text: expect.stringContaining('photos you sent (4)') });
    await spine.platform.press(actionOf(sheet, buttons.useAnyway));
    expect(spine.chat.last!.text).toBe(locales.en.errors.draftGone);
    await spine.startWorker();
    await learnt();
    expect(await listed()).toContain('Biscuit (dog), learnt from 4 photos');
  });

  test('are the business of the one who sent them', async () => {
    const sheet = await startWith([...(await good(1, 2, 3)), ...(await blurred(4))]);
    const before = await storedFiles();
    for (const label of [buttons.useAnyway, buttons.replacePhotos, buttons.forgetPhotos]) {
      await spine.platform.press(actionOf(sheet, label), { person: 'mallory' });
      expect(spine.chat.last).toMatchObject({ kind: 'error', text: locales.en.errors.questionNotYours });
    }
    expect(await storedFiles()).toBe(before);
    await spine.platform.press(actionOf(sheet, buttons.useAnyway));
    expect(spine.chat.last!.kind).toBe('status');
  });

  test('are forgotten at once, but for those that another training needs', async () => {
    await start();
    await spine.platform.say('train', { name: 'Milo', kind: 'cat', photos: await good(1, 2, 3) });
    await train([...(await good(1, 5, 6)), ...(await blurred(4))]);
    const sheet = spine.chat.last!;
    expect(await storedFiles()).toBe(7);
    await spine.platform.press(actionOf(sheet, buttons.forgetPhotos));
    expect(spine.chat.last!.text).toBe('The photos of Biscuit are forgotten.');
    expect(await storedFiles()).toBe(3);
    await spine.platform.press(actionOf(sheet, buttons.useAnyway));
    expect(spine.chat.last!.text).toBe(locales.en.errors.draftGone);
  });

  test('are replaced: the good ones are kept, and learnt together with the new one', async () => {
    const sheet = await startWith([...(await good(1, 2)), ...(await blurred(4)), ...(await good(3, 2))]);
    await spine.platform.press(actionOf(sheet, buttons.replacePhotos));
    const asked = spine.chat.last!;
    expect(asked.text).toBe(
      'I kept the good photos of Biscuit (3) for a day. Send others in place of 3, 5, with: /train name:Biscuit kind:dog',
    );
    expect(asked.buttons?.map(({ label }) => label)).toEqual([buttons.useAnyway, buttons.forgetPhotos]);
    expect(await storedFiles(), 'three photos and the sheet').toBe(4);
    await restart();
    await train(await good(7), 'after-restart');
    expect(spine.chat.last).toMatchObject({ kind: 'status', text: expect.stringContaining('photos you sent (4)') });
    await spine.startWorker();
    await learnt();
    expect(await listed()).toContain('learnt from 4 photos');
  });

  test('that come in place of others are compared with the ones that were kept', async () => {
    const sheet = await startWith([...(await good(1, 2)), ...(await blurred(4, 5))]);
    await spine.platform.press(actionOf(sheet, buttons.replacePhotos));
    expect(spine.chat.last!.buttons?.map(({ label }) => label)).toEqual([buttons.forgetPhotos]);
    await train(await good(2));
    const second = spine.chat.last!;
    expect(second.text.split('\n').slice(1)).toEqual([
      'Photo 3 shows nearly the same as photo 2.',
      'Different photos so far: 2. I need at least 3.',
    ]);
    await spine.platform.press(actionOf(second, buttons.replacePhotos));
    await train(await good(8));
    expect(spine.chat.last).toMatchObject({ kind: 'status', text: expect.stringContaining('photos you sent (3)') });
  });

  test('that are too few after all cannot be used, not even by a forged press', async () => {
    const sheet = await startWith(await good(1, 2, 1));
    expect(sheet.buttons?.map(({ label }) => label)).toEqual([buttons.replacePhotos, buttons.forgetPhotos]);
    await spine.platform.press(actionOf(sheet, buttons.replacePhotos).replace('replace', 'use'));
    expect(spine.chat.last).toMatchObject({ kind: 'error', text: 'I need at least 3 photos, but got 2.' });
    await spine.platform.say('queue');
    expect(spine.chat.last!.text).toBe(locales.en.commands.queue.replies.empty);
  });

  test('that cannot be read are crossed out and left out; where that leaves too few, the good ones wait for others', async () => {
    const heic = incoming(Buffer.from('\0\0\0\x18ftypheic'.padEnd(64, '\0'), 'latin1'), 'a.heic');
    const sheet = await startWith([...(await good(1, 2, 3)), heic]);
    expect(sheet.text).toContain('Photo 4 (a.heic) is HEIC, which I cannot read. Send it as a photo');
    await spine.platform.press(actionOf(sheet, buttons.useAnyway));
    expect(spine.chat.last!.text).toContain('photos you sent (3)');
    const rex = async (...photos: IncomingImage[]) => {
      await spine.platform.say('train', { name: 'Rex', kind: 'dog', photos });
      return spine.chat.last!;
    };
    const few = await rex(...(await good(5, 6)), heic);
    expect(few.text.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^Photo 3 \(a\.heic\) is HEIC/),
      'Different photos so far: 2. I need at least 3.',
    ]);
    expect(few.buttons?.map(({ label }) => label)).toEqual([buttons.replacePhotos, buttons.forgetPhotos]);
    await spine.platform.press(actionOf(few, buttons.replacePhotos));
    expect(spine.chat.last!.text).toContain('I kept the good photos of Rex (2) for a day. Send others in place of 3');
    expect((await rex(...(await good(7)))).text).toContain('photos you sent (3)');
  });

  test('of which none can be read are refused, and nothing is kept', async () => {
    const broken = incoming(new Uint8Array(), 'a.jpg');
    expect(await startWith([broken, broken, broken])).toMatchObject({
      kind: 'error',
      text: expect.stringContaining('Photo 3 (a.jpg) is empty.'),
    });
    expect(await storedFiles()).toBe(0);
  });

  test('are sent anew with the same name: the first ones are forgotten', async () => {
    await startWith([...(await good(1, 2, 3)), ...(await blurred(4))]);
    await train([...(await good(5, 6, 7)), ...(await blurred(8))]);
    // Four photos, and the sheets of both messages.
    expect(await storedFiles()).toBe(6);
  });

  test('of at most five pets wait for an answer', async () => {
    await start();
    const sheets: OutgoingMessage[] = [];
    for (const name of ['Ada', 'Bob', 'Cleo', 'Dot', 'Eve', 'Fay']) {
      await spine.platform.say('train', { name, kind: 'dog', photos: await good(1, 2, 1) });
      sheets.push(spine.chat.last!);
    }
    await spine.platform.press(actionOf(sheets[0]!, buttons.replacePhotos));
    expect(spine.chat.last!.text).toBe(locales.en.errors.draftGone);
    await spine.platform.press(actionOf(sheets[1]!, buttons.replacePhotos));
    expect(spine.chat.last!.text).toContain('Bob');
  });
});

describe('how many photos there are', () => {
  test('too few are shown and kept, and more can be added until there are enough', async () => {
    const one = await startWith(await good(1));
    expect(one.text.split('\n')).toEqual([
      'Before I learn Biscuit, a word about the number of photos:',
      'Different photos so far: 1. I need at least 3.',
    ]);
    expect(one.pictures).toHaveLength(1);
    expect(one.buttons?.map(({ label }) => label)).toEqual([buttons.addPhotos, buttons.forgetPhotos]);
    await spine.platform.press(actionOf(one, buttons.addPhotos));
    expect(spine.chat.last!.text).toBe(
      'I kept the photos of Biscuit (1) for a day. Send more, with: /train name:Biscuit kind:dog',
    );
    await train(await good(2));
    expect(spine.chat.last!.text).toContain('Different photos so far: 2.');
    await spine.platform.press(actionOf(spine.chat.last!, buttons.addPhotos));
    await train(await good(3));
    expect(spine.chat.last).toMatchObject({ kind: 'status', text: expect.stringContaining('photos you sent (3)') });
  });

  test('of too many the last ones are left out, if the person wants that', async () => {
    const sheet = await startWith(await good(...Array.from({ length: 23 }, (_, seed) => seed)));
    expect(sheet.text.split('\n')).toEqual([
      'Before I learn Biscuit, a word about the number of photos:',
      'That makes 23 photos together, and I can take at most 20: the last ones are left out.',
    ]);
    expect(sheet.buttons?.map(({ label }) => label)).toEqual([buttons.useAnyway, buttons.forgetPhotos]);
    expect(await storedFiles(), 'twenty photos and the sheet').toBe(21);
    await spine.platform.press(actionOf(sheet, buttons.useAnyway));
    expect(spine.chat.last).toMatchObject({ kind: 'status', text: expect.stringContaining('photos you sent (20)') });
  });

  test('more than twice as many as can be used are refused unseen', async () => {
    const unread = { name: 'a.jpg', read: () => Promise.reject(new Error('must not be read')) };
    const answer = await startWith(Array.from({ length: 41 }, () => unread));
    expect(answer).toMatchObject({ kind: 'error', text: 'I can take at most 20 photos, but got 41.' });
    await train([]);
    expect(spine.chat.last).toMatchObject({ kind: 'error', text: 'I need at least 3 photos, but got 0.' });
  });
});

describe('what arrives twice', () => {
  test('a training whose photos are doubtful asks once, and one without doubts is queued once', async () => {
    const photos = [...(await good(1, 2, 3)), ...(await blurred(4))];
    const sheet = await startWith(photos, 'one');
    await train(photos, 'one');
    expect(spine.chat.messages.size).toBe(1);
    expect(spine.chat.last).toEqual(sheet);
    await spine.platform.say('train', { name: 'Milo', kind: 'cat', photos: await good(5, 6, 7) }, { eventId: 'two' });
    await spine.platform.say('train', { name: 'Milo', kind: 'cat', photos: await good(5, 6, 7) }, { eventId: 'two' });
    expect(spine.chat.messages.size).toBe(2);
    expect(spine.chat.showing('error')).toEqual([]);
  });

  test('somebody else’s event of the same id asks about their own photos', async () => {
    const sheet = await startWith([...(await good(1, 2, 3)), ...(await blurred(4))], 'one');
    const photos = [...(await good(5, 6, 7)), ...(await blurred(8))];
    await spine.platform.say('train', { name: 'Rex', kind: 'cat', photos }, { eventId: 'one', person: 'mallory' });
    expect(spine.chat.last!.text).toContain('Before I learn Rex');
    await spine.platform.press(actionOf(sheet, buttons.useAnyway));
    expect(spine.chat.last).toMatchObject({ kind: 'status', text: expect.stringContaining('Biscuit') });
  });

  test('of two trainings of one name at the same time one is refused', async () => {
    await start();
    await Promise.all([train(await good(1, 2, 3)), train(await good(4, 5, 6))]);
    expect(spine.chat.showing('status')).toHaveLength(1);
    expect(spine.chat.showing('error').map(({ text }) => text)).toEqual([
      'I am already learning a pet called Biscuit. /queue shows how far that is.',
    ]);
  });
});

describe('what is for buttons only', () => {
  test('cannot be typed, and a button that was tampered with says that it does not work', async () => {
    const sheet = await startWith([...(await good(1, 2, 3)), ...(await blurred(4))]);
    const action = actionOf(sheet, buttons.useAnyway);
    const draft = /draft=([0-9a-f]{16})/.exec(action)![1]!;
    const [, asked] = /(~.*)$/.exec(action)!;
    await spine.platform.say('coach', { draft, answer: 'use' });
    expect(spine.chat.last!.text).toBe('I do not know /coach. /help lists what I can do.');
    await spine.platform.press(`coach?draft=${draft}&answer=use`);
    expect(spine.chat.last!.text).toBe(locales.en.errors.questionNotYours);
    await spine.platform.press(`coach?answer=use${asked}`);
    expect(spine.chat.last!.text).toBe(locales.en.errors.buttonBroken);
    await spine.platform.press(`coach?draft=0000000000000000&answer=use${asked}`);
    expect(spine.chat.last!.text).toBe(locales.en.errors.draftGone);
    await spine.platform.say('help');
    expect(spine.chat.last!.text).not.toContain('/coach');
  });
});
