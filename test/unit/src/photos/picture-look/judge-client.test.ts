import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { JudgeClient } from '#src/photos/picture-look/judge-client.js';
import { drawMistakenPicture } from '#test/helpers/mistaken-picture.js';
import { drawPhoto } from '#test/helpers/photos.js';

const maxPixels = 16_000_000;

describe('the process that looks at pictures', () => {
  let judge: JudgeClient;
  beforeAll(() => {
    judge = new JudgeClient({ maxPixels });
  });
  afterAll(() => judge.stop());

  test('finds a photo harmless, and what the model takes for explicit explicit, however many wait', async () => {
    const pictures = [await drawPhoto(1), await drawMistakenPicture(), await drawPhoto(2)];
    const scores = await Promise.all(pictures.map((picture) => judge.scoreOf(picture)));
    expect(scores.map((score) => score >= 0.5)).toEqual([false, true, false]);
  });

  test('says that it cannot read what is no picture, and goes on', async () => {
    await expect(judge.scoreOf(new Uint8Array([1, 2, 3]))).rejects.toThrow('could not read');
    expect(await judge.scoreOf(await drawPhoto(3))).toBeLessThan(0.5);
  });

  test('does not decode more pixels than it may', async () => {
    const careful = new JudgeClient({ maxPixels: 100 });
    await expect(careful.scoreOf(await drawPhoto(1))).rejects.toThrow('could not read');
    careful.stop();
  });
});

describe('a process that misbehaves', () => {
  let judge: JudgeClient;
  afterEach(() => judge.stop());
  const module = (source: string): string => {
    const file = join(mkdtempSync(join(tmpdir(), 'petbooth-judge-')), 'judge.mjs');
    writeFileSync(file, source);
    return file;
  };
  const ready = 'process.send({ id: 0 });';
  const picture = (first: number) => Uint8Array.of(first);

  test('is ended where it does not answer, and those behind get another one', async () => {
    const hangs = `${ready} process.on('message', ({ id, picture }) => { if (picture[0] !== 1) process.send({ id, score: 0.25 }); });`;
    judge = new JudgeClient({ maxPixels, module: module(hangs), timeoutMs: 300 });
    const [first, second] = await Promise.allSettled([judge.scoreOf(picture(1)), judge.scoreOf(picture(2))]);
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'the judge did not answer in time' } });
    expect(second).toEqual({ status: 'fulfilled', value: 0.25 });
  });

  test('costs only the picture on which it crashes', async () => {
    const crashes = `${ready} process.on('message', ({ id, picture }) => { if (picture[0] === 1) process.exit(1); process.send({ id, score: 0.25 }); });`;
    judge = new JudgeClient({ maxPixels, module: module(crashes) });
    const [first, second] = await Promise.allSettled([judge.scoreOf(picture(1)), judge.scoreOf(picture(2))]);
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'the judge ended unasked' } });
    expect(second).toEqual({ status: 'fulfilled', value: 0.25 });
  });

  test('is not started again and again where it cannot start', async () => {
    judge = new JudgeClient({ maxPixels, module: module('process.exit(1);') });
    const all = await Promise.allSettled([judge.scoreOf(picture(1)), judge.scoreOf(picture(2))]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(judge.scoreOf(picture(3))).rejects.toThrow('could not start');
  });

  test('is ended when it is idle, and started again when it is needed', async () => {
    const counts = `${ready} process.on('message', ({ id }) => { process.send({ id, score: (process.pid % 1000) / 1000 }); });`;
    judge = new JudgeClient({ maxPixels, module: module(counts), idleMs: 50 });
    const first = await judge.scoreOf(picture(1));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await judge.scoreOf(picture(1))).not.toBe(first);
  });

  test('knows none of our environment', async () => {
    process.env.JUDGE_TEST_SECRET = '1';
    const tells = `${ready} process.on('message', ({ id }) => { process.send({ id, score: process.env.JUDGE_TEST_SECRET ? 1 : 0 }); });`;
    judge = new JudgeClient({ maxPixels, module: module(tells) });
    expect(await judge.scoreOf(picture(1))).toBe(0);
    delete process.env.JUDGE_TEST_SECRET;
  });
});
