import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { GroupActor, UserActor } from './actors.js';
import { ApiError, badRequest } from './api-error.js';
import { handlers } from './api-handlers.js';
import type { MethodName, Payload } from './bot-api-methods.js';
import { FloodGate } from './flood-gate.js';
import { readParameters, validate } from './read-request.js';
import { type EmulatedChat, TelegramState } from './state.js';
import { WebhookSender } from './webhook-sender.js';

export type Fault =
  /** Refused, and nothing done. */
  | { readonly kind: 'refused'; readonly code: number; readonly description: string; readonly retryAfter?: number }
  /** A proxy's page instead of an answer. */
  | { readonly kind: 'status'; readonly status: number }
  /** The connection goes before anything is done. */
  | { readonly kind: 'dropped' }
  /** Done, but the answer never arrives: the connection goes, or hangs. */
  | { readonly kind: 'answer dropped' }
  | { readonly kind: 'hangs' }
  /** Done at once, and answered later. */
  | { readonly kind: 'late'; readonly byMs: number };

export interface EmulatorOptions {
  readonly token?: string;
  readonly botName?: string;
  /** Refuses more than one message a second in a chat, as Telegram does in its way. */
  readonly limitsFlood?: boolean;
}

/** The Bot API for one bot, on a port of this machine. What the bot does wrong is kept in `violations`, which a test expects to be empty. */
export class TelegramEmulator {
  readonly token: string;
  readonly state: TelegramState;
  readonly violations: string[] = [];
  /** Every request of the bot, in order. */
  readonly requests: { readonly method: string; readonly parameters: Record<string, unknown>; readonly at: number }[] =
    [];
  /** Called when a request was done. */
  onDone: (method: string, parameters: Record<string, unknown>) => void = () => {};
  /** Where a webhook's https address really leads. */
  webhookTarget: string | undefined;
  /** A proxy's page is all that answers. */
  isAway = false;
  readonly #server: Server;
  readonly #faults: { readonly method: string; readonly fault: Fault }[] = [];
  readonly #flood: FloodGate | undefined;
  readonly #webhook: WebhookSender;
  #poll: { readonly conflict: () => void } | undefined;
  #wakePoll: () => void = () => {};
  #userCount = 0;
  #allowedUpdates: readonly string[] | undefined;

  private constructor({ token = '7001:AA-secret_of-the_bot', botName = 'PetboothBot', limitsFlood }: EmulatorOptions) {
    this.token = token;
    this.state = new TelegramState({
      id: Number(token.split(':')[0]),
      first_name: 'Petbooth',
      username: botName,
      is_bot: true,
    });
    this.#flood = limitsFlood ? new FloodGate() : undefined;
    this.#webhook = new WebhookSender(this.state, () => this.webhookTarget);
    this.state.onUpdate = () => {
      this.#wakePoll();
      this.#webhook.wake();
    };
    this.#server = createServer((request, response) => {
      request.on('error', () => {});
      response.on('error', () => {});
      void this.#answer(request, response);
    });
  }

  static async start(options: EmulatorOptions = {}): Promise<TelegramEmulator> {
    const emulator = new TelegramEmulator(options);
    emulator.#server.listen(0, '127.0.0.1');
    await once(emulator.#server, 'listening');
    return emulator;
  }

  get apiRoot(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#webhook.stop();
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  user(firstName: string, { language = 'en' }: { readonly language?: string } = {}): UserActor {
    const id = 5000 + ++this.#userCount;
    this.state.names.set(id, firstName);
    return new UserActor(this, { id, first_name: firstName, is_bot: false, language_code: language });
  }

  group(
    title: string,
    {
      type = 'supergroup',
      isForum = false,
    }: { readonly type?: 'group' | 'supergroup'; readonly isForum?: boolean } = {},
  ): GroupActor {
    const number = ++this.#userCount;
    const id = type === 'group' ? -4000 - number : -1_001_000_000_000 - number;
    const chat: EmulatedChat = {
      id,
      type,
      title,
      ...(isForum && { is_forum: true }),
      closedThreads: new Set(),
      topics: new Map(),
    };
    this.state.chats.set(id, chat);
    return new GroupActor(this, chat);
  }

  /** The next request for this method meets the fault; `download` stands for fetching a file. */
  failNext(method: MethodName | 'download', fault: Fault, times = 1): void {
    for (let count = 0; count < times; count += 1) this.#faults.push({ method, fault });
  }

  /** Faults that met a request. */
  readonly firedFaults: { readonly method: string; readonly kind: Fault['kind'] }[] = [];

  get pendingFaults(): number {
    return this.#faults.length;
  }

  count(method: MethodName): number {
    return this.requests.filter((request) => request.method === method).length;
  }

  deliver(kind: string, content: unknown): void {
    if (this.#allowedUpdates?.length && !this.#allowedUpdates.includes(kind)) return;
    this.state.addUpdate(kind, content);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (this.isAway) return void response.writeHead(502).end('<html>Bad Gateway</html>');
    try {
      const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(path);
      if (file && request.method === 'GET') return this.#download(file[1]!, decodeURI(file[2]!), response);
      const match = /^\/bot([^/]+)\/(\w+)$/.exec(path);
      if (!match) throw this.#violation(new ApiError(404, 'Not Found'), path);
      await this.#call(match[1]!, match[2]!, request, response);
    } catch (error) {
      sendError(response, error instanceof ApiError ? error : new ApiError(500, `Internal: ${String(error)}`));
      if (!(error instanceof ApiError)) this.violations.push(`the emulator failed: ${String(error)}`);
    }
  }

  async #call(token: string, method: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    let parameters: Record<string, unknown>;
    try {
      parameters = await readParameters(request);
    } catch (error) {
      // A client that goes half way is a fault of the network, not of the bot.
      if (request.destroyed && !request.complete) return;
      throw this.#violation(error instanceof ApiError ? error : badRequest(String(error)), method);
    }
    if (token !== this.token) throw new ApiError(401, 'Unauthorized');
    this.requests.push({ method, parameters, at: Date.now() });
    const fault = this.#takeFault(method);
    if (fault?.kind === 'dropped') return void request.socket.destroy();
    if (fault?.kind === 'status') return void response.writeHead(fault.status).end('<html>Bad Gateway</html>');
    if (fault?.kind === 'refused') {
      throw new ApiError(
        fault.code,
        fault.description,
        fault.retryAfter === undefined ? undefined : { retry_after: fault.retryAfter },
      );
    }
    const result = await this.#perform(method, parameters, response);
    this.onDone(method, parameters);
    if (fault?.kind === 'answer dropped') return void request.socket.destroy();
    if (fault?.kind === 'late') await sleep(fault.byMs);
    if (fault?.kind === 'hangs' || response.destroyed) return;
    sendJson(response, 200, { ok: true, result });
  }

  async #perform(method: string, parameters: Record<string, unknown>, response: ServerResponse): Promise<unknown> {
    let valid: ReturnType<typeof validate>;
    try {
      valid = validate(method, parameters);
    } catch (error) {
      throw this.#violation(error as ApiError, method);
    }
    const { name, payload } = valid;
    if (/Ephemeral/.test(name) && !this.state.knowsEphemeral) throw new ApiError(404, 'Not Found: method not found');
    this.#flood?.check(name, payload);
    if (name === 'getUpdates') return this.#getUpdates(payload as Payload<'getUpdates'>, response);
    if (name === 'setWebhook') return this.#setWebhook(payload as Payload<'setWebhook'>);
    if (name === 'deleteWebhook') return this.#setWebhook({ url: '' });
    if (name === 'getWebhookInfo') return this.#webhook.info;
    try {
      return await (handlers[name] as (state: TelegramState, payload: unknown) => unknown)(this.state, payload);
    } catch (error) {
      // Limits are known beforehand: a bot that meets one has a fault of its own.
      if (
        error instanceof ApiError &&
        /too long|is empty|BUTTON_DATA|2-10|non-empty|too big|INVALID_DIM/.test(error.message) &&
        name !== 'getFile'
      )
        throw this.#violation(error, method);
      throw error;
    }
  }

  async #getUpdates(
    { offset = 0, limit = 100, timeout = 0, allowed_updates }: Payload<'getUpdates'>,
    response: ServerResponse,
  ) {
    if (this.#webhook.isSet)
      throw new ApiError(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    this.#poll?.conflict();
    if (allowed_updates) this.#allowedUpdates = allowed_updates;
    if (offset > 0) this.state.confirm(offset);
    const look = () => this.state.waitingUpdates.filter(({ update_id }) => update_id >= offset).slice(0, limit);
    if (look().length > 0 || timeout === 0) return look();
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        if (this.#poll === poll) {
          this.#poll = undefined;
          this.#wakePoll = () => {};
        }
      };
      const poll = {
        conflict: () => {
          finish();
          reject(
            new ApiError(
              409,
              'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
            ),
          );
        },
      };
      const timer = setTimeout(() => {
        finish();
        resolve([]);
      }, timeout * 1000);
      this.#poll = poll;
      this.#wakePoll = () => {
        if (look().length === 0) return;
        finish();
        resolve(look());
      };
      response.once('close', () => {
        finish();
        resolve([]);
      });
    });
  }

  #setWebhook({ url, secret_token, allowed_updates }: Payload<'setWebhook'>): true {
    if (url !== '' && !url.startsWith('https://'))
      throw this.#violation(badRequest('bad webhook: An HTTPS URL must be provided for webhook'), 'setWebhook');
    if (allowed_updates) this.#allowedUpdates = allowed_updates;
    this.#webhook.set(url, secret_token);
    return true;
  }

  #download(token: string, path: string, response: ServerResponse): void {
    this.requests.push({ method: 'download', parameters: { path }, at: Date.now() });
    const fault = this.#takeFault('download');
    if (fault?.kind === 'status') return void response.writeHead(fault.status).end();
    const file = [...this.state.files.values()].find(
      (candidate) => candidate.path === path && !candidate.id.endsWith('-small'),
    );
    if (token !== this.token || !file || file.isExpired) {
      sendError(response, new ApiError(404, 'Not Found'));
      return;
    }
    if (fault?.kind === 'hangs') return;
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    if (fault) {
      response.write(file.bytes.subarray(0, 10), () => response.destroy());
      return;
    }
    response.end(file.bytes);
  }

  #takeFault(method: string): Fault | undefined {
    const index = this.#faults.findIndex((fault) => fault.method === method);
    if (index < 0) return undefined;
    const { fault } = this.#faults.splice(index, 1)[0]!;
    this.firedFaults.push({ method: String(method), kind: fault.kind });
    return fault;
  }

  #violation(error: ApiError, where: string): ApiError {
    this.violations.push(`${where}: ${error.message}`);
    return error;
  }
}

function sendError(response: ServerResponse, { code, message, parameters }: ApiError): void {
  sendJson(response, code, { ok: false, error_code: code, description: message, ...(parameters && { parameters }) });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
