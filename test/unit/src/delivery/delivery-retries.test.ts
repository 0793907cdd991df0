import { expect, test } from 'vitest';
import { DeliveryRetries } from '#src/delivery/delivery-retries.js';

const minuteMs = 60_000;

function createStage(maxPerMinute = 20) {
  let moment = 0;
  const retries = new DeliveryRetries({ firstDelayMs: 15_000, maxPerMinute, now: () => moment });
  const pass = (forMs: number) => {
    moment += forMs;
  };
  return { retries, pass };
}

test('to one platform no more than so many are tried again in any minute', () => {
  const { retries, pass } = createStage();
  const moments: number[] = [];
  for (let moment = 0; moment < 10 * minuteMs; moment += 1000, pass(1000))
    while (retries.take('discord')) moments.push(moment);
  // Far below the 10 000 refusals in ten minutes for which Discord bars an address, several requests each.
  expect(moments).toHaveLength(200);
  const busiest = moments.map((start) => moments.filter((each) => each >= start && each < start + minuteMs).length);
  expect(Math.max(...busiest)).toBe(20);
});

test('one platform does not use up the tries of another', () => {
  const { retries } = createStage();
  let taken = 0;
  while (retries.take('discord')) taken += 1;
  expect(taken).toBe(20);
  expect(retries.mayTake('discord')).toBe(false);
  expect(retries.take('telegram')).toBe(true);
});

test('each failure waits longer, up to an hour', () => {
  const waitedMs = (attempts: number) => createStage().retries.nextAt(attempts).getTime();
  for (let again = 0; again < 50; again += 1) {
    expect(waitedMs(1)).toBeLessThanOrEqual(15_000);
    expect(waitedMs(3)).toBeGreaterThanOrEqual(30_000);
    expect(waitedMs(3)).toBeLessThanOrEqual(60_000);
    expect(waitedMs(32)).toBeGreaterThanOrEqual(30 * minuteMs);
    expect(waitedMs(32)).toBeLessThanOrEqual(60 * minuteMs);
  }
});
