import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JobQueue } from '#src/jobs/queue.js';
import { queueName } from '#src/jobs/queue-names.js';
import { startTestRedis, type TestRedis } from '#test/helpers/redis.js';
import { waitFor } from '#test/helpers/wait-for.js';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());

test('1300 results that end while the bot is away are all there when it is back, and gone when it has settled them', async () => {
  const connection = new Redis({ path: redis.url, maxRetriesPerRequest: null, protocol: 2 });
  const queue = new JobQueue(connection);
  const ids = Array.from({ length: 1300 }, (_, number) => `w-${number}`);
  for (const id of ids)
    await queue.add(
      'imagine',
      { data: { prompt: 'a dog', negativePrompt: '', count: 1, seed: 1 }, petFiles: {} },
      { id, priority: 1 },
    );
  const work = connection.duplicate();
  const worker = new Worker(
    queueName,
    async ({ id }) => {
      if (Number(id?.slice(2)) % 2 === 1) throw new Error('no');
      return { pictures: [] };
    },
    { connection: work, concurrency: 50 },
  );
  await waitFor('all to end', async () => (await queue.ended()).length === ids.length, 100_000);
  await worker.close();

  const kinds = new Set<string>();
  for (const id of ids) kinds.add((await queue.inspect(id)).kind);
  expect([...kinds].toSorted()).toEqual(['completed', 'failed']);
  for (const id of ids) await queue.forget(id);
  expect(await queue.ended()).toEqual([]);
  await queue.close();
  work.disconnect();
  connection.disconnect();
});
