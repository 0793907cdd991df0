import { expect, test } from 'vitest';
import { WaitingPeople } from '#src/delivery/waiting-people.js';

const anna = { platform: 'discord', id: '1' } as const;
const ben = { platform: 'telegram', id: '1' } as const;

test('until it is known who waits, everybody is looked for', () => {
  const waiting = new WaitingPeople();
  expect(waiting.take(anna)).toBe(true);
  expect(waiting.take(anna)).toBe(true);
});

test('then those are who were waiting already or were added since, each once', () => {
  const waiting = new WaitingPeople();
  waiting.add(ben);
  waiting.load([anna]);
  expect([waiting.take(anna), waiting.take(ben)]).toEqual([true, true]);
  expect([waiting.take(anna), waiting.take(ben)]).toEqual([false, false]);
  waiting.add(anna);
  expect([waiting.take(ben), waiting.take(anna)]).toEqual([false, true]);
});
