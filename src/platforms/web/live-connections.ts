import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ClientAddress } from './client-address.js';
import { RequestError } from './request-guard.js';

const heartbeatMs = 30_000;
const maxUnsentBytes = 4 * 1024 * 1024;

/** What the server pushes: everything once after connecting, then each message that is new, changed or gone. */
export type PageEvent =
  | { readonly type: 'all'; readonly messages: readonly unknown[] }
  | { readonly type: 'message'; readonly message: unknown }
  | { readonly type: 'removed'; readonly id: string }
  /** Passing words, which are kept nowhere. */
  | { readonly type: 'notice'; readonly text: string };

export interface LiveLimits {
  readonly maxPerPerson: number;
  readonly maxPerAddress: number;
  readonly maxTotal: number;
}

/** The open pages of each person. Pages only listen here; they speak by requests. */
export class LiveConnections {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 1024, perMessageDeflate: false });
  readonly #byPerson = new Map<string, Set<WebSocket>>();
  readonly #answering = new WeakSet<WebSocket>();
  readonly #perAddress = new Map<ClientAddress, number>();
  readonly #limits: LiveLimits;
  readonly #heartbeat: NodeJS.Timeout;
  #total = 0;

  constructor(limits: LiveLimits) {
    this.#limits = limits;
    this.#heartbeat = setInterval(() => this.#dropSilent(), heartbeatMs).unref();
  }

  accept(
    personId: string,
    address: ClientAddress,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    greet: () => Promise<PageEvent>,
  ): void {
    const { maxPerPerson, maxPerAddress, maxTotal } = this.#limits;
    const isFull =
      this.#total >= maxTotal || (address !== undefined && (this.#perAddress.get(address) ?? 0) >= maxPerAddress);
    if (isFull) throw new RequestError(503, 'busy', 'Too many pages are open. Try again later.');
    if ((this.#byPerson.get(personId)?.size ?? 0) >= maxPerPerson) {
      throw new RequestError(429, 'pages', 'You have too many pages open. Close one.');
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const mine = this.#byPerson.get(personId) ?? new Set();
      this.#byPerson.set(personId, mine.add(webSocket));
      this.#answering.add(webSocket);
      this.#total += 1;
      this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
      webSocket.on('pong', () => this.#answering.add(webSocket));
      webSocket.on('message', () => webSocket.close(1008, 'pages only listen here'));
      // The close event follows, and does the rest.
      webSocket.on('error', () => {});
      webSocket.on('close', () => {
        this.#total -= 1;
        const others = this.#perAddress.get(address)! - 1;
        if (others === 0) this.#perAddress.delete(address);
        else this.#perAddress.set(address, others);
        mine.delete(webSocket);
        if (mine.size === 0) this.#byPerson.delete(personId);
      });
      greet().then(
        (event) => webSocket.send(JSON.stringify(event)),
        () => webSocket.close(1011),
      );
    });
  }

  push(personId: string, event: PageEvent): void {
    const pages = this.#byPerson.get(personId);
    if (!pages) return;
    const line = JSON.stringify(event);
    for (const page of pages) {
      // A page that does not read is dropped; it asks for everything when it is back.
      if (page.bufferedAmount > maxUnsentBytes) page.terminate();
      else page.send(line);
    }
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const pages of this.#byPerson.values()) for (const page of pages) page.close(1001, 'the server stops');
    this.#server.close();
  }

  #dropSilent(): void {
    for (const pages of this.#byPerson.values()) {
      for (const page of pages) {
        if (!this.#answering.has(page)) page.terminate();
        this.#answering.delete(page);
        page.ping();
      }
    }
  }
}
