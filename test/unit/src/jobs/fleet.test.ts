import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { announce, Fleet, withdraw } from '#src/jobs/fleet.js';
import type { Means } from '#src/jobs/needs.js';
import { TurnsOfQueues } from '#src/jobs/turns-of-queues.js';
import { UnservedJobs } from '#src/jobs/unserved-jobs.js';
import { startTestRedis, type TestRedis } from '#test/helpers/redis.js';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis({ path: server.url, maxRetriesPerRequest: null, protocol: 2 });
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(() => server.flush());

const small: Means = {
  version: '1.0.0',
  contracts: { imagine: 1, edit: 2 },
  checkpoint: 'a',
  memoryBytes: 4,
  queue: 'gpu',
};
const large: Means = { ...small, contracts: { imagine: 1 }, checkpoint: 'b', memoryBytes: 16, queue: 'gpu-b' };

let connected: number;

/** @param connectedNow of the first queue, as Redis tells */
async function fleetOf(workers: readonly Means[], connectedNow = workers.length) {
  connected = connectedNow;
  for (const [index, means] of workers.entries()) await announce(redis, `worker-${index}`, means);
  const fleet = new Fleet({ redis, countConnected: async () => connected });
  await fleet.refresh();
  return fleet;
}

test('a job is served where one living worker knows its contract, has its checkpoint and enough memory', async () => {
  const fleet = await fleetOf([small, large], 1);
  expect(fleet.size).toBe(2);
  expect(fleet.unserved('imagine', { contract: 1 })).toBeUndefined();
  expect(fleet.unserved('edit', { contract: 2, checkpoint: 'a', memoryBytes: 4 })).toBeUndefined();
  expect(fleet.unserved('imagine', { contract: 1, checkpoint: 'b', memoryBytes: 16 })).toBeUndefined();
  expect(fleet.unserved('imagine', { contract: 2 })).toBe('contract');
  expect(fleet.unserved('dream', { contract: 1 })).toBe('contract');
  expect(fleet.unserved('constructor', { contract: 1 })).toBe('contract');
  expect(fleet.unserved('imagine', { contract: 1, checkpoint: 'c' })).toBe('checkpoint');
  expect(fleet.unserved('edit', { contract: 1, checkpoint: 'b' }), 'what is nearest to being served').toBe(
    'checkpoint',
  );
  expect(fleet.unserved('imagine', { contract: 1, checkpoint: 'a', memoryBytes: 8 })).toBe('memory');
});

test('a worker that is gone serves nothing, and one that says less than others serves what it may have', async () => {
  const { checkpoint: _, memoryBytes: __, ...unknown } = small;
  const fleet = await fleetOf([unknown]);
  expect(fleet.unserved('imagine', { contract: 1, checkpoint: 'z', memoryBytes: 99 })).toBeUndefined();
  await withdraw(redis, 'worker-0');
  await redis.sadd('petbooth:workers', 'killed');
  connected = 0;
  await fleet.refresh();
  expect(fleet.unserved('imagine', { contract: 1 })).toBe('no-worker');
  expect(await redis.smembers('petbooth:workers')).toEqual([]);
});

test('workers of a version that announces nothing, or otherwise, count for what all versions know', async () => {
  const fleet = await fleetOf([], 1);
  expect(fleet.unserved('imagine', { contract: 1, checkpoint: 'z' })).toBeUndefined();
  expect(fleet.unserved('imagine', { contract: 2 })).toBe('no-worker');
  await redis.set('petbooth:worker:later', JSON.stringify({ means: 'of tomorrow' }));
  await redis.sadd('petbooth:workers', 'later');
  await fleet.refresh();
  expect(fleet.unserved('imagine', { contract: 1 })).toBeUndefined();
});

test('nobody is told anything where Redis does not say who is connected', async () => {
  const fleet = new Fleet({ redis, countConnected: async () => undefined });
  await fleet.refresh();
  expect(fleet.unserved('imagine', { contract: 1 })).toBeUndefined();
});

test('a job is told to be without a worker once it has been for a while, and the log hears of each reason once', async () => {
  const logged: unknown[] = [];
  const changes: (readonly string[])[] = [];
  const log = { warn: (details: unknown) => logged.push(details), info: (details: unknown) => logged.push(details) };
  const turns = new TurnsOfQueues({ sliceMs: 1000, checkpoint: 'a' });
  const fleet = await fleetOf([small]);
  const unserved = new UnservedJobs({
    fleet,
    turns,
    checkpoint: 'a',
    log: log as never,
    onChanged: (ids) => changes.push(ids),
    graceMs: 1000,
  });
  turns.add({ id: 'j1', name: 'imagine', person: 'anna' }, 0);
  turns.add({ id: 'j2', name: 'imagine', person: 'anna', needs: { contract: 1, checkpoint: 'b' } }, 0);
  turns.add({ id: 'j3', name: 'imagine', person: 'ben', needs: { contract: 1, checkpoint: 'c' } }, 0);
  await unserved.look(0);
  await unserved.look(999);
  expect([changes, logged]).toEqual([[], []]);
  await unserved.look(1000);
  await unserved.look(2000);
  expect(changes).toEqual([['j2', 'j3']]);
  expect(logged).toEqual([{ reason: 'checkpoint', jobs: 2 }]);
  expect([unserved.reasonOf('j1'), unserved.reasonOf('j2')]).toEqual([undefined, 'checkpoint']);
  expect(unserved.counts()).toEqual([
    { job: 'imagine', reason: 'checkpoint' },
    { job: 'imagine', reason: 'checkpoint' },
  ]);
  await announce(redis, 'worker-1', large);
  turns.end('j3', 2500);
  await unserved.look(3000);
  expect(changes.at(-1)).toEqual(['j2']);
  expect(unserved.counts()).toEqual([]);
  expect(logged).toHaveLength(2);
});
