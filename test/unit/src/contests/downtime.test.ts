import { describe, expect, test } from 'vitest';
import { extendedEnd, phaseDuring, wasAwayWithin } from '#src/contests/downtime.js';

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

describe('which phase nobody was there for', () => {
  const times = { opensAt: at('10:00'), entriesEndAt: at('12:00'), votingAt: at('12:00'), endsAt: at('18:00') };
  test.each([
    ['open', '11:00', 'open'],
    ['scheduled', '10:30', 'open'],
    ['scheduled', '09:00', undefined],
    ['review', '13:00', 'voting'],
    ['voting', '13:00', 'voting'],
    ['draft', '13:00', undefined],
    ['published', '19:00', undefined],
  ] as const)('of one that was %s and came back at %s: %s', (state, to, phase) => {
    expect(phaseDuring({ ...times, state }, { from: at('08:00'), to: at(to) })?.state).toBe(phase);
  });
});

test('moderators hear of an absence within a phase, but not of a restart', () => {
  expect(wasAwayWithin(phase, { from: at('10:00'), to: at('10:15') })).toBe(true);
  expect(wasAwayWithin(phase, { from: at('10:00'), to: at('10:14') })).toBe(false);
  expect(wasAwayWithin(phase, { from: at('10:00'), to: at('18:00') })).toBe(false);
});
