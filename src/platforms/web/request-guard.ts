import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { StorageFullError } from '#src/core/blob-store.js';

/** A request that cannot be served: a status, a code for the page and a sentence for whoever looks at the response. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
    this.code = code;
  }
}

/** What to answer when handling a request has thrown. */
export function statusOf(error: unknown): { readonly status: number; readonly code: string; readonly message: string } {
  if (error instanceof RequestError) return error;
  if (error instanceof StorageFullError || (error instanceof Error && 'code' in error && error.code === 'ENOSPC')) {
    return { status: 507, code: 'storage-full', message: 'There is no space left to keep files.' };
  }
  return { status: 500, code: 'fault', message: 'Something went wrong on this side.' };
}

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/**
 * A page elsewhere can point its own name at this machine (DNS rebinding), so only known names are answered. An address
 * written in digits cannot be rebound; it is let in where other machines are.
 */
export function checkHost(request: IncomingMessage, listeningHost: string, allowedHosts: readonly string[]): void {
  const host = request.headers.host?.toLowerCase() ?? '';
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d+)?$/.exec(host);
  const name = match?.[1] ?? '';
  if (loopbackNames.has(name) || name === listeningHost.toLowerCase()) return;
  if (allowedHosts.includes(name) || allowedHosts.includes(host)) return;
  if (!isLoopback(listeningHost) && isIP(name.replace(/^\[|\]$/g, '')) !== 0) return;
  throw new RequestError(
    421,
    'host',
    'This server does not answer to that name. Whoever runs it can add the name to WEB_ALLOWED_HOSTS.',
  );
}

/** Refuses what another site's page sends with this browser's cookie. Programs other than browsers send no Origin. */
export function checkOrigin(request: IncomingMessage): void {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isSame =
    origin === undefined
      ? site === undefined || site === 'same-origin' || site === 'none'
      : hostOf(origin) === host?.toLowerCase();
  if (!isSame) throw new RequestError(403, 'origin', 'Requests from other sites are refused.');
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

/** Of a request: whatever it says becomes a path on this machine. */
export function parseUrl(path: string | undefined): URL {
  try {
    return new URL(`http://localhost${path?.startsWith('/') ? '' : '/'}${path ?? ''}`);
  } catch {
    throw new RequestError(400, 'path', 'That is not a path.');
  }
}

const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
};

export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': bytes.byteLength,
    'Cache-Control': 'no-store',
  });
  response.end(bytes);
}

/** Before a refusal: the rest of the body is read and dropped for a moment, since a browser reads no answer while it is still sending. */
export function dropRest(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete) return;
  response.setHeader('Connection', 'close');
  request.resume();
  const cutOff = setTimeout(() => request.socket.destroy(), 2000).unref();
  request.once('close', () => clearTimeout(cutOff));
}

/** A small JSON body. Its type is demanded because a form on another site cannot send it unasked. */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new RequestError(415, 'type', 'Expected a body of type application/json.');
  }
  const tooLarge = () => new RequestError(413, 'size', `Expected at most ${maxBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new RequestError(400, 'json', 'The body is not JSON.');
  }
}
