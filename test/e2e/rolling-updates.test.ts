import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBlobs } from '#src/blobs/open-blobs.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { OutboxTable } from '#src/delivery/outbox-table.js';
import { JobRecords } from '#src/jobs/job-records.js';
import { queueName } from '#src/jobs/queue-names.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

let spine: Spine;
let connections: Redis[];
beforeEach(async () => {
  spine = await createSpine();
  connections = [];
});
afterEach(async () => {
  for (const connection of connections) connection.disconnect();
  await spine.stop();
});

function connect(): Redis {
  const connection = new Redis({ path: spine.redis.url, maxRetriesPerRequest: null, protocol: 2 });
  connections.push(connection);
  return connection;
}

const told = (words: string) => spine.logLines.filter((line) => line.includes(words));

/** A worker of another version: what it answers is up to the test. */
function startOtherWorker(answer: () => unknown): Worker {
  return new Worker(queueName, async () => answer(), { connection: connect() });
}

test('a result that only a newer bot can read is kept for it, while garbage is a fault', async () => {
  const bot = await spine.startBot();
  const answers: unknown[] = [{ pictures: [{ size: 'of tomorrow' }], contract: 2 }, { pictures: 'garbage' }];
  const worker = startOtherWorker(() => answers.shift());
  await spine.platform.say('imagine', { prompt: 'a dog' });
  await waitFor('the first result', () => told('waits for a newer version').length > 0);
  await spine.platform.say('imagine', { prompt: 'a cat' });
  await waitFor('the sentence about the second', () => spine.chat.showing('error').length === 1);
  await worker.close();
  expect(spine.chat.showing('error')[0]?.text).toContain('a cat');
  expect(spine.chat.showing('status'), 'the first still waits').toHaveLength(1);
  // It is looked at again and again, and told once.
  expect(told('waits for a newer version')).toHaveLength(1);
  await bot.stop();

  // The newer bot can read it: to this one, that is, it might as well have been written so.
  const queue = new Queue(queueName, { connection: connect() });
  const [id] = await queue.getRanges(['completed']);
  expect(id, 'the queue keeps it').toBeDefined();
  const readable = { ...(await resultOfAnother()), contract: 2 };
  await connect().hset(queue.toKey(id!), 'returnvalue', JSON.stringify(readable));
  await spine.startBot();
  await waitFor('the result', () => spine.chat.deliveries === 1);
  expect(await queue.getRanges(['completed'])).toEqual([]);
  await queue.close();
});

/** Of a drawing, with a picture that is stored. */
async function resultOfAnother() {
  const picture = await openBlobs(spine.config).put(await drawPhoto());
  return { pictures: [picture], settings: { seed: 1, steps: 1, guidanceScale: 1 }, isPromptCut: false, seconds: 1 };
}

test('what a newer bot has asked for stays as it is while an older one leads', async () => {
  const first = await spine.startBot();
  await spine.platform.say('imagine', { prompt: 'a dog' });
  await first.stop();
  // In the meantime a newer bot led, on the same database.
  const opened = await openDatabase({ url: spine.config.DATABASE_URL, folder: spine.folder, migrationsFolder });
  const records = new JobRecords(opened.database);
  const place = { platform: 'web', channel: 'anna' } as const;
  const person = { platform: 'web', id: 'anna', name: 'anna' } as const;
  const ofTomorrow = { person, place, locale: 'en', title: 'a pony', data: { dream: 'a pony' } };
  await records.insert({ ...ofTomorrow, id: 'w-unknown', name: 'dream' as never }, 5);
  await records.insert({ ...ofTomorrow, id: 'w-newer', name: 'imagine', needs: { contract: 2 } }, 6);
  await records.insert({ ...ofTomorrow, id: 'w-ended', name: 'dream' as never }, 7);
  await records.settle('w-ended', { kind: 'completed', result: { dreamt: true } }, (_, database) => {
    const payload = { job: 'w-ended', name: 'dream' };
    return new OutboxTable(database).add({ key: 'w-ended', kind: 'result', place, person, payload }, new Date());
  });
  await opened.close();

  const second = await spine.startBot({ requeueAfterMs: 0 });
  const worker = startOtherWorker(resultOfAnother);
  await waitFor('the picture', () => spine.chat.deliveries === 1);
  await spine.platform.say('queue');
  await spine.platform.say('mydata', { action: 'export' });
  await worker.close();
  await second.stop();
  const again = await openDatabase({ url: spine.config.DATABASE_URL, folder: spine.folder, migrationsFolder });
  const kept = new JobRecords(again.database);
  expect(await Promise.all(['w-unknown', 'w-newer', 'w-ended'].map(async (id) => (await kept.get(id))?.state))).toEqual(
    ['queued', 'queued', 'settled'],
  );
  expect((await new OutboxTable(again.database).get('w-ended'))?.attempts).toBe(0);
  await again.close();
  expect(told('"level":50'), 'nothing went wrong').toEqual([]);
});
