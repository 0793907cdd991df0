import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFakeCheckpoint } from '#test/helpers/fake-checkpoint.js';
import { incomingPhotos } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

let parent: string;
let former: string;
let latter: string;
let spine: Spine;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'petbooth-checkpoints-'));
  former = await writeFakeCheckpoint(parent, 1);
  latter = await writeFakeCheckpoint(parent, 2);
  spine = await createSpine({ CHECKPOINT: former });
});
afterEach(async () => {
  await spine.stop();
  await rm(parent, { recursive: true, force: true });
});

const startBot = (CHECKPOINT: string) =>
  spine.startBot({
    config: { ...spine.config, CHECKPOINT },
    unserved: { intervalMs: 50, graceMs: 200 },
  });
const startWorker = (CHECKPOINT: string) =>
  spine.startWorker({ config: { ...spine.config, CHECKPOINT, LOG_LEVEL: 'silent' }, announceIntervalMs: 100 });

let events = 0;
const imagine = (prompt: string, person = 'anna', language = 'en') =>
  spine.platform.say('imagine', { prompt }, { person, language, eventId: `drawing-${++events}` });

/** What the worker with this checkpoint has done. */
const doneWith = (checkpoint: string) => readFile(join(checkpoint, 'notes.txt'), 'utf8').catch(() => '');
const told = (words: string) => spine.logLines.filter((line) => line.includes(words));

test('two workers with different checkpoints do each what its own takes, and what waits for neither is told', async () => {
  const firstBot = await startBot(former);
  const ofFormer = await startWorker(former);
  await startWorker(latter);
  await spine.platform.say('train', { name: 'Biscuit', kind: 'dog', photos: await incomingPhotos(3) });
  await waitFor('the pet', () => spine.chat.deliveries === 1);
  expect(await doneWith(latter), 'the pet is learnt with the checkpoint that the bot is set up for').toBe('');
  await firstBot.stop();

  // The host sets the bot up for the other checkpoint and keeps the worker that has the first.
  await startBot(latter);
  for (const number of [1, 2, 3]) {
    await imagine(`Biscuit on hill ${number}`);
    await imagine(`a cat on hill ${number}`, 'ben');
  }
  await waitFor('six pictures', () => spine.chat.deliveries === 7, 60_000);
  const [withFormer, withLatter] = [await doneWith(former), await doneWith(latter)];
  for (const number of [1, 2, 3]) {
    expect(withFormer).toContain(`{pet} on hill ${number}`);
    expect(withLatter).toContain(`a cat on hill ${number}`);
  }
  expect(withFormer).not.toContain('a cat');
  expect(withLatter).not.toContain('{pet}');

  await ofFormer.stop();
  await imagine('Biscuit asleep', 'anna', 'de');
  const waiting = await waitFor('the sentence', () =>
    spine.chat.showing('status').find(({ text }) => text.includes('Rechner mit dem passenden Modell')),
  );
  expect(waiting.buttons, 'it can be cancelled').toHaveLength(1);
  expect(told('jobs wait without a worker').map((line) => JSON.parse(line))).toMatchObject([
    { reason: 'checkpoint', jobs: 1 },
  ]);
  await imagine('a cat asleep', 'ben');
  await waitFor('the cat, which does not wait behind the pet', () => spine.chat.deliveries === 8);
  await startWorker(former);
  await waitFor('the pet', () => spine.chat.deliveries === 9);
  expect(await doneWith(former)).toContain('{pet} asleep');
  expect(told('every waiting job has a worker again')).toHaveLength(1);
});

test('without any worker people are told, until one is there', async () => {
  await startBot(former);
  await imagine('a dog');
  await waitFor('the sentence', () =>
    spine.chat.showing('status').some(({ text }) => text.includes('none of my machines')),
  );
  await startWorker(former);
  await waitFor('the picture', () => spine.chat.deliveries === 1);
});
