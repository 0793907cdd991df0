import { expect, test } from 'vitest';
import { nextInSeries, seriesOpening } from '#src/contests/series-times.js';

const berlin = 'Europe/Berlin';
const anchor = new Date('2026-10-19T16:00Z');

test('a weekly series opens at the same time by the clock on the wall, through the end of summer time', () => {
  expect(seriesOpening(anchor, berlin, 'week', 1)).toEqual(new Date('2026-10-26T17:00Z'));
});

test.each([
  ['day', 7, '2026-10-26T17:00Z'],
  ['fortnight', 1, '2026-11-02T17:00Z'],
  ['month', 6, '2027-04-19T16:00Z'],
] as const)('every %s, the one of number %d opens at %s', (period, k, expected) => {
  expect(seriesOpening(anchor, berlin, period, k)).toEqual(new Date(expected));
});

test('on the 31st, a shorter month has its last day, and the next ones the 31st again', () => {
  const last = new Date('2026-12-31T12:00Z');
  const days = [0, 1, 2, 3].map((k) => seriesOpening(last, 'UTC', 'month', k).toISOString().slice(0, 10));
  expect(days).toEqual(['2026-12-31', '2027-01-31', '2027-02-28', '2027-03-31']);
});

test('an opening that the clocks leave out is as much later, and the next ones are not', () => {
  const early = new Date('2027-03-27T01:30Z');
  expect(seriesOpening(early, berlin, 'day', 1)).toEqual(new Date('2027-03-28T01:30Z'));
  expect(seriesOpening(early, berlin, 'day', 2)).toEqual(new Date('2027-03-29T00:30Z'));
});

test('what was missed is skipped', () => {
  expect(nextInSeries(anchor, berlin, 'week', 0, new Date('2026-10-20T00:00Z'))).toBe(1);
  expect(nextInSeries(anchor, berlin, 'week', 0, new Date('2026-11-30T00:00Z'))).toBe(6);
});
