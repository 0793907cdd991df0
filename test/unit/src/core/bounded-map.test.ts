import { expect, test } from 'vitest';
import { BoundedMap } from '#src/core/bounded-map.js';

test('what was set longest ago goes when there is no room', () => {
  const map = new BoundedMap<number, string>(1000);
  map.set(-1, 'quiet');
  for (let number = 0; number < 100_000; number += 1) {
    map.set(number, `${number}`);
    map.set(7, 'again and again');
  }
  expect(map.size).toBe(1000);
  expect([map.has(-1), map.has(99_999), map.get(7)]).toEqual([false, true, 'again and again']);
  map.delete(7);
  expect(map.has(7)).toBe(false);
});
