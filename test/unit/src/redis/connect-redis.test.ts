import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '#src/operations/log.js';
import { connectRedis, waitForRedis } from '#src/redis/connect-redis.js';
import { startTestRedis, type TestRedis } from '#test/helpers/redis.js';
import { waitFor } from '#test/helpers/wait-for.js';

const log = createLog({ level: 'silent', name: 'test' });
const silenceMs = 300;

let redis: TestRedis;
let network: Server;
let address: string;
const ends = new Set<Socket>();
beforeAll(async () => {
  redis = await startTestRedis();
  network = createServer((near) => {
    const far = connect(redis.url);
    for (const end of [near, far])
      end.on('error', () => {}).on('close', () => ends.delete(end) && [near, far].map((other) => other.destroy()));
    ends.add(near).add(far);
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => network.listen(0, '127.0.0.1', resolve));
  address = `redis://127.0.0.1:${(network.address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const end of ends) end.destroy();
  network.close();
  await redis.stop();
});

/** Nothing passes any more on connections that are open, and neither end is told: as where a machine has lost its power. */
function goSilent(): void {
  for (const end of ends) end.unpipe().pause();
}

async function connected(purpose: 'commands' | 'blocking'): Promise<Redis> {
  const client = connectRedis(address, purpose, log, silenceMs);
  await waitForRedis(client, 10_000);
  return client;
}

test('what blocks is asked anew where its connection has died without a word', async () => {
  const client = await connected('blocking');
  const popped = client.blpop('list', 0);
  goSilent();
  await new Promise((resolve) => client.once('ready', resolve));
  const other = await connected('commands');
  await other.rpush('list', 'a job');
  expect(await popped).toEqual(['list', 'a job']);
  client.disconnect();
  other.disconnect();
});

test('commands are answered again after their connection has died without a word', async () => {
  const client = await connected('commands');
  await client.set('key', 'value');
  goSilent();
  expect(await waitFor('an answer', () => client.get('key').catch(() => null), 4000)).toBe('value');
  client.disconnect();
});
