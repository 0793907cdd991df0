import { expect, test } from 'vitest';
import type { PlatformName } from '#src/core/place.js';
import { DeliveryRetries } from '#src/delivery/delivery-retries.js';

const minuteMs = 60_000;
const failed = (id: string, deliveryAttempts: number, platform: PlatformName = 'discord') => ({
  id,
  place: { platform, channel: 'cats' },
  deliveryAttempts,
});

/** Looks every 15 seconds, as the bot does. */
function createStage(maxPerMinute = 20) {
  let moment = 0;
  let state = 7;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const retries = new DeliveryRetries({ firstDelayMs: 15_000, maxPerMinute, now: () => moment, random });
  return {
    retries,
    /** @returns the moments of tries */
    look(records: readonly ReturnType<typeof failed>[], forMs: number): number[] {
      const taken: number[] = [];
      for (const end = moment + forMs; moment < end; moment += 15_000)
        for (const record of records) if (retries.take(record)) taken.push(moment);
      return taken;
    },
  };
}

test('what was never tried goes at once', () => {
  const { look } = createStage();
  const fresh = Array.from({ length: 500 }, (_, index) => failed(`d-${index}`, 0));
  expect(look(fresh, 15_000)).toHaveLength(500);
});

test('after a restart nothing is tried again at once, and to one platform no more than so many in a minute', () => {
  const { look } = createStage();
  const records = Array.from({ length: 1000 }, (_, index) => failed(`d-${index}`, 5));
  const moments = look(records, 10 * minuteMs);
  expect(moments.filter((moment) => moment === 0)).toEqual([]);
  // Far below the 10 000 refusals in ten minutes for which Discord bars an address, several requests each.
  expect(moments.length).toBeLessThanOrEqual(200);
  expect(moments.length).toBeGreaterThan(150);
  const busiest = moments.map((start) => moments.filter((each) => each >= start && each < start + minuteMs).length);
  expect(Math.max(...busiest)).toBeLessThanOrEqual(20);
});

test('one platform does not use up the tries of another', () => {
  const { look } = createStage();
  const records = Array.from({ length: 100 }, (_, index) => failed(`d-${index}`, 1));
  const other = failed('t-1', 1, 'telegram');
  look([...records, other], 15_000);
  const alone = look(records, minuteMs).length;
  expect(alone).toBe(20);
  expect(look([other], 15_000)).toHaveLength(1);
});

test('each failure waits longer, up to an hour', () => {
  const waitedMs = (attempts: number) => {
    const { retries, look } = createStage();
    const record = failed('d-1', attempts);
    retries.noteFailure(record);
    return look([record], 2 * 60 * minuteMs)[0]!;
  };
  expect(waitedMs(1)).toBeLessThanOrEqual(15_000);
  expect(waitedMs(3)).toBeGreaterThanOrEqual(30_000);
  expect(waitedMs(3)).toBeLessThanOrEqual(60_000);
  expect(waitedMs(32)).toBeGreaterThanOrEqual(30 * minuteMs);
  expect(waitedMs(32)).toBeLessThanOrEqual(60 * minuteMs);
});
