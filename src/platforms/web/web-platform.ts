import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { defaultLocale } from '#locales/index.js';
import type { BlobReader } from '#src/core/blob-store.js';
import type { HealthReport } from '#src/core/health-report.js';
import { withInstantsInWords } from '#src/core/instants.js';
import { NewestEdits } from '#src/core/newest-edits.js';
import type { Notes, NoteTime } from '#src/core/notes.js';
import type { MessageReference, Person, Place } from '#src/core/place.js';
import {
  type Bot,
  MessageGoneError,
  type OutgoingMessage,
  type Platform,
  type Replaced,
  type SendOptions,
} from '../platform.js';
import { createBoundedServer, listen, type ServerLimits } from './bounded-server.js';
import { clientAddress } from './client-address.js';
import { answerHealth } from './health-route.js';
import { Identity } from './identity.js';
import { LiveConnections } from './live-connections.js';
import { moveOlderFiles } from './older-files.js';
import { renderMessage } from './render-reply.js';
import {
  checkHost,
  checkOrigin,
  dropRest,
  isLoopback,
  RequestError,
  sendJson,
  setSecurityHeaders,
  statusOf,
} from './request-guard.js';
import { Transcripts } from './transcripts.js';
import { Uploads, type UploadsOptions } from './uploads.js';
import { WebRoutes } from './web-routes.js';

export interface WebLimits extends ServerLimits {
  readonly maxMessages: number;
  readonly maxPhotosWaiting: number;
  readonly maxWaitingBytes: number;
  readonly maxPhotoAgeMs: number;
  /** The same from one address, and from all; those that a command reads count, too. */
  readonly maxPhotosPerAddress: number;
  readonly maxBytesPerAddress: number;
  readonly maxPhotosInAll: number;
  readonly maxBytesInAll: number;
  readonly maxPhotosPerMinutePerAddress: number;
  readonly maxNewPeoplePerMinutePerAddress: number;
  readonly maxPagesPerPerson: number;
  readonly maxPagesPerAddress: number;
  readonly maxPages: number;
  /** Commands of one person, and of everybody, that are not answered yet. */
  readonly maxBusyPerPerson: number;
  readonly maxBusy: number;
}

const MiB = 1024 * 1024;
const defaultLimits: WebLimits = {
  maxMessages: 200,
  maxPhotosWaiting: 24,
  maxWaitingBytes: 200 * MiB,
  maxPhotoAgeMs: 3600_000,
  maxPhotosPerAddress: 100,
  maxBytesPerAddress: 500 * MiB,
  maxPhotosInAll: 1000,
  maxBytesInAll: 2048 * MiB,
  maxPhotosPerMinutePerAddress: 120,
  maxNewPeoplePerMinutePerAddress: 30,
  maxPagesPerPerson: 12,
  maxPagesPerAddress: 60,
  maxPages: 500,
  maxConnectionsPerAddress: 200,
  maxConnections: 1000,
  maxBusyPerPerson: 8,
  maxBusy: 200,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 300_000,
};

export interface WebPlatformOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly allowedHosts: readonly string[];
  /** Conversations, waiting photos, and the secret behind the cookies. */
  readonly notes: Notes;
  /** Where an earlier version kept these in files. */
  readonly olderFolder?: string;
  readonly blobs: BlobReader & UploadsOptions['blobs'];
  readonly maxPhotoBytes: number;
  readonly log: Logger;
  /** What `/healthz` tells; unset: it is not there. */
  readonly health?: () => Promise<HealthReport>;
  readonly limits?: Partial<WebLimits>;
}

/** A chat page of our own. Each browser is a person, known by a cookie, with one conversation. */
export class WebPlatform implements Platform {
  readonly name = 'web';
  readonly linksFiles = true;
  readonly #options: WebPlatformOptions;
  readonly #limits: WebLimits;
  readonly #transcripts: Transcripts;
  readonly #live: LiveConnections;
  readonly #replacing = new NewestEdits<MessageReference>();
  #server: Server | undefined;
  #routes: WebRoutes | undefined;
  #identity: Identity | undefined;
  #uploads: Uploads | undefined;

  constructor(options: WebPlatformOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#transcripts = new Transcripts({
      notes: options.notes,
      maxMessages: this.#limits.maxMessages,
    });
    this.#live = new LiveConnections({
      maxPerPerson: this.#limits.maxPagesPerPerson,
      maxPerAddress: this.#limits.maxPagesPerAddress,
      maxTotal: this.#limits.maxPages,
    });
  }

  /** Where the page is, once started. */
  get url(): string {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    if (!address) throw new Error('the chat page is not started');
    const { host } = this.#options;
    const name =
      isLoopback(host) || host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
    return `http://${name}:${address.port}`;
  }

  async start(bot: Bot): Promise<void> {
    const { notes, olderFolder, host, port, blobs, maxPhotoBytes, log } = this.#options;
    const limits = this.#limits;
    if (olderFolder !== undefined) await moveOlderFiles(olderFolder, notes);
    const uploads = await Uploads.open({
      notes,
      blobs,
      limits: {
        maxPhotoBytes,
        maxPhotos: limits.maxPhotosWaiting,
        maxWaitingBytes: limits.maxWaitingBytes,
        maxAgeMs: limits.maxPhotoAgeMs,
        perAddress: { photos: limits.maxPhotosPerAddress, bytes: limits.maxBytesPerAddress },
        inAll: { photos: limits.maxPhotosInAll, bytes: limits.maxBytesInAll },
        maxPerMinutePerAddress: limits.maxPhotosPerMinutePerAddress,
      },
    });
    this.#uploads = uploads;
    await this.#transcripts.tidy();
    this.#identity = await Identity.open(notes);
    this.#routes = new WebRoutes({
      bot,
      identity: this.#identity,
      transcripts: this.#transcripts,
      uploads,
      blobs,
      limits: {
        maxPhotoBytes,
        maxPhotosWaiting: limits.maxPhotosWaiting,
        maxWaitingBytes: limits.maxWaitingBytes,
        maxBusyPerPerson: limits.maxBusyPerPerson,
        maxBusy: limits.maxBusy,
        maxNewPeoplePerMinutePerAddress: limits.maxNewPeoplePerMinutePerAddress,
      },
      post: (personId, message, time) => this.#post(personId, message, time),
      onFault: (error) => log.error({ err: error }, 'a web request failed after its answer'),
    });
    const server = createBoundedServer(limits, log);
    server.on('request', (request, response) => void this.#answer(request, response));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    await listen(server, { host, port, setting: 'WEB_PORT' });
    this.#server = server;
    log.info({ address: this.url }, 'the chat page is up');
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    await this.#routes?.finish();
    this.#live.close();
    await this.#transcripts.flush();
    server.closeIdleConnections();
    // What still uploads is cut off; the page sends it again when the server is back.
    setTimeout(() => server.closeAllConnections(), 1000).unref();
    await closed;
  }

  async send(place: Place, message: OutgoingMessage, { key, replaces }: SendOptions): Promise<MessageReference> {
    if (message.isNotice) {
      const text = withInstantsInWords(message.text, message.locale ?? defaultLocale);
      this.#live.push(place.channel, { type: 'notice', text });
      return { place, message: `notice:${key}` };
    }
    const replaced = replaces && (await this.#replace(replaces, message));
    if (replaced) return replaced;
    const { id } = await this.#post(place.channel, { key: `sent:${key}`, author: 'bot', sentAt: Date.now(), message });
    return { place, message: id };
  }

  async edit({ place, message: id }: MessageReference, message: OutgoingMessage): Promise<void> {
    const isPassing = message.kind === 'status' && message.progress !== undefined;
    const edited = await this.#transcripts.edit(place.channel, id, message, isPassing);
    if (!edited) throw new MessageGoneError(`web message ${id} is no longer in its conversation`);
    this.#live.push(place.channel, { type: 'message', message: renderMessage(edited) });
  }

  /** @returns undefined where the message is no longer in its conversation */
  #replace({ message: reference, order }: Replaced, message: OutgoingMessage) {
    const edit = () => this.edit(reference, message).then(() => reference);
    return this.#replacing.make(reference.message, order, edit).catch((error: unknown) => {
      if (!(error instanceof MessageGoneError)) throw error;
      return undefined;
    });
  }

  async remove({ place, message: id }: MessageReference): Promise<void> {
    await this.#transcripts.remove(place.channel, id);
    this.#live.push(place.channel, { type: 'removed', id });
  }

  async forget({ id }: Person): Promise<void> {
    await this.#uploads?.removeOf(id);
    await this.#transcripts.forget(id);
    this.#live.push(id, { type: 'all', messages: [] });
  }

  async everythingOf({ id }: Person): Promise<object> {
    return { transcript: await this.#transcripts.list(id), waitingPhotos: this.#uploads?.everythingOf(id) };
  }

  async #post(personId: string, message: Parameters<Transcripts['put']>[1], time?: NoteTime) {
    const kept = await this.#transcripts.put(personId, message, time);
    this.#live.push(personId, { type: 'message', message: renderMessage(kept) });
    return kept;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A page that is closed half way is no fault.
    request.on('error', () => {});
    response.on('error', () => {});
    setSecurityHeaders(response);
    try {
      checkHost(request, this.#options.host, this.#options.allowedHosts);
      if (request.method !== 'GET' && request.method !== 'HEAD') checkOrigin(request);
      const { health } = this.#options;
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      if (health && isRead && (await answerHealth(request.url?.split('?')[0] ?? '', response, health))) return;
      await this.#routes!.handle(request, response);
    } catch (error) {
      this.#refuse(error, request, response);
    }
  }

  #refuse(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    const { status, code, message } = statusOf(error);
    if (response.destroyed) return;
    if (status >= 500)
      this.#options.log.error({ err: error, path: request.url?.split('?')[0] }, 'a web request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    dropRest(request, response);
    sendJson(response, status, { code, message });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => {});
    try {
      checkHost(request, this.#options.host, this.#options.allowedHosts);
      checkOrigin(request);
      const url = new URL(`http://localhost${request.url}`);
      if (url.pathname !== '/api/live') throw new RequestError(404, 'path', 'There is nothing here.');
      const personId = this.#identity!.recognise(request.headers.cookie);
      if (personId === undefined)
        throw new RequestError(401, 'cookie', 'Open the page first; it sets the cookie by which you are known.');
      const address = clientAddress(request);
      this.#live.accept(personId, address, request, socket, head, async () => {
        await this.#routes!.greet(personId, address, url.searchParams.get('language')?.slice(0, 35));
        const messages = await this.#transcripts.list(personId);
        return { type: 'all', messages: messages.map(renderMessage) };
      });
    } catch (error) {
      const { status, message } = statusOf(error);
      socket.end(
        `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
      );
    }
  }
}
