import { expect, test } from 'vitest';
import { csvOf } from '#src/contests/csv.js';

const linesOf = (...rows: Parameters<typeof csvOf>[1][]) => [
  ...csvOf(
    ['a', 'b'],
    rows.flatMap((some) => [...some]),
  ),
];

test('a table begins with the mark of UTF-8, and its lines end as RFC 4180 has them', () => {
  expect(linesOf([[1, true]], [[undefined, new Date(0)]])).toEqual([
    '\uFEFFa,b\r\n',
    '1,true\r\n',
    ',1970-01-01T00:00:00.000Z\r\n',
  ]);
});

test.each([
  ['a, b', '"a, b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['שלום', 'שלום'],
  ['🐕'.repeat(5000), '🐕'.repeat(5000)],
])('a cell is quoted where it has to be: %j', (cell, written) => {
  expect(linesOf([[cell, 'x']])[1]).toBe(`${written},x\r\n`);
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1+1', '＠x'])('no spreadsheet takes %j for a formula', (cell) => {
  expect(linesOf([[cell, 'x']])[1]).toBe(`'${cell},x\r\n`);
});

test('a formula that has to be quoted stays guarded, and a number is no formula', () => {
  expect(linesOf([['=HYPERLINK("http://x","y")', -1]])[1]).toBe(`"'=HYPERLINK(""http://x"",""y"")",-1\r\n`);
});
