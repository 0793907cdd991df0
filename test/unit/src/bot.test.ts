import { fork } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { openBlobs } from '#src/blobs/open-blobs.js';
import { isAlive } from '#test/helpers/is-alive.js';
import { incoming, incomingPhotos } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { redisContent } from '#test/helpers/traces.js';
import { waitFor } from '#test/helpers/wait-for.js';

let spine: Spine;
afterEach(async () => {
  await spine.stop();
});

const notes = () => readFile(join(spine.folder, 'notes.txt'), 'utf8').catch(() => '');

describe('from chat to picture', () => {
  test('a pet is learnt, drawn by name, listed and forgotten', async () => {
    spine = await createSpine();
    await spine.startBot();
    await spine.startWorker();
    const { platform, chat } = spine;

    await platform.say('train', { name: 'Biscuit', kind: 'dog', photos: await incomingPhotos(4) });
    const trained = await waitFor('the training to end', () => chat.showing('result')[0]);
    expect(trained.text).toMatch(/^I know Biscuit now/);
    expect(trained.pictures).toHaveLength(1);
    const [message] = [...chat.messages.values()];
    expect(message!.contents[0]!.text).toBe(
      'I will learn Biscuit from the photos you sent (4). Place in the queue: 1.',
    );
    const progress = message!.contents.filter(({ text }) => /step \d+ of 20/.test(text));
    expect(progress.at(-1)!.text).toMatch(/loss [\d.]+ █[▁▂▃▄▅▆▇]*▁$/);

    await platform.say('imagine', { prompt: 'BISCUIT surfing a wave', count: '2', seed: 7 });
    const drawn = await waitFor('the pictures', () => chat.showing('result')[1]);
    expect(drawn.text).toBe('“BISCUIT surfing a wave” for anna, seed 7');
    expect(drawn.pictures).toHaveLength(1);
    expect(drawn.buttons!.map(({ label }) => label)).toEqual(['1', '2', 'Again', 'Other words', 'Info', 'Delete']);
    expect(await notes()).toContain('imagine {pet} surfing a wave');

    await platform.press(drawn.buttons![2]!.action);
    const again = await waitFor('the repeated pictures', () => chat.showing('result')[2]);
    expect(again.text).not.toBe(drawn.text);

    await platform.say('pets');
    expect(chat.last!.text).toBe('Your pets:\nBiscuit (dog), learnt from 4 photos');
    await platform.say('pets', { forget: 'biscuit' });
    expect(chat.last!.text).toBe('Biscuit is forgotten.');
    const stored = (await readdir(join(spine.folder, 'blobs'), { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile(),
    );
    expect(stored, 'of the pet nothing, of the drawings all four and two grids').toHaveLength(6);
    await platform.say('pets', { forget: 'biscuit' });
    expect(chat.last!.text).toBe('You have no pet called biscuit. /pets shows the ones I know.');
    expect(spine.logLines.join('')).not.toContain('surfing');
  });

  test('a pet keeps what it learnt under another name, and answers come in the language chosen', async () => {
    spine = await createSpine();
    await spine.startBot();
    await spine.startWorker();
    const { platform, chat } = spine;
    await platform.say('train', { name: 'Biscuit', kind: 'dog', photos: await incomingPhotos(3) });
    await waitFor('the training to end', () => chat.showing('info').find(({ text }) => /ready to be drawn/.test(text)));
    await platform.say('pets', { rename: 'biscuit', to: 'Cookie' });
    expect(chat.last!.text).toBe('Biscuit is now called Cookie.');
    await platform.say('imagine', { prompt: 'Cookie in space', seed: 7 });
    await waitFor('the picture', () => chat.showing('result')[1]);
    expect(await notes()).toContain('imagine {pet} in space');
    await platform.say('settings', { language: 'de' });
    expect(chat.last!.text).toBe('Ich antworte dir auf Deutsch.');
    await platform.say('pets');
    expect(chat.last!.text).toBe('Deine Tiere:\nCookie (Hund), gelernt aus 3 Fotos');
    await platform.say('settings', { language: 'auto' });
    expect(chat.last!.text).toMatch(/^I answer you in the language of your app/);
  });

  test('words beyond what the model reads are said to be left out', async () => {
    spine = await createSpine();
    await spine.startBot();
    await spine.startWorker();
    await spine.platform.say('imagine', { prompt: 'an endless story', seed: 1 });
    const drawn = await waitFor('the picture', () => spine.chat.showing('result')[0]);
    expect(drawn.text.split('\n')).toEqual([
      '“an endless story” for anna, seed 1',
      'That was more than I can read at once: the end of your words was left out.',
    ]);
  });

  test('the same event delivered twice queues one job and posts one message', async () => {
    spine = await createSpine();
    await spine.startBot();
    const { platform, chat } = spine;
    await platform.say('imagine', { prompt: 'a cat' }, { eventId: 'one' });
    await platform.say('imagine', { prompt: 'a cat' }, { eventId: 'one' });
    await spine.startWorker();
    await waitFor('the picture', () => chat.showing('result')[0]);
    await platform.say('imagine', { prompt: 'a cat' }, { eventId: 'one' });
    expect(chat.messages.size).toBe(1);
    expect(chat.showing('result')).toHaveLength(1);
    expect((await notes()).match(/imagine/g)).toHaveLength(1);
  });

  test('somebody else’s event id reaches nobody else’s job', async () => {
    spine = await createSpine();
    await spine.startBot();
    const { platform, chat } = spine;
    await platform.say('imagine', { prompt: 'a cat' }, { eventId: 'one' });
    await platform.say('imagine', { prompt: 'a dog' }, { eventId: 'one', person: 'mallory' });
    expect(chat.showing('error')).toHaveLength(1);
    expect(chat.showing('status')).toHaveLength(1);
    await platform.press('cancel?job=w-one', { person: 'mallory' });
    expect(chat.last!.text).toBe('I do not know that job of yours, or it is too old.');
  });
});

describe('a place where nobody can be reached', () => {
  test('is tried once, and the result comes with the person’s next command in that community alone', async () => {
    spine = await createSpine();
    await spine.startBot();
    const { platform, chat } = spine;
    await platform.say('imagine', { prompt: 'a cat' }, { server: 'club', channel: 'closed' });
    platform.closedChannels.add('closed');
    await spine.startWorker();
    await waitFor('the end', () => spine.logLines.some((line) => line.includes('could not be delivered')));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(chat.showing('result')).toEqual([]);
    expect(spine.logLines.filter((line) => line.includes('could not be delivered'))).toHaveLength(1);
    await platform.say('queue', {}, { server: 'elsewhere', channel: 'open' });
    await platform.say('queue');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(chat.showing('result')).toEqual([]);
    await platform.say('queue', {}, { server: 'club', channel: 'open' });
    const brought = await waitFor('the picture', () => chat.showing('result')[0]);
    expect(brought.text).toMatch(/a cat/);
  });
});

describe('cancelling', () => {
  test('a waiting job leaves the queue, a running one stops within a step', async () => {
    spine = await createSpine();
    await spine.startBot();
    await spine.startWorker();
    const { platform, chat } = spine;
    await platform.say('train', { name: 'Slow One', kind: 'slow', photos: await incomingPhotos(3) });
    await waitFor('the training to run', () =>
      [...chat.messages.values()][0]?.contents.some(({ text }) => text.includes('step ')),
    );
    await platform.say('imagine', { prompt: 'a cat' });
    const status = chat.last!;
    expect(status.buttons).toHaveLength(1);
    await platform.press(status.buttons![0]!.action);
    await waitFor('the waiting one to be gone', () =>
      chat.showing('result').some(({ text }) => text === '“a cat”: stopped.'),
    );
    await platform.say('cancel');
    await waitFor('the running one to stop', () =>
      chat.showing('result').some(({ text }) => text === 'Learning Slow One: stopped.'),
    );
    await platform.say('queue');
    expect(chat.last!.text).toBe('Nothing of yours is waiting.');
    expect(await notes()).not.toContain('imagine');
  });

  test('an engine that does not react is killed, and the next job gets a new one', async () => {
    spine = await createSpine();
    await spine.startBot();
    await spine.startWorker({ engineOptions: { cancelGraceMs: 200 } });
    const { platform, chat } = spine;
    await platform.say('imagine', { prompt: 'frozen' });
    await waitFor('the engine to freeze', () => chat.showing('status').some(({ text }) => text.includes('drawing')));
    await platform.say('cancel');
    await waitFor('the stop', () => chat.showing('result').some(({ text }) => text === '“frozen”: stopped.'));
    await platform.say('imagine', { prompt: 'a cat' });
    await waitFor('the next picture', () => chat.showing('result').some(({ text }) => text.startsWith('“a cat” for')));
  });
});

describe('when something dies', () => {
  test('a training goes on from its snapshot after the engine crashed, and delivers once', async () => {
    spine = await createSpine();
    await spine.startBot();
    await spine.startWorker();
    const { platform, chat } = spine;
    await platform.say('train', { name: 'Biscuit', kind: 'crash once', photos: await incomingPhotos(3) });
    await waitFor('the pet after all', () => chat.showing('result')[0]);
    expect(await notes()).toBe('train from 0\ntrain from 2\n');
    expect(chat.deliveries).toBe(1);
  });

  test('a worker killed in the middle of a training leaves no engine behind, and another one finishes it', async () => {
    spine = await createSpine();
    await spine.startBot();
    const { platform, chat } = spine;
    const doomed = fork(
      fileURLToPath(new URL('../../helpers/worker-process.ts', import.meta.url)),
      [spine.folder, spine.redis.url],
      {
        execArgv: ['--conditions=source', '--import', 'tsx'],
      },
    );
    const engineProcessId = await new Promise<number>((resolve) => {
      doomed.once('message', (message: { readonly engineProcessId: number }) => resolve(message.engineProcessId));
    });
    await platform.say('train', { name: 'Biscuit', kind: 'slow', photos: await incomingPhotos(3) });
    await waitFor('some steps', () =>
      [...chat.messages.values()][0]!.contents.some(({ text }) => /step [5-9] of/.test(text)),
    );
    doomed.kill('SIGKILL');
    await waitFor('the engine to end with its worker', () => !isAlive(engineProcessId), 3000);
    await spine.startWorker();
    await waitFor('the pet', () => chat.showing('result')[0]);
    expect(await notes()).toMatch(/^train from 0\ntrain from [1-9]\d?\n$/);
    expect(chat.deliveries).toBe(1);
  });

  test('a result that is ready while the bot is down arrives once when it is back', async () => {
    spine = await createSpine();
    const bot = await spine.startBot();
    await spine.platform.say('imagine', { prompt: 'a cat' });
    await bot.stop();
    await spine.startWorker();
    await waitFor('the worker to draw', async () => (await notes()).includes('imagine'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(spine.chat.deliveries).toBe(0);
    const second = await spine.startBot();
    await waitFor('the picture', () => spine.chat.showing('result')[0]);
    await second.stop();
    await spine.startBot();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(spine.chat.deliveries).toBe(1);
    expect(spine.chat.messages.size).toBe(1);
  });

  test('a result whose bytes somebody else gave up before it was recorded is drawn once more', async () => {
    spine = await createSpine();
    const bot = await spine.startBot();
    await spine.platform.say('imagine', { prompt: 'a cat', seed: 7 });
    await bot.stop();
    await spine.startWorker();
    await waitFor('the result', async () => (await redisContent(spine.redis)).includes('returnvalue'));
    // As the one before it of the same words and seed, whose message was deleted.
    await rm(join(spine.folder, 'blobs'), { recursive: true });
    await spine.startBot();
    const { pictures } = await waitFor('the picture', () => spine.chat.showing('result')[0]);
    expect(await openBlobs(spine.config).has(pictures![0]!.blob)).toBe(true);
    expect((await notes()).match(/imagine a cat/g)).toHaveLength(2);
    expect(spine.chat.deliveries).toBe(1);
  });

  test('a lost answer of the platform leads to no second message', async () => {
    spine = await createSpine();
    await spine.startBot();
    spine.platform.faults.push('after');
    await spine.platform.say('imagine', { prompt: 'a cat' });
    await spine.startWorker();
    await waitFor('the picture', () => spine.chat.showing('result')[0]);
    expect(spine.chat.messages.size).toBe(1);
  });

  test('word of a pet that is ready comes once, after its pictures, whatever becomes of its answer', async () => {
    spine = await createSpine();
    await spine.startBot();
    const { platform, chat } = spine;
    const send = platform.send.bind(platform);
    const shown: string[] = [];
    let losses = 1;
    platform.send = async (place, message, options) => {
      const sent = await send(place, message, options);
      const isWord = options.key.endsWith('-announcement');
      if (isWord) shown.push(...chat.showing('result').map(({ text }) => text));
      if (isWord && losses-- > 0) throw new Error('the answer of the platform was lost');
      return sent;
    };
    await platform.say('train', { name: 'Biscuit', kind: 'dog', photos: await incomingPhotos(3) });
    await spine.startWorker();
    await waitFor('the second try', () => shown.length === 2);
    expect(shown[0]).toMatch(/^I know Biscuit now/);
    expect(chat.showing('info').filter(({ text }) => /ready to be drawn/.test(text))).toHaveLength(1);
    // The result is not told again because of it.
    expect(chat.deliveries).toBe(1);
  });

  test('a message that was deleted is replaced by one new one', async () => {
    spine = await createSpine();
    await spine.startBot({ editIntervalMs: 100_000 });
    await spine.platform.say('imagine', { prompt: 'a cat' });
    spine.platform.faults.push('gone');
    await spine.startWorker();
    await waitFor('the picture', () => spine.chat.showing('result')[0]);
    expect(spine.chat.messages.size).toBe(2);
  });

  test('jobs that Redis has lost are queued again', async () => {
    spine = await createSpine();
    await spine.startBot({ requeueAfterMs: 0 });
    await spine.platform.say('imagine', { prompt: 'a cat' });
    await spine.redis.flush();
    await spine.startWorker();
    await waitFor('the picture', () => spine.chat.showing('result')[0], 60_000);
  });

  test('while Redis is away people are told, and afterwards everything works', async () => {
    spine = await createSpine();
    await spine.startBot();
    await spine.startWorker();
    const { platform, chat } = spine;
    await platform.say('imagine', { prompt: 'slow a fox' });
    await waitFor('it to be drawn', () => chat.showing('status').some(({ text }) => text.includes('drawing')));
    await spine.redis.kill();
    const started = Date.now();
    await platform.say('imagine', { prompt: 'a cat' });
    expect(Date.now() - started).toBeLessThan(6000);
    expect(chat.last!.text).toMatch(/^I cannot take work right now/);
    await platform.say('pets');
    expect(chat.last!.text).toMatch(/^You have no pets/);
    await spine.redis.restart();
    await waitFor('the first picture', () => chat.showing('result').some(({ text }) => text.includes('a fox')), 30_000);
    await waitFor('a new one to be accepted', async () => {
      await platform.say('imagine', { prompt: 'a cat' });
      return chat.last!.kind === 'status';
    });
    await waitFor(
      'the second picture',
      () => chat.showing('result').some(({ text }) => text.startsWith('“a cat” for')),
      30_000,
    );
  });

  test('a stopping worker hands its training back, and the next one finishes it from the snapshot', async () => {
    spine = await createSpine();
    await spine.startBot();
    const first = await spine.startWorker();
    await spine.platform.say('train', { name: 'Biscuit', kind: 'slow', photos: await incomingPhotos(3) });
    await waitFor('some steps', () =>
      [...spine.chat.messages.values()][0]!.contents.some(({ text }) => /step [5-9] of/.test(text)),
    );
    await first.stop();
    expect(spine.chat.showing('status')).toHaveLength(1);
    await spine.startWorker();
    await waitFor('the pet', () => spine.chat.showing('result')[0]);
    expect(await notes()).toMatch(/^train from 0\ntrain from [1-9]/);
    expect(spine.chat.deliveries).toBe(1);
  });
});

describe('honest errors', () => {
  test('photos that are none are named, in the person’s language, and nothing is queued', async () => {
    spine = await createSpine();
    await spine.startBot();
    const good = await incomingPhotos(2);
    const photos = [
      ...good,
      incoming(new Uint8Array(), 'leer.jpg'),
      incoming(new TextEncoder().encode('hello'), 'text.jpg'),
    ];
    await spine.platform.say('train', { name: 'Keks', kind: 'Hund', photos }, { language: 'de-AT' });
    expect(spine.chat.last).toMatchObject({
      kind: 'info',
      locale: 'de',
      buttons: [{ label: 'Ersetzen' }, { label: 'Abbrechen' }],
    });
    expect(spine.chat.last!.text).toContain(
      'Foto 3 (leer.jpg) ist leer.\nFoto 4 (text.jpg) ist kein Bild. Ich kann JPEG, PNG und WebP lesen.',
    );
    await spine.platform.say('queue', {}, { language: 'de' });
    expect(spine.chat.last!.text).toBe('Von dir wartet nichts.');
  });

  test('a fault of the engine ends, after its attempts, in one general sentence', async () => {
    spine = await createSpine();
    await spine.startBot();
    await spine.startWorker();
    await spine.platform.say('imagine', { prompt: 'unusable' });
    const failed = await waitFor('the failure', () => spine.chat.showing('error')[0]);
    expect(failed.text).toBe('“unusable”: something went wrong on my side. It was noted; please try again later.');
    await spine.platform.say('imagine', { prompt: 'impossible' });
    const told = await waitFor('the reason', () => spine.chat.showing('error')[1]);
    expect(told.text).toMatch(/^The training went astray/);
    expect((await notes()).match(/imagine/g)).toHaveLength(2);
  });

  test('a person has at most so many unfinished jobs', async () => {
    spine = await createSpine({ QUEUE_MAX_PER_PERSON: '2' });
    await spine.startBot();
    for (let index = 0; index < 3; index++) await spine.platform.say('imagine', { prompt: 'a cat' });
    expect(spine.chat.last!.text).toBe(
      'You already have 2 unfinished jobs. Wait until one is done, or stop one with /cancel.',
    );
    await spine.platform.say('imagine', { prompt: 'a cat' }, { person: 'bert' });
    expect(spine.chat.last!.kind).toBe('status');
  });

  test('a checkpoint with a missing tensor stops the worker with the engine’s own sentence', async () => {
    spine = await createSpine();
    await expect(
      spine.startWorker({ config: { ...spine.config, CHECKPOINT: join(spine.folder, 'broken') } }),
    ).rejects.toThrow("tensor 'unet.conv_in.weight' is missing");
  });
});
