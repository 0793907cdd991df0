import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, alreadyAcknowledged, invalidForm, notFound, unauthorized } from './api-error.js';
import { Clock } from './clock.js';
import { DiscordChat, type DiscordChatOptions } from './discord-chat.js';
import { type Fault, Faults } from './faults.js';
import { Gateway } from './gateway.js';
import { readBody } from './read-request.js';
import { type RouteRequest, type RouteWorld, routes } from './routes.js';
import { findTemplate, violationsOf } from './schema.js';
import { DiscordState } from './state.js';

export interface EmulatorOptions {
  readonly token?: string;
  readonly heartbeatIntervalMs?: number;
  readonly maxFileBytes?: number;
  /** How many connections Discord recommends, and asks for. */
  readonly shards?: number;
}

export interface LoggedRequest {
  readonly route: string;
  readonly path: string;
  readonly body: unknown;
  readonly fileCount: number;
  status: number | 'no answer';
}

const MiB = 1024 * 1024;
const isolatedToken = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GAbCdE.a-secret-of-the-bot-0123456789abcdefgh';

/** Refusals that a bot brings upon itself: too large, empty, malformed, too late, or twice. Trying again can hide them. */
const ownFaults: ReadonlySet<number> = new Set([40005, 40060, 10062, 50006, 50035]);

/** Discord for one bot and one server, on a port of this machine. What the bot does wrong is kept in `violations`, which a test expects to be empty. */
export class DiscordEmulator {
  readonly token: string;
  readonly clock = new Clock();
  readonly state = new DiscordState(this.clock);
  readonly gateway: Gateway;
  readonly violations: string[] = [];
  /** Codes of refusals that a test brings about, so that they are no violations. */
  readonly expectedRefusals = new Set<number>();
  /** Every request of the bot, in order. */
  readonly requests: LoggedRequest[] = [];
  /** Called when a request was done. */
  onDone: (request: LoggedRequest) => void = () => {};
  /** As each interaction says. */
  attachmentSizeLimit: number;
  /** Links to pictures and files work this long. */
  attachmentLifeMs = 24 * 3600_000;
  /** A nonce is remembered for some minutes. */
  nonceLifeMs = 5 * 60_000;
  maxEditsOfOldMessages = 5;
  shards: number;
  /** As after somebody has made a new one in the developer portal. */
  isTokenRevoked = false;
  /** A proxy's page is all that answers; who is connected to the gateway stays so. */
  isAway = false;
  readonly #server: Server;
  readonly #faults = new Faults();
  /** Addresses of requests that were done and not answered. */
  readonly #unheard = new Set<string>();

  private constructor({
    token = isolatedToken,
    heartbeatIntervalMs = 40_000,
    maxFileBytes,
    shards = 1,
  }: EmulatorOptions) {
    this.token = token;
    this.shards = shards;
    this.attachmentSizeLimit = maxFileBytes ?? 10 * MiB;
    this.gateway = new Gateway({
      accepts: (given) => given === token && !this.isTokenRevoked,
      state: this.state,
      url: () => this.gatewayUrl,
      heartbeatIntervalMs,
      neededShards: () => this.shards,
      onViolation: (violation) => this.violations.push(violation),
    });
    this.#server = createServer((request, response) => {
      request.on('error', () => {});
      response.on('error', () => {});
      void this.#answer(request, response);
    });
    this.#server.on('upgrade', (request, socket, head) => this.gateway.accept(request, socket, head));
  }

  static async start(options: EmulatorOptions = {}): Promise<DiscordEmulator> {
    const emulator = new DiscordEmulator(options);
    emulator.#server.listen(0, '127.0.0.1');
    await once(emulator.#server, 'listening');
    return emulator;
  }

  get #host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** For `rest.api`. */
  get apiRoot(): string {
    return `http://${this.#host}/api`;
  }

  get cdn(): string {
    return `http://${this.#host}/cdn`;
  }

  /** Where the CDN is, as an allow-list of hosts names it. */
  get cdnHost(): string {
    return this.#host;
  }

  get gatewayUrl(): string {
    return `ws://${this.#host}/gateway`;
  }

  async stop(): Promise<void> {
    this.gateway.stop();
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** A person in a text channel of the server, or in private. */
  chat(options: DiscordChatOptions = {}): DiscordChat {
    return new DiscordChat(this, options);
  }

  advance(milliseconds: number): void {
    this.clock.advance(milliseconds);
  }

  /** The next request to this method and template meets the fault; `download` stands for the CDN. */
  failNext(route: string, fault: Fault, times = 1): void {
    if (route !== 'download' && !routes[route]) throw new Error(`the emulator plays no ${route}`);
    this.#faults.add(route, fault, times);
  }

  get pendingFaults(): number {
    return this.#faults.pending;
  }

  /** Faults that met a request. */
  get firedFaults(): Faults['fired'] {
    return this.#faults.fired;
  }

  count(route: string): number {
    return this.requests.filter((request) => request.route === route).length;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(`http://localhost${request.url}`);
    if (this.isAway)
      return void response.writeHead(502, { 'Content-Type': 'text/html' }).end('<html>Bad Gateway</html>');
    try {
      if (pathname.startsWith('/cdn/')) return this.#download(pathname, searchParams, response);
      await this.#call(request, response, pathname, searchParams);
    } catch (error) {
      if (!(error instanceof ApiError)) this.violations.push(`the emulator failed: ${String(error)}`);
      const apiError = error instanceof ApiError ? error : new ApiError(500, 0, '500: Internal Server Error');
      if (apiError.code === 30046) response.setHeader('Retry-After', '600');
      const logged = this.requests.at(-1);
      if (logged && logged.status === 'no answer' && logged.path === pathname) logged.status = apiError.status;
      sendJson(response, apiError.status, apiError.body);
    }
  }

  async #call(
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
    query: URLSearchParams,
  ): Promise<void> {
    const method = request.method ?? '';
    const path = /^\/api\/v10(\/.*)$/.exec(decodeURIComponent(pathname))?.[1];
    const template = path === undefined ? undefined : findTemplate(method, path);
    if (path === undefined || template === undefined)
      throw this.#violation(notFound(), `no such route: ${method} ${pathname}`);
    const name = `${method} ${template}`;
    const route = routes[name];
    if (!route) throw this.#violation(notFound(), `the emulator does not play ${name}`);
    const { json, files } = await readBody(request).catch((error: unknown) => {
      throw error instanceof ApiError
        ? this.#violation(error, `${name}: refused, ${error.code} ${error.message}`)
        : error;
    });
    const logged: LoggedRequest = {
      route: name,
      path: pathname,
      body: json,
      fileCount: files.length,
      status: 'no answer',
    };
    this.requests.push(logged);
    response.on('close', () => {
      if (!response.writableFinished) this.#unheard.add(pathname);
    });
    const isBot = request.headers.authorization === `Bot ${this.token}` && !this.isTokenRevoked;
    if (!route.isOpen && !isBot) throw unauthorized();
    if (route.isOpen && request.headers.authorization !== undefined && !isBot) throw unauthorized();

    const fault = this.#faults.take(name);
    if (fault?.kind === 'dropped') return void request.socket.destroy();
    if (fault?.kind === 'refused') throw new ApiError(fault.status, fault.code, fault.message);
    if (fault?.kind === 'rate limited') {
      logged.status = 429;
      return sendRateLimit(response, fault.retryAfterSeconds, fault.isGlobal ?? false);
    }
    if (fault?.kind === 'status') {
      logged.status = fault.status;
      return void response.writeHead(fault.status, { 'Content-Type': 'text/html' }).end('<html>Bad Gateway</html>');
    }

    this.#check(name, json);
    const unknown = [...query.keys()].filter((parameter) => !route.query?.includes(parameter));
    if (unknown.length > 0) this.violations.push(`${name}: Discord knows no such parameter: ${unknown.join(', ')}`);
    rateLimitHeaders(response, name);
    const answer = this.#handle(logged, { json, files, query, params: parametersOf(template, path) });
    this.onDone(logged);
    if (fault?.kind === 'answer dropped') return void request.socket.destroy();
    if (fault?.kind === 'hangs') return;
    if (fault?.kind === 'late') await sleep(fault.byMs);
    logged.status = answer === undefined ? 204 : 200;
    if (answer === undefined) response.writeHead(204).end();
    else sendJson(response, 200, answer);
  }

  #handle({ route, path }: LoggedRequest, request: RouteRequest): unknown {
    try {
      return routes[route]!.handle(this.#world, request);
    } catch (error) {
      if (!(error instanceof ApiError) || !ownFaults.has(error.code) || this.expectedRefusals.has(error.code))
        throw error;
      // Whoever heard nothing has to ask again.
      if (error.code === alreadyAcknowledged().code && this.#unheard.has(path)) throw error;
      throw this.#violation(error, `${route}: refused, ${error.code} ${error.message}`);
    }
  }

  /** Refuses what Discord's own schema refuses, and fields that it does not name. */
  #check(name: string, json: unknown): void {
    const { schema } = routes[name]!;
    const schemaName = typeof schema === 'function' ? schema(json) : schema;
    const found =
      schemaName === 'ApplicationCommandUpdateRequestSchema'
        ? (Array.isArray(json) ? json : [undefined]).flatMap((command, index) =>
            violationsOf('ApplicationCommandUpdateRequestSchema', command).map((sentence) => `${index}.${sentence}`),
          )
        : schemaName
          ? violationsOf(schemaName, json)
          : schema
            ? ['the body fits no schema']
            : json === undefined
              ? []
              : ['a body is not expected'];
    if (found.length === 0) return;
    const [path = '', ...rest] = found[0]!.split(': ');
    throw this.#violation(invalidForm(path, rest.join(': ')), `${name}: ${found.join('; ')}`);
  }

  get #world(): RouteWorld {
    return {
      state: this.state,
      clock: this.clock,
      cdn: this.cdn,
      gatewayUrl: this.gatewayUrl,
      shards: this.shards,
      maxFileBytes: this.attachmentSizeLimit,
      attachmentLifeMs: this.attachmentLifeMs,
      nonceLifeMs: this.nonceLifeMs,
      maxEditsOfOldMessages: this.maxEditsOfOldMessages,
    };
  }

  #violation(error: ApiError, what: string): ApiError {
    this.violations.push(what);
    return error;
  }

  #download(pathname: string, query: URLSearchParams, response: ServerResponse): void {
    const fault = this.#faults.take('download');
    if (fault?.kind === 'dropped' || fault?.kind === 'answer dropped') return void response.destroy();
    if (fault?.kind === 'hangs') return;
    if (fault?.kind === 'status') return void response.writeHead(fault.status).end();
    const id = /^\/cdn\/(?:ephemeral-)?attachments\/\d+\/(\d+)\/[^/]+$/.exec(pathname)?.[1];
    const attachment = this.state.attachments.get(id ?? '');
    const isSigned = query.get('hm') === attachment?.id.padStart(64, '0');
    if (!attachment || !isSigned || this.clock.now() > attachment.expiresAt)
      return void response.writeHead(404, { 'Content-Type': 'text/plain' }).end('This content is no longer available.');
    response.writeHead(200, { 'Content-Type': attachment.contentType ?? 'application/octet-stream' });
    response.end(attachment.bytes);
  }
}

function parametersOf(template: string, path: string): Record<string, string> {
  const values = path.split('/');
  return Object.fromEntries(
    template.split('/').flatMap((part, index) => (part.startsWith('{') ? [[part.slice(1, -1), values[index]!]] : [])),
  );
}

/** What discord.js goes by: far from any limit, with a bucket for each route. */
function rateLimitHeaders(response: ServerResponse, route: string): void {
  response.setHeader('X-RateLimit-Limit', '50');
  response.setHeader('X-RateLimit-Remaining', '49');
  response.setHeader('X-RateLimit-Reset-After', '1.000');
  response.setHeader('X-RateLimit-Reset', (Date.now() / 1000 + 1).toFixed(3));
  response.setHeader('X-RateLimit-Bucket', createHash('sha256').update(route).digest('hex').slice(0, 32));
}

function sendRateLimit(response: ServerResponse, seconds: number, isGlobal: boolean): void {
  response.setHeader('Retry-After', String(seconds));
  response.setHeader('X-RateLimit-Remaining', '0');
  response.setHeader('X-RateLimit-Reset-After', String(seconds));
  response.setHeader('X-RateLimit-Scope', isGlobal ? 'global' : 'user');
  if (isGlobal) response.setHeader('X-RateLimit-Global', 'true');
  sendJson(response, 429, { message: 'You are being rate limited.', retry_after: seconds, global: isGlobal, code: 0 });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
