import { expect, test } from 'vitest';
import { nextNotice, noticesOf } from '#src/contests/notices.js';
import { december } from '#test/helpers/contests.js';

const times = { opensAt: december(1), entriesEndAt: december(5), votingAt: december(5), endsAt: december(8) };

test('people are told a day and an hour before the end of a phase that is more than three times as long', () => {
  expect(noticesOf({ ...times, state: 'open' })).toEqual([
    { at: december(4), isForAll: true },
    { at: december(5, 17), isForAll: true },
  ]);
  expect(noticesOf({ ...times, state: 'voting' })).toEqual([{ at: december(8, 17), isForAll: true }]);
});

test('of a shorter phase moderators alone are told, and whoever wants to be reminded is half way', () => {
  const short = { ...times, entriesEndAt: december(1, 21), votingAt: december(1, 21), endsAt: december(1, 23) };
  expect(noticesOf({ ...short, state: 'open' })).toEqual([{ at: december(1, 20), isForAll: false }]);
  expect(noticesOf({ ...short, state: 'voting' })).toEqual([{ at: december(1, 22), isForAll: false }]);
});

test('of what is past, and where nothing runs, nobody is told', () => {
  expect(nextNotice({ ...times, state: 'open' }, december(4))).toEqual({ at: december(5, 17), isForAll: true });
  expect(nextNotice({ ...times, state: 'open' }, december(5, 17))).toBeUndefined();
  for (const state of ['draft', 'scheduled', 'closed', 'published'] as const)
    expect(noticesOf({ ...times, state })).toEqual([]);
});
