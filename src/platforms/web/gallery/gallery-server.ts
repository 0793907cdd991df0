import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { locales } from '#locales/index.js';
import { createBoundedServer, listen, type ServerLimits } from '../bounded-server.js';
import { clientAddress } from '../client-address.js';
import { RateMeter } from '../rate-meter.js';
import { checkHost, dropRest, RequestError, sendJson, setSecurityHeaders, statusOf } from '../request-guard.js';
import { GalleryRoutes, type GalleryRoutesOptions, NotFoundError } from './gallery-routes.js';
import { preferredLocale } from './preferred-locale.js';

export interface GalleryServerOptions extends GalleryRoutesOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly log: Logger;
  readonly limits?: Partial<ServerLimits>;
}

const defaultLimits: ServerLimits = {
  maxConnectionsPerAddress: 200,
  maxConnections: 1000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
};

/** Of wrong addresses from one place: guessing one of 2¹²⁸ is hopeless, and ends soon. */
const maxMissesPerMinute = 20;

/** Galleries and ballots for the world, on a port where nothing else is. */
export class GalleryServer {
  readonly #options: GalleryServerOptions;
  readonly #routes: GalleryRoutes;
  readonly #misses = new RateMeter(maxMissesPerMinute, 60_000);
  #server: Server | undefined;

  constructor(options: GalleryServerOptions) {
    this.#options = options;
    this.#routes = new GalleryRoutes(options);
  }

  /** Once started. */
  get port(): number {
    if (!this.#server) throw new Error('the pages of contests are not started');
    return (this.#server.address() as AddressInfo).port;
  }

  async start(): Promise<void> {
    const { host, port, log, limits, publicUrl } = this.#options;
    const server = createBoundedServer({ ...defaultLimits, ...limits }, log);
    server.on('request', (request, response) => void this.#answer(request, response));
    await listen(server, { host, port, setting: 'WEB_PUBLIC_PORT' });
    this.#server = server;
    log.info({ host, port: this.port, address: publicUrl.href }, 'the pages of contests are up');
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 1000).unref();
    await closed;
    this.#server = undefined;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A page that is closed half way is no fault.
    request.on('error', () => {});
    response.on('error', () => {});
    setSecurityHeaders(response);
    response.setHeader('X-Robots-Tag', 'noindex, nofollow');
    try {
      checkHost(request, this.#options.host, [this.#options.publicUrl.hostname]);
      if (!this.#misses.hasRoom(clientAddress(request)))
        throw new RequestError(429, 'misses', 'Too many addresses that do not exist. Try again in a minute.');
      await this.#routes.handle(request, response);
    } catch (error) {
      this.#refuse(error, request, response);
    }
  }

  #refuse(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    if (response.destroyed) return;
    if (error instanceof NotFoundError && !response.headersSent) {
      this.#misses.take(clientAddress(request));
      dropRest(request, response);
      sendNotFound(request, response);
      return;
    }
    const { status, code, message } = statusOf(error);
    if (status >= 500) this.#options.log.error({ err: error }, 'a request of a gallery failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    dropRest(request, response);
    sendJson(response, status, { code, message });
  }
}

/** The same for everything that is not there, in the reader's language. */
function sendNotFound(request: IncomingMessage, response: ServerResponse): void {
  const locale = preferredLocale(request.headers['accept-language']);
  const words = locales[locale].contests.gallery.notFound;
  const page = Buffer.from(
    `<!doctype html><html lang="${locale}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Petbooth</title><p>${words}</p></html>\n`,
  );
  response.writeHead(404, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': page.byteLength,
    'Cache-Control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : page);
}
