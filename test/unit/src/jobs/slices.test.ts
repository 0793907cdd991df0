import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startChild } from '#test/helpers/child-process.js';
import { incomingPhotos } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

const sliceSeconds = '0.2';

let spine: Spine;
afterEach(async () => {
  await spine.stop();
});

const notes = () => readFile(join(spine.folder, 'notes.txt'), 'utf8').catch(() => '');
const textsOf = (index: number) => [...spine.chat.messages.values()][index]?.contents.map(({ text }) => text) ?? [];
const stepsIn = (texts: readonly string[]) => texts.flatMap((text) => /step (\d+) of 20/.exec(text)?.[1] ?? []);

async function startTraining({ kind = 'slow' } = {}): Promise<void> {
  await spine.platform.say('train', { name: 'Biscuit', kind, photos: await incomingPhotos(3) });
  await waitFor('the training to run', () => stepsIn(textsOf(0)).length > 0);
}

const drawn = (count: number) => () =>
  spine.chat.showing('result').filter(({ text }) => /for bert/.test(text)).length >= count;

describe('a training and a picture', () => {
  test('a training makes room at the end of its slice, goes on where it was, and its message never jumps back', async () => {
    spine = await createSpine({ TRAIN_SLICE_SECONDS: sliceSeconds });
    await spine.startBot();
    await spine.startWorker();
    await startTraining();
    await spine.platform.say('imagine', { prompt: 'a slow cat' }, { person: 'bert' });
    await waitFor('the picture', drawn(1));
    expect(spine.chat.showing('status'), 'the training is not over').toHaveLength(1);
    const pet = await waitFor('the pet', () => spine.chat.showing('result').find(({ text }) => /I know/.test(text)));
    expect(await notes()).toMatch(/^train from 0\nimagine a slow cat\ntrain from ([2-9]|1\d)\n$/);
    const texts = textsOf(0);
    const paused = texts.find((text) => text.endsWith('letting quicker jobs go first; it goes on by itself'));
    expect(paused).toMatch(/^[▓░]+ \d+ %: learning Biscuit, step \d+ of 20, loss/);
    const steps = stepsIn(texts).map(Number);
    expect(steps).toEqual(steps.toSorted((one, other) => one - other));
    expect(texts.slice(texts.indexOf(paused!)).filter((text) => text.includes('starting'))).toEqual([]);
    const curves = texts.flatMap((text) => /[▁▂▃▄▅▆▇█]+$/.exec(text)?.[0].length ?? []);
    expect(curves, 'the curve of losses only grows').toEqual(curves.toSorted((one, other) => one - other));
    expect(curves.at(-1)).toBeGreaterThan(15);
    const seconds = Number(/it took (\d+) s/.exec(pet.text)![1]);
    expect(seconds, 'the time of all slices').toBeGreaterThanOrEqual(1);
  });

  test('more slices than a job has attempts are no failure, and end', async () => {
    spine = await createSpine({ TRAIN_SLICE_SECONDS: '0.1' });
    await spine.startBot();
    await spine.startWorker();
    await startTraining();
    for (let count = 1; count <= 5; count++) {
      await spine.platform.say('imagine', { prompt: `a cat ${count}` }, { person: 'bert' });
      await waitFor('the picture', drawn(count));
    }
    await waitFor('the pet', () => spine.chat.showing('result').some(({ text }) => /I know/.test(text)));
    expect((await notes()).match(/train from/g)!.length).toBeGreaterThan(4);
    expect(spine.logLines.join('')).not.toContain('job failed');
  });

  test('alone, or beside another training, it is not interrupted', async () => {
    spine = await createSpine({ TRAIN_SLICE_SECONDS: '0.1' });
    await spine.startBot();
    await spine.startWorker();
    await startTraining();
    const photos = await incomingPhotos(3);
    await spine.platform.say('train', { name: 'Milo', kind: 'cat', photos }, { person: 'bert' });
    await waitFor('both pets', () => spine.chat.showing('result').length === 2);
    expect(await notes()).toBe('train from 0\ntrain from 0\n');
  });

  test('can be stopped between two slices', async () => {
    spine = await createSpine({ TRAIN_SLICE_SECONDS: '0.1' });
    await spine.startBot();
    await spine.startWorker();
    await startTraining();
    await spine.platform.say('imagine', { prompt: 'a slow cat' }, { person: 'bert' });
    await waitFor('the training to make room', () => textsOf(0).some((text) => text.includes('quicker jobs')));
    const [training] = spine.chat.showing('status');
    await spine.platform.press(training!.buttons![0]!.action);
    await waitFor('the stop', () => textsOf(0).at(-1) === 'Learning Biscuit: stopped.');
    await waitFor('the picture', drawn(1));
    await spine.platform.say('queue');
    expect(spine.chat.last!.text).toBe('Nothing of yours is waiting.');
    expect((await notes()).match(/train from/g)).toHaveLength(1);
    const stored = await readdir(join(spine.folder, 'blobs'), { recursive: true, withFileTypes: true });
    const files = stored.filter((entry) => entry.isFile());
    expect(files, 'the photos and the picture, but no snapshot').toHaveLength(4);
  });

  test('loses nothing when the worker is killed between two slices', async () => {
    spine = await createSpine({ TRAIN_SLICE_SECONDS: sliceSeconds });
    await spine.startBot();
    const worker = await startChild('worker-process', [spine.folder, spine.redis.url, sliceSeconds], {
      logPath: join(spine.folder, 'worker.log'),
    });
    await startTraining();
    await spine.platform.say('imagine', { prompt: 'a slow cat' }, { person: 'bert' });
    await waitFor('the training to make room', () => textsOf(0).some((text) => text.includes('quicker jobs')));
    const reached = Math.max(...stepsIn(textsOf(0)).map(Number));
    await worker.kill();
    await spine.startWorker();
    await waitFor('both', () => spine.chat.showing('result').length === 2);
    expect(await notes()).toContain(`train from ${reached}\n`);
    expect(spine.chat.deliveries).toBe(2);
  });
});

describe('place and time', () => {
  test('how long jobs took is measured, told in words, and known after a restart', async () => {
    spine = await createSpine();
    const bot = await spine.startBot();
    const worker = await spine.startWorker();
    const { platform } = spine;
    await platform.say('imagine', { prompt: 'a cat' });
    expect(spine.chat.last!.text).toMatch(/Place in the queue: 1\.$/);
    await waitFor('the picture', () => spine.chat.showing('result')[0]);
    await worker.stop();
    await platform.say('imagine', { prompt: 'a dog' });
    expect(spine.chat.last!.text).toMatch(/Place in the queue: 1, ready in less than a minute\.$/);
    await bot.stop();
    await spine.startBot();
    await spine.platform.say('queue', {}, { language: 'de' });
    expect(spine.chat.last!.text).toBe('Deine Aufträge:\n1. „a dog“ zeichnen (fertig in weniger als einer Minute)');
  });

  test('a server has at most so many unfinished jobs, and a private chat is none', async () => {
    spine = await createSpine({ QUEUE_MAX_PER_SERVER: '2' });
    await spine.startBot();
    const ask = (person: string, server?: string) =>
      spine.platform.say('imagine', { prompt: 'a cat' }, { person, ...(server !== undefined && { server }) });
    await ask('anna', 'one');
    await ask('bert', 'one');
    await ask('carla', 'one');
    expect(spine.chat.last!.text).toBe(
      'Everybody here together already has 2 unfinished jobs, which is the limit. Please try again when some are done.',
    );
    await ask('carla', 'two');
    for (let count = 0; count < 3; count++) await ask('dora');
    expect(spine.chat.showing('status')).toHaveLength(6);
  });
});
