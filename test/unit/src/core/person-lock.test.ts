import { expect, test } from 'vitest';
import { PersonLock } from '#src/core/person-lock.js';

const anna = { platform: 'web', id: 'anna', name: 'Anna' } as const;

test('one person does one thing at a time, in order, whatever became of the one before; others need not wait', async () => {
  const lock = new PersonLock();
  const log: string[] = [];
  let release = () => {};
  const first = lock.hold(anna, async () => {
    log.push('first');
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    log.push('first is done');
    throw new Error('for a test');
  });
  const second = lock.hold(anna, async () => log.push('second'));
  const third = lock.hold({ ...anna, name: 'Anna B.' }, async () => log.push('third'));
  await lock.hold({ ...anna, platform: 'discord' }, async () => log.push('another person'));
  release();
  await expect(first).rejects.toThrow('for a test');
  await Promise.all([second, third]);
  expect(log).toEqual(['first', 'another person', 'first is done', 'second', 'third']);
});
