import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LeftUnsaidError } from '#src/platforms/platform.js';
import { ChatQueues, type TaskOptions } from '#src/platforms/telegram/chat-queues.js';
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
    queues.run('5', note('passing'), { rank: 'passing' }),
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

describe('where more is said than a chat takes', () => {
  /** A chat that lets one through at a time; `order` says what went out. */
  const busy = () => {
    const queues = new ChatQueues({ privatePace: { burst: 1, intervalMs: 1 } });
    const order: string[] = [];
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    void queues.run('5', () => gate);
    const say = (name: string, options?: TaskOptions) => queues.run('5', async () => order.push(name) && name, options);
    return { say, order, open };
  };

  test('results go first, then progress, and small talk between', async () => {
    const { say, order, open } = busy();
    const all = [
      say('talk of Anna', { rank: 'talk', person: 'anna' }),
      ...['a', 'b', 'c'].map((name) => say(`progress ${name}`, { rank: 'passing' })),
      say('talk of Ben', { rank: 'talk', person: 'ben' }),
      say('result'),
    ];
    open();
    await Promise.all(all);
    expect(order).toEqual(['result', 'progress a', 'progress b', 'talk of Anna', 'progress c', 'talk of Ben']);
  });

  test('of each person the newest small talk is kept, in the place of the older, which shares its outcome', async () => {
    const { say, order, open } = busy();
    const talk = (name: string, person: string) => say(name, { rank: 'talk', person });
    const all = [
      talk('a1', 'anna'),
      talk('b1', 'ben'),
      ...Array.from({ length: 198 }, (_, at) => talk(`a${at + 2}`, 'anna')),
    ];
    open();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['a199', 'b1']));
    expect(order).toEqual(['a199', 'b1']);
  });

  test('of too many people the latest are answered, and whoever waits is told', async () => {
    const { say, order, open } = busy();
    const all = Array.from({ length: 25 }, (_, at) => say(`p${at}`, { rank: 'talk', person: String(at) }));
    const outcomes = Promise.allSettled(all);
    open();
    const left = (await outcomes).flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(order).toEqual(Array.from({ length: 20 }, (_, at) => `p${at + 5}`));
    expect(left).toHaveLength(5);
    for (const error of left) expect(error).toBeInstanceOf(LeftUnsaidError);
  });

  test('there is an end to everything else, too', async () => {
    const { say, order, open } = busy();
    const outcomes = Promise.allSettled(Array.from({ length: 510 }, (_, at) => say(String(at))));
    open();
    expect((await outcomes).filter(({ status }) => status === 'rejected')).toHaveLength(10);
    expect(order).toHaveLength(500);
  });
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
