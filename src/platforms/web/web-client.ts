import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { PageMessage } from './render-reply.js';

export interface PhotoFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A request that the chat page's server refused. */
export class WebClientError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'WebClientError';
    this.status = status;
    this.code = code;
  }
}

/** A person at the chat page, without a browser: speaks the page's own requests. For the demo, tests and benchmarks. */
export class WebClient {
  readonly #address: string;
  readonly #cookie: string;
  readonly #language: string | undefined;
  readonly #messages = new Map<string, PageMessage>();
  readonly #listeners = new Set<(message: PageMessage) => void>();
  /** Passing words, as they came. */
  readonly notices: string[] = [];
  #socket: WebSocket | undefined;

  private constructor(address: string, cookie: string, language: string | undefined) {
    this.#address = address;
    this.#cookie = cookie;
    this.#language = language;
  }

  /** @param cookie of an earlier client, to be the same person again */
  static async open(
    address: string,
    { language, cookie }: { readonly language?: string; readonly cookie?: string } = {},
  ): Promise<WebClient> {
    const response = await fetch(`${address}/api/session`, { headers: cookie ? { cookie } : {} });
    await refuse(response);
    await response.arrayBuffer();
    const client = new WebClient(address, response.headers.get('set-cookie')?.split(';')[0] ?? cookie ?? '', language);
    await client.#listen();
    return client;
  }

  get cookie(): string {
    return this.#cookie;
  }

  /** In the order in which they were sent, each in its present state. */
  get messages(): readonly PageMessage[] {
    return [...this.#messages.values()];
  }

  onMessage(listener: (message: PageMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @returns the event's id */
  async send(text: string, photos: readonly PhotoFile[] = [], event: string = randomUUID()): Promise<string> {
    const ids: string[] = [];
    for (const photo of photos) ids.push(await this.attach(photo));
    await this.#request('POST', '/api/messages', { event, text, photos: ids, ...this.#ownLanguage });
    return event;
  }

  async attach({ name, bytes }: PhotoFile): Promise<string> {
    const response = await this.#request('PUT', `/api/photos?name=${encodeURIComponent(name)}`, bytes);
    return ((await response.json()) as { photo: string }).photo;
  }

  /** @returns the line that the page offers to complete, where the button needs words */
  async press(message: PageMessage, action: string): Promise<string | undefined> {
    const response = await this.#request('POST', '/api/presses', {
      event: randomUUID(),
      message: message.id,
      action,
      ...this.#ownLanguage,
    });
    return ((await response.json()) as { line?: string }).line;
  }

  async picture(src: string): Promise<{ readonly bytes: Uint8Array; readonly type: string }> {
    const response = await this.#request('GET', src);
    return { bytes: new Uint8Array(await response.arrayBuffer()), type: response.headers.get('content-type') ?? '' };
  }

  /** The first message, present or to come, that fits. */
  async waitFor(fits: (message: PageMessage) => boolean, timeoutMs: number): Promise<PageMessage> {
    let stopListening = () => {};
    const found = new Promise<PageMessage>((resolve) => {
      const look = (message: PageMessage) => fits(message) && resolve(message);
      stopListening = this.onMessage(look);
      for (const message of this.messages) look(message);
    });
    const abort = new AbortController();
    const late = sleep(timeoutMs, undefined, { signal: abort.signal }).then(() => {
      const last = this.messages.map(({ author, kind, text }) => `${author} ${kind}: ${text}`).slice(-5);
      throw new Error(`no such message within ${timeoutMs} ms; the last ones:\n${last.join('\n')}`);
    });
    try {
      return await Promise.race([found, late]);
    } finally {
      abort.abort();
      stopListening();
      late.catch(() => {});
    }
  }

  close(): void {
    this.#socket?.terminate();
  }

  get #ownLanguage() {
    return this.#language === undefined ? {} : { language: this.#language };
  }

  async #listen(): Promise<void> {
    const query = this.#language === undefined ? '' : `?language=${this.#language}`;
    const socket = new WebSocket(`${this.#address.replace(/^http/, 'ws')}/api/live${query}`, {
      headers: { cookie: this.#cookie },
    });
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('message', (data) => {
        const event = JSON.parse(String(data)) as
          | { type: 'all'; messages: PageMessage[] }
          | { type: 'message'; message: PageMessage }
          | { type: 'removed'; id: string }
          | { type: 'notice'; text: string };
        if (event.type === 'removed') {
          this.#messages.delete(event.id);
          return;
        }
        if (event.type === 'notice') {
          this.notices.push(event.text);
          return;
        }
        const changed = event.type === 'all' ? event.messages : [event.message];
        for (const message of changed) {
          this.#messages.set(message.id, message);
          for (const listener of [...this.#listeners]) listener(message);
        }
        if (event.type === 'all') resolve();
      });
    });
  }

  async #request(method: string, path: string, body?: unknown): Promise<Response> {
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(`${this.#address}${path}`, {
      method,
      headers: {
        cookie: this.#cookie,
        ...(body !== undefined && { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
      },
      ...(body !== undefined && { body: isBytes ? Buffer.from(body) : JSON.stringify(body) }),
    });
    await refuse(response);
    return response;
  }
}

async function refuse(response: Response): Promise<void> {
  if (response.ok) return;
  const { code, message } = (await response.json().catch(() => ({}))) as { code?: string; message?: string };
  throw new WebClientError(response.status, code ?? 'unknown', message ?? `status ${response.status}`);
}
