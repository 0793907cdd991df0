import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface WebhookOptions {
  /** Where Telegram reaches this bot from outside, e.g. `https://bot.example/telegram`. */
  readonly publicUrl: string;
  /** Telegram proves itself with it: 16 to 256 letters, digits, `_` and `-`. */
  readonly secret: string;
  readonly host: string;
  readonly port: number;
}

const maxUpdateBytes = 1024 * 1024;

/** Takes updates that Telegram posts; an update is accepted once it is stored, and comes again when it is not. */
export class WebhookServer {
  readonly #options: WebhookOptions;
  readonly #accept: (update: unknown) => Promise<void>;
  readonly #server: Server;

  constructor(options: WebhookOptions, accept: (update: unknown) => Promise<void>) {
    if (!/^[A-Za-z0-9_-]{16,256}$/.test(options.secret))
      throw new Error('the webhook secret: expected 16 to 256 letters, digits, _ and -');
    this.#options = options;
    this.#accept = accept;
    this.#server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
      request.on('error', () => {});
      void this.#answer(request, response);
    });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : this.#options.port;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#options.port, this.#options.host);
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeIdleConnections();
    setTimeout(() => this.#server.closeAllConnections(), 1000).unref();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      response.writeHead(await this.#status(request), { connection: 'close' }).end();
    } catch {
      if (!response.headersSent) response.writeHead(500, { connection: 'close' }).end();
    }
  }

  async #status(request: IncomingMessage): Promise<number> {
    if (request.method !== 'POST' || request.url !== new URL(this.#options.publicUrl).pathname) return 404;
    const given = request.headers['x-telegram-bot-api-secret-token'];
    if (typeof given !== 'string' || !isSame(given, this.#options.secret)) return 403;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of request) {
      length += (chunk as Buffer).byteLength;
      if (length > maxUpdateBytes) return 413;
      chunks.push(chunk as Buffer);
    }
    let update: unknown;
    try {
      update = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    } catch {
      return 400;
    }
    await this.#accept(update);
    return 200;
  }
}

function isSame(one: string, other: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(one), digest(other));
}
