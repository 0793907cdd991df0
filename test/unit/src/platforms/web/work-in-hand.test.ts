import { expect, test } from 'vitest';
import { WorkInHand } from '#src/platforms/web/work-in-hand.js';

test('what a page waits for counts as work of its person, until it is answered', async () => {
  const work = new WorkInHand(1, 10, () => {});
  let answer = (_words: string) => {};
  const first = work.answer('alice', () => new Promise<string>((resolve) => (answer = resolve)));
  await expect(work.answer('alice', async () => 'too much')).rejects.toMatchObject({ status: 429 });
  expect(await work.answer('bob', async () => 'for Bob')).toBe('for Bob');
  answer('for Alice');
  expect(await first).toBe('for Alice');
  await work.finish();
  await expect(work.answer('alice', () => Promise.reject(new Error('a fault')))).rejects.toThrow('a fault');
  await work.finish();
  expect(await work.answer('alice', async () => 'again')).toBe('again');
});
