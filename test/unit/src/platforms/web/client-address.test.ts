import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { clientAddress } from '#src/platforms/web/client-address.js';

const from = (remoteAddress: string | undefined, forwarded?: string | string[]) =>
  clientAddress({
    socket: { remoteAddress } as IncomingMessage['socket'],
    headers: { ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }) } as IncomingMessage['headers'],
  });

test.each([
  ['somebody on this machine', '127.0.0.1', undefined, undefined],
  ['the same in IPv6', '::1', undefined, undefined],
  ['somebody elsewhere', '203.0.113.7', undefined, '203.0.113.7'],
  ['whoever claims to be somebody else', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
  ['a proxy on this machine', '::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['a proxy that was lied to', '127.0.0.1', '10.9.8.7, 198.51.100.1', '198.51.100.1'],
  ['one IPv6 network', '2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2::/64'],
  ['the same network, written shortly', '2001:db8:1:2::9', undefined, '2001:db8:1:2::/64'],
])('%s', (_, remote, forwarded, expected) => {
  expect(from(remote, forwarded)).toBe(expected);
});

test('what a proxy says is no longer than an address', () => {
  expect(from('127.0.0.1', 'x'.repeat(100_000))!.length).toBeLessThanOrEqual(64);
});
