import { expect, test } from 'vitest';
import { extendedEnd } from '#src/contests/downtime.js';

const at = (time: string, day = 1) => new Date(`2026-12-0${day}T${time}:00Z`);
const phase = { begin: new Date('2026-11-25T18:00Z'), end: at('18:00') };

test.each([
  ['17:20', at('18:40'), at('19:20')],
  ['17:58', at('18:01'), at('18:16')],
  ['17:20', at('18:00'), at('18:40')],
])('away from %s until %s, an end at 18:00 becomes %s', (from, to, expected) => {
  expect(extendedEnd(phase, { from: at(from), to })).toEqual(expected);
});

test('away for three days, people get a day', () => {
  const downtime = { from: new Date('2026-11-29T12:00Z'), to: new Date('2026-12-02T12:00Z') };
  expect(extendedEnd(phase, downtime)).toEqual(new Date('2026-12-03T12:00Z'));
});

test('of a phase that began meanwhile they get what it had', () => {
  const began = { begin: at('17:50'), end: at('18:05') };
  expect(extendedEnd(began, { from: at('17:20'), to: at('18:40') })).toEqual(at('18:55'));
});

test.each([
  ['before the end', '17:00', '17:59'],
  ['from the end on', '18:00', '18:30'],
])('away %s, nothing moves', (_, from, to) => {
  expect(extendedEnd(phase, { from: at(from), to: at(to) })).toBeUndefined();
});
