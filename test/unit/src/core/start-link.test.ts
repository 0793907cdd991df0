import { expect, test } from 'vitest';
import { decodeStart, encodeStart } from '#src/core/start-link.js';

const ballot = { command: 'ballot', options: { c: 'k3v9q2ab' } } as const;

test('a link carries what its button does', () => {
  expect(encodeStart(ballot)).toBe('v_k3v9q2ab');
  expect(decodeStart('v_k3v9q2ab')).toEqual(ballot);
});

test.each(['campaign-7', 'private', 'v_', 'w_k3v9q2ab', `v_${'x'.repeat(63)}`, 'v_a b', ''])(
  'a link with %j leads nowhere',
  (start) => {
    expect(decodeStart(start)).toBeUndefined();
  },
);

test.each([
  ['another command', { command: 'info', options: { job: 'd-1' } } as const],
  ['more than the link carries', { ...ballot, options: { c: 'k3v9q2ab', p: 2 } }],
  ['what no link may hold', { ...ballot, options: { c: 'first snow' } }],
])('no link is made of %s', (_, button) => {
  expect(() => encodeStart(button)).toThrow(RangeError);
});
