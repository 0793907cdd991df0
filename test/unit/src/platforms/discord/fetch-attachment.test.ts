import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { discordFileHosts, fetchAttachment } from '#src/platforms/discord/fetch-attachment.js';

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
  server = undefined;
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const signature = 'hm=0123456789abcdef';
const fetchFrom = (host: string, maxBytes = 1000, signal?: AbortSignal) =>
  fetchAttachment(
    `http://${host}/attachments/1/2/a.jpg?${signature}`,
    maxBytes,
    { allowedHosts: [host], allowsHttp: true, timeoutMs: 1500 },
    signal,
  );

describe('a file', () => {
  test('is read whole', async () => {
    const host = await serve((_, response) => response.end(Buffer.alloc(1000, 7)));
    expect(await fetchFrom(host)).toEqual(new Uint8Array(1000).fill(7));
  });

  test('larger than allowed is not read to the end, whatever it claims', async () => {
    let sent = 0;
    const host = await serve((_, response) => {
      response.on('close', () => clearInterval(timer));
      const timer = setInterval(() => {
        sent += 100;
        response.write(Buffer.alloc(100));
      }, 1);
    });
    await expect(fetchFrom(host)).rejects.toThrow(RangeError);
    expect(sent).toBeLessThan(50_000);
  });

  test('that claims too much is not begun', async () => {
    const host = await serve((_, response) => response.setHeader('Content-Length', 2000).end(Buffer.alloc(2000)));
    await expect(fetchFrom(host)).rejects.toThrow('an attachment of 2000 bytes: expected at most 1000');
  });

  test.each<[string, RequestListener, RegExp]>([
    ['that is gone', (_, response) => response.writeHead(404).end(), /status 404/],
    [
      'that is elsewhere',
      (_, response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
      /could not be fetched/,
    ],
    ['that never comes', () => {}, /could not be fetched \(TimeoutError\)/],
    [
      'that breaks off',
      (_, response) => {
        response.writeHead(200, { 'Content-Length': 500 });
        response.write(Buffer.alloc(100), () => response.destroy());
      },
      /broke off after \d+ bytes/,
    ],
  ])('%s fails without its address', async (_, listener, message) => {
    const host = await serve(listener);
    const error = await fetchFrom(host).catch((reason: unknown) => reason);
    expect((error as Error).message).toMatch(message);
    expect(String((error as Error).stack)).not.toContain(signature);
    expect((error as Error).cause).toBeUndefined();
  });

  test('is given up when nobody waits for it any more', async () => {
    const host = await serve(() => {});
    await expect(fetchFrom(host, 1000, AbortSignal.abort())).rejects.toThrow(/AbortError/);
  });
});

test.each([
  'https://example.org/a.jpg',
  'https://cdn.discordapp.com.example.org/a.jpg',
  'https://cdn.discordapp.com@example.org/a.jpg',
  'https://cdn.discordapp.com:8443/a.jpg',
  'http://cdn.discordapp.com/a.jpg',
  'file:///etc/passwd',
  'not an address',
])('%s is not where Discord keeps files', async (address) => {
  await expect(fetchAttachment(address, 10, { allowedHosts: discordFileHosts, timeoutMs: 100 })).rejects.toThrow(
    'an attachment lies outside of Discord',
  );
});
