import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

const loopback = /^(127\.|::1$|::ffff:127\.)/;
const maxLength = 64;

/** Undefined: somebody on this machine, whom limits of an address are not for. */
export type ClientAddress = string | undefined;

/**
 * By whom the limits of an address count. A proxy on this machine names the address that it was asked from, as the last one of
 * `X-Forwarded-For`; nobody else is believed. Of IPv6 the network counts, since one person has all of it.
 */
export function clientAddress(request: Pick<IncomingMessage, 'socket' | 'headers'>): ClientAddress {
  const direct = request.socket.remoteAddress ?? '';
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',').at(-1)?.trim();
  const address = isLocalAddress(direct) && forwarded ? forwarded.slice(0, maxLength) : direct;
  if (isLocalAddress(address)) return undefined;
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  return `${expand(address).slice(0, 4).join(':')}::/64`;
}

/** Of this machine, be it a person or a proxy. */
export function isLocalAddress(address: string): boolean {
  return loopback.test(address);
}

function expand(address: string): string[] {
  const [head = '', tail = ''] = address.split('%')[0]!.split('::');
  const left = head.split(':').filter((part) => part !== '');
  const right = tail.split(':').filter((part) => part !== '');
  const gap = Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array.from({ length: gap }, () => '0'), ...right].map((part) => part.toLowerCase());
}
