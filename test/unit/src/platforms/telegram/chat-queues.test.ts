import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ChatQueues } from '#src/platforms/telegram/chat-queues.js';
import { TelegramRefusedError } from '#src/platforms/telegram/errors.js';

const pace = { burst: 2, intervalMs: 100 };
const flood = (seconds: number) =>
  new TelegramRefusedError('sendMessage', { code: 429, description: 'Too Many Requests', retryAfterSeconds: seconds });

test('a chat gets a burst and then its pace, and what is passing goes last', async () => {
  const queues = new ChatQueues({ privatePace: pace });
  const startedAt = Date.now();
  const order: [string, number][] = [];
  const note = (name: string) => async () => void order.push([name, Date.now() - startedAt]);
  await Promise.all([
    queues.run('5', note('one')),
    queues.run('5', note('passing'), { isPassing: true }),
    queues.run('5', note('two')),
    queues.run('5', note('three')),
    queues.run('6', note('elsewhere')),
  ]);
  expect(order.filter(([name]) => name !== 'elsewhere').map(([name]) => name)).toEqual([
    'one',
    'two',
    'three',
    'passing',
  ]);
  const at = Object.fromEntries(order);
  expect(at.elsewhere).toBeLessThan(80);
  expect(at.two).toBeLessThan(80);
  expect(at.three).toBeGreaterThanOrEqual(90);
  expect(at.passing).toBeGreaterThanOrEqual(190);
});

test('a wait that Telegram asks for is waited, one that is too long fails, and other errors fail at once', async () => {
  const queues = new ChatQueues({ privatePace: pace, maxFloodWaitMs: 1500 });
  let count = 0;
  const startedAt = Date.now();
  const patient = await queues.run('5', (again) =>
    again(async () => {
      count += 1;
      if (count < 2) throw flood(1);
      return count;
    }),
  );
  expect(patient).toBe(2);
  expect(Date.now() - startedAt).toBeGreaterThan(990);
  const refused = queues.run('5', (again) =>
    again(async () => {
      throw flood(60);
    }),
  );
  await expect(refused).rejects.toThrow(/429/);
  const broken = queues.run('5', (again) => again(() => Promise.reject(new Error('broken'))));
  await expect(broken).rejects.toThrow('broken');
});

test('at the end what is under way is finished, and what waits is told', async () => {
  const queues = new ChatQueues({ privatePace: { burst: 1, intervalMs: 10_000 } });
  const first = queues.run('5', async () => {
    await sleep(50);
    return 'done';
  });
  const second = queues.run('5', (again) => again(async () => 'too late'));
  const told = second.catch((error: unknown) => error);
  await queues.stop(100);
  expect(await first).toBe('done');
  expect(await told).toBeInstanceOf(Error);
  await expect(queues.run('5', async () => 1)).rejects.toThrow(/closing/);
});
