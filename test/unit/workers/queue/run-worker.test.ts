import { setTimeout as sleep } from 'node:timers/promises';
import { type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BlobKey } from '#src/core/blob-key.js';
import type { BlobStore } from '#src/core/blob-store.js';
import { JobEvents } from '#src/jobs/events.js';
import { contractsKnown } from '#src/jobs/needs.js';
import { JobQueue } from '#src/jobs/queue.js';
import { queueName } from '#src/jobs/queue-names.js';
import { WordBlocklist } from '#src/moderation/word-blocklist.js';
import { createLog } from '#src/operations/log.js';
import { connectRedis } from '#src/redis/connect-redis.js';
import { startTestRedis, type TestRedis } from '#test/helpers/redis.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { PausedError } from '#workers/engine/engine-calls.js';
import type { Processors } from '#workers/queue/processor.js';
import { type RunningWorker, type RunWorkerOptions, runWorker } from '#workers/queue/run-worker.js';

let server: TestRedis;
let connections: Redis[];
let workers: RunningWorker[];
let lines: string[];
let log: Logger;
beforeEach(async () => {
  server = await startTestRedis();
  connections = [];
  workers = [];
  lines = [];
  log = createLog({ level: 'info', name: 'worker', destination: { write: (line) => void lines.push(line) } });
});
afterEach(async () => {
  for (const worker of workers) await worker.stop();
  for (const connection of connections) connection.disconnect();
  await server.stop();
});

function connect(purpose: 'commands' | 'blocking'): Redis {
  const redis = connectRedis(server.url, purpose, log);
  connections.push(redis);
  return redis;
}

const blob = BlobKey.parse(`sha256-${'0'.repeat(64)}`);
const result = { pictures: [blob], settings: { seed: 1, steps: 1, guidanceScale: 1 }, isPromptCut: false, seconds: 1 };

async function work(
  done: Processors['imagine'] | Partial<Processors>,
  timings: Partial<RunWorkerOptions> = {},
): Promise<void> {
  const worker = await runWorker({
    redis: connect('blocking'),
    subscriber: connect('blocking'),
    queue: queueName,
    means: { version: '1', contracts: contractsKnown() },
    processors: (typeof done === 'function' ? { imagine: done } : done) as Processors,
    engine: { call: () => Promise.reject(new Error('there is no engine')) },
    blobs: {} as BlobStore,
    blocklist: new WordBlocklist([]),
    sliceMs: 60_000,
    log,
    ...timings,
  });
  workers.push(worker);
  await worker.waitUntilReady();
}

async function enqueue(): Promise<{ readonly ended: Promise<void>; readonly reported: unknown[] }> {
  const reported: unknown[] = [];
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const listener = {
    onStarted() {},
    onHandedBack() {},
    onProgress: (_: string, progress: unknown) => void reported.push(progress),
    onEnded: () => end(),
    onReconnected() {},
  };
  const events = new JobEvents(connect('blocking'), listener, log);
  await events.listenTo();
  const queue = new JobQueue(connect('commands'));
  await waitFor('the queue to be reached', () => connections.every(({ status }) => status === 'ready'));
  const data = { prompt: 'a dog', negativePrompt: '', count: 1, seed: 1 };
  await queue.add('imagine', { data, petFiles: {} }, { id: 'w-job', priority: 1 });
  return { ended, reported };
}

describe('a worker', () => {
  test('passes on the newest progress, at most once a second', async () => {
    const steps = 60;
    await work(async (_, { report }) => {
      for (let step = 1; step <= steps; step++) {
        report({ step, steps });
        await sleep(50);
      }
      return result;
    });
    const started = performance.now();
    const { ended, reported } = await enqueue();
    await ended;
    const seconds = (performance.now() - started) / 1000;
    expect(reported.length).toBeGreaterThanOrEqual(2);
    expect(reported.length).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
    const numbers = reported.map((progress) => (progress as { readonly step: number }).step);
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
    expect(numbers.at(-1), 'between the first and the last report many were dropped').toBeGreaterThan(numbers.length);
  });

  test('keeps a job that takes longer than its lock, while another worker looks for jobs left behind', async () => {
    let starts = 0;
    const slow: Processors['imagine'] = async () => {
      starts += 1;
      await sleep(5000);
      return result;
    };
    const timings = { lockDurationMs: 2000, stalledIntervalMs: 500 };
    await work(slow, timings);
    await work(slow, timings);
    const { ended } = await enqueue();
    await ended;
    expect(starts).toBe(1);
    expect(lines.join('')).not.toContain('left behind');
  });

  test('says once that Redis refuses, not ten times a second', async () => {
    await work(async () => result);
    const redis = connect('commands');
    await waitFor('the connection', () => redis.status === 'ready');
    await redis.config('SET', 'maxmemory', '1');
    const told = () => lines.filter((line) => line.includes('the queue was interrupted'));
    // A worker that waits for jobs hears of it when it asks again.
    await waitFor('the first word', () => told().length > 0, 30_000);
    await sleep(1500);
    expect(told()).toHaveLength(1);
    await redis.config('SET', 'maxmemory', '0');
    const { ended } = await enqueue();
    await ended;
  });

  test('hands back what only a newer one knows, uncounted and told once, and goes on with what it can do', async () => {
    const drawn: string[] = [];
    await work(async ({ prompt }) => {
      drawn.push(prompt);
      return result;
    });
    const queue = new Queue(queueName, { connection: connect('blocking') });
    const data = { prompt: 'a dog', negativePrompt: '', count: 1, seed: 1 };
    const add = (name: string, id: string, options: JobsOptions & { readonly needs?: object } = {}, more = {}) =>
      queue.add(name, { ...data, ...more }, { jobId: id, attempts: 1, ...options });
    await add('dream', 'w-unknown', { priority: 1 });
    await add('dream', 'w-unknown-too', { priority: 1 });
    await add('imagine', 'w-newer', { priority: 1, needs: { contract: 2 } }, { seed: 'no number any more' });
    await add('imagine', 'w-known', { priority: 2, needs: { contract: 1, ofTomorrow: true } }, { ofTomorrow: true });
    await waitFor('the one that it knows', () => drawn.length === 1);
    const states = async () => {
      const jobs = await Promise.all(['w-unknown', 'w-unknown-too', 'w-newer'].map((id) => queue.getJob(id)));
      return Promise.all(jobs.map(async (job) => [await job?.getState(), job?.attemptsMade]));
    };
    // One may be looked at again in this moment.
    await waitFor('all others to wait', async () => (await states()).every(([state]) => state === 'delayed'));
    expect(await states()).toEqual(Array.from({ length: 3 }, () => ['delayed', 0]));
    const told = lines.filter((line) => line.includes('handed back for another worker'));
    expect(told.map((line) => JSON.parse(line).msg)).toEqual([
      "jobs are handed back for another worker: this version does not know 'dream'",
      "jobs are handed back for another worker: this version does not know 'imagine' of version 2",
    ]);
    expect(lines.join('')).not.toContain('job failed');
    await queue.close();
  });

  test('drops nothing that a newer bot has written into a job when it hands back a slice', async () => {
    const snapshot = BlobKey.parse(`sha256-${'1'.repeat(64)}`);
    let slices = 0;
    const train: Processors['train-pet'] = async (_, { saveSnapshot }) => {
      slices += 1;
      if (slices === 1) {
        await saveSnapshot(snapshot, 3);
        throw new PausedError();
      }
      return { lora: blob, previews: [], lossHistory: [], seconds: 1 };
    };
    await work({ 'train-pet': train });
    const queue = new Queue(queueName, { connection: connect('blocking') });
    const data = {
      petName: 'Biscuit',
      className: 'dog',
      photos: [blob, blob, blob],
      seed: 1,
      ofTomorrow: { collar: 'red' },
    };
    await queue.add('train-pet', data, { jobId: 'w-job', priority: 1_000_001 });
    await waitFor('the second slice', async () => (await (await queue.getJob('w-job'))?.getState()) === 'completed');
    expect((await queue.getJob('w-job'))?.data).toEqual({ ...data, snapshot, secondsBefore: 3 });
    await queue.close();
  });
});
