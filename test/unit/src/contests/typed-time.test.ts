import { describe, expect, test } from 'vitest';
import { isZone, readTime } from '#src/contests/typed-time.js';

const berlin = 'Europe/Berlin';
const hourMs = 3600_000;

describe('an instant', () => {
  test.each([
    ['2026-12-01 18:00', berlin, '2026-12-01T17:00Z'],
    ['2026-12-01T18:00', 'UTC', '2026-12-01T18:00Z'],
    ['2026-12-01 18:00Z', berlin, '2026-12-01T18:00Z'],
    ['2026-12-01 18:00 UTC', berlin, '2026-12-01T18:00Z'],
    ['2026-12-01 18:00 +05:30', berlin, '2026-12-01T12:30Z'],
    ['2026-12-01 18:00-0300', berlin, '2026-12-01T21:00Z'],
    ['2026-12-01 18:00+09', berlin, '2026-12-01T09:00Z'],
    ['２０２６-１２-０１ １８:００', 'Asia/Tokyo', '2026-12-01T09:00Z'],
    // Clocks are put forward from 2 to 3, and back from 3 to 2.
    ['2027-03-28 02:30', berlin, '2027-03-28T01:30Z'],
    ['2026-10-25 02:30', berlin, '2026-10-25T00:30Z'],
    ['2028-02-29 0:05', 'America/Sao_Paulo', '2028-02-29T03:05Z'],
  ])('%s in %s is %s', (typed, zone, expected) => {
    expect(readTime(typed, zone)).toEqual({ kind: 'at', at: new Date(expected) });
  });

  test.each(['2026-04-31 18:00', '2027-02-29 18:00', '2026-12-01 24:30', '2026-12-01 18:60', '2026-13-01 18:00'])(
    '%s reads like one, and there is none such',
    (typed) => {
      expect(readTime(typed, berlin)).toEqual({ kind: 'noSuchDay' });
    },
  );
});

describe('a length', () => {
  test.each([
    ['3d 12h', 84],
    ['3d12h', 84],
    ['90 min', 1.5],
    ['1 week', 168],
    ['2 Tage und 6 Stunden', 54],
    ['2 días y 1 hora', 49],
    ['1 semaine, 2 jours', 216],
    ['5 dias e 3 horas', 123],
    ['3日', 72],
    ['2週間と3日間', 408],
    ['1 Std.', 1],
  ])('%s is %d hours', (typed, hours) => {
    expect(readTime(typed, 'UTC')).toEqual({ kind: 'length', milliseconds: hours * hourMs });
  });
});

test.each([
  '31.4.',
  'tomorrow',
  '',
  '3',
  '3x',
  '0d',
  'd',
  '-3d',
  '3d or 4d',
  '12/01/2026 18:00',
  '2026-12-01',
  '1.5 d',
  '3d 12',
  '9999999d',
  '18:00',
  `${'1d '.repeat(2000)}x`,
])('%s is neither', (typed) => {
  expect(readTime(typed, 'UTC')).toEqual({ kind: 'unreadable' });
});

test.each([
  ['Europe/Berlin', true],
  ['utc', true],
  ['America/Argentina/Buenos_Aires', true],
  ['Mars/Base', false],
  ['+02:00', false],
  ['', false],
  ['Europe/Berlin; drop table', false],
])('whether %s is a zone: %s', (name, expected) => {
  expect(isZone(name)).toBe(expected);
});
