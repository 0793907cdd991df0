import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { localeFor, locales } from '#locales/index.js';
import { BlobKey } from '#src/core/blob-key.js';
import { BlobMissingError, type BlobReader, type OpenedBlob } from '#src/core/blob-store.js';
import type { IncomingImage } from '#src/core/files.js';
import { type Text, translateWith } from '#src/core/locale.js';
import type { NoteTime } from '#src/core/notes.js';
import { sniffFormat } from '#src/core/photo-format.js';
import type { Person } from '#src/core/place.js';
import { decodeLine } from '../decode-line.js';
import type { Bot, OutgoingMessage, Question } from '../platform.js';
import { type ClientAddress, clientAddress } from './client-address.js';
import { encodeCommands } from './encode-command.js';
import type { Identity } from './identity.js';
import { RateMeter } from './rate-meter.js';
import { parseUrl, RequestError, readJson, sendJson } from './request-guard.js';
import { StaticFiles } from './static-files.js';
import type { ChatMessage, Transcripts } from './transcripts.js';
import type { Uploads } from './uploads.js';
import { WorkInHand } from './work-in-hand.js';

const maxJsonBytes = 64 * 1024;
/** Longer than any option may be, so that the bot says what is too long. */
const maxLineLength = 8000;
const shownFormats: ReadonlySet<string> = new Set(['png', 'jpeg', 'webp']);

const eventId = z.string().regex(/^[A-Za-z0-9-]{8,64}$/);
const language = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,35}$/)
  .optional();
const messageBody = z.strictObject({
  event: eventId,
  text: z.string().max(maxLineLength),
  photos: z.array(z.string().max(64)).max(64).default([]),
  language,
});
const pressBody = z.strictObject({
  event: eventId,
  message: z.string().max(64),
  action: z.string().min(1).max(64),
  language,
});

export interface WebRoutesOptions {
  readonly bot: Bot;
  readonly identity: Identity;
  readonly transcripts: Transcripts;
  readonly uploads: Uploads;
  readonly blobs: BlobReader;
  readonly limits: {
    readonly maxPhotoBytes: number;
    readonly maxPhotosWaiting: number;
    readonly maxWaitingBytes: number;
    readonly maxBusyPerPerson: number;
    readonly maxBusy: number;
    readonly maxNewPeoplePerMinutePerAddress: number;
  };
  /** Posts to the person's conversation and to the open pages. */
  readonly post: (
    personId: string,
    message: Parameters<Transcripts['put']>[1],
    time?: NoteTime,
  ) => Promise<ChatMessage>;
  /** A fault while a request was already answered. */
  readonly onFault: (error: unknown) => void;
}

/** Requests of the page, after host and origin were checked. */
export class WebRoutes {
  readonly #options: WebRoutesOptions;
  readonly #staticFiles = new StaticFiles();
  readonly #seenEvents = new Set<string>();
  readonly #work: WorkInHand;
  /** Of whom something is kept from the first moment. */
  readonly #newPeople: RateMeter;

  constructor(options: WebRoutesOptions) {
    this.#options = options;
    this.#newPeople = new RateMeter(options.limits.maxNewPeoplePerMinutePerAddress, 60_000);
    this.#work = new WorkInHand(options.limits.maxBusyPerPerson, options.limits.maxBusy, options.onFault);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = parseUrl(request.url);
    const route = `${request.method === 'HEAD' ? 'GET' : request.method} ${url.pathname.replace(/^\/(pictures|files|api\/photos)\/.*/, '/$1/*')}`;
    switch (route) {
      case 'GET /api/session':
        return this.#session(url, request, response);
      case 'GET /api/completions':
        return this.#completions(url, this.#personId(request), response);
      case 'GET /pictures/*':
        return this.#picture(url.pathname.slice('/pictures/'.length), this.#personId(request), response);
      case 'GET /files/*':
        return this.#file(url.pathname.slice('/files/'.length), this.#personId(request), response);
      case 'POST /api/messages':
        return this.#message(request, response);
      case 'POST /api/presses':
        return this.#press(request, response);
      case 'PUT /api/photos': {
        const claimedBytes =
          request.headers['content-length'] === undefined ? undefined : Number(request.headers['content-length']);
        const photo = await this.#options.uploads.receive(
          { personId: this.#personId(request), address: clientAddress(request) },
          url.searchParams.get('name') ?? '',
          claimedBytes,
          request,
        );
        return sendJson(response, 201, { photo });
      }
      case 'DELETE /api/photos/*': {
        const isRemoved = await this.#options.uploads.remove(
          this.#personId(request),
          url.pathname.slice('/api/photos/'.length),
        );
        return sendJson(response, isRemoved ? 200 : 404, {});
      }
    }
    if (route === 'GET /') this.#recogniseOrIssue(request, response);
    if (route.startsWith('GET ') && this.#staticFiles.serve(url.pathname, request, response)) return;
    const isKnown = /^\/api\/(session|completions|messages|presses|photos)$/.test(url.pathname) || url.pathname === '/';
    throw isKnown
      ? new RequestError(405, 'method', 'That is not possible here.')
      : new RequestError(404, 'path', 'There is nothing here.');
  }

  /** Says hello once, so that a new person sees what to do. */
  async greet(personId: string, address: ClientAddress, language: string | undefined): Promise<void> {
    if ((await this.#options.transcripts.list(personId)).length > 0 || !this.#newPeople.take(address)) return;
    const isGreeter = this.#options.bot.commands.some(({ name }) => name === 'start');
    const event = `welcome-${personId}`;
    if (!isGreeter || !this.#isNewEvent(event)) return;
    this.#work.run(personId, async () => {
      const speaker = this.#speaker(personId, language);
      await this.#options.bot.invoke({ ...speaker, eventId: event, at: new Date(), command: 'start', options: {} });
    });
  }

  /** Resolves when everything that was accepted has been answered. */
  finish(): Promise<void> {
    return this.#work.finish();
  }

  async #session(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const personId = this.#recogniseOrIssue(request, response);
    const wanted = language.safeParse(url.searchParams.get('language') ?? undefined).data;
    const { bot, limits } = this.#options;
    const locale = await bot.localeOf(this.#speaker(personId, wanted).person, wanted);
    const { web, errors, buttons } = locales[locale];
    const commands = encodeCommands(bot, locale);
    sendJson(response, 200, {
      locale,
      locales: Object.entries(locales).map(([name, texts]) => ({ name, label: texts.language })),
      texts: {
        ...web,
        edit: buttons.edit,
        fault: errors.fault,
        photosTooMany: errors.photosTooMany,
        photoTooManyBytes: errors.photoTooManyBytes,
      },
      commands,
      limits: {
        maxPhotoBytes: limits.maxPhotoBytes,
        maxWaitingBytes: limits.maxWaitingBytes,
        maxPhotos: Math.min(limits.maxPhotosWaiting, Math.max(0, ...commands.map(({ photos }) => photos?.max ?? 0))),
      },
    });
  }

  async #completions(url: URL, personId: string, response: ServerResponse): Promise<void> {
    const parameter = (name: string) => (url.searchParams.get(name) ?? '').slice(0, 100);
    const { person, place } = this.#speaker(personId, undefined);
    const suggested = await this.#work.answer(personId, () =>
      this.#options.bot.complete({
        person,
        place,
        command: parameter('command'),
        option: parameter('option'),
        typed: parameter('typed'),
      }),
    );
    sendJson(response, 200, { values: suggested.map(({ value }) => value) });
  }

  async #picture(name: string, personId: string, response: ServerResponse): Promise<void> {
    const missing = () => new RequestError(404, 'picture', 'There is no such picture in your chat.');
    const key = BlobKey.safeParse(name);
    if (!key.success || !(await this.#options.transcripts.hasPicture(personId, key.data))) throw missing();
    const { byteLength, head, body } = await this.#open(key.data, missing);
    const format = sniffFormat(head);
    if (format === undefined || !shownFormats.has(format)) {
      body.destroy();
      throw missing();
    }
    response.writeHead(200, {
      'Content-Type': `image/${format}`,
      'Content-Length': byteLength,
      'Content-Disposition': `inline; filename="petbooth-${key.data.slice(7, 15)}.${format}"`,
      'Cache-Control': 'private, max-age=31536000, immutable',
    });
    await send(body, response);
  }

  async #file(key: string, personId: string, response: ServerResponse): Promise<void> {
    const missing = () => new RequestError(404, 'file', 'There is no such file in your chat, or no longer.');
    const file = await this.#options.transcripts.findFile(personId, key);
    if (!file) throw missing();
    const { byteLength, body } = await this.#open(file.blob, missing);
    response.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': byteLength,
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      'Cache-Control': 'private, no-store',
    });
    if (response.req.method !== 'HEAD') {
      const { person } = this.#speaker(personId, undefined);
      response.once('finish', () => this.#work.run(personId, () => this.#options.bot.fetched(person, file.blob)));
    }
    await send(body, response);
  }

  #open(key: BlobKey, missing: () => RequestError): Promise<OpenedBlob> {
    return this.#options.blobs.open(key).catch((error: unknown) => {
      throw error instanceof BlobMissingError ? missing() : error;
    });
  }

  async #message(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const personId = this.#personId(request);
    const body = parseBody(messageBody, await readJson(request, maxJsonBytes));
    if (body.text.trim() === '' && body.photos.length === 0)
      throw new RequestError(400, 'empty', 'A message needs words or photos.');
    this.#work.checkRoom(personId);
    const { bot, uploads, transcripts, post } = this.#options;
    const event = `${personId}/${body.event}`;
    if (this.#seenEvents.has(event)) return sendJson(response, 202, {});
    const { images, release } = uploads.take(personId, body.photos);
    this.#isNewEvent(event);
    const at = new Date();
    const said = {
      key: `event:${body.event}`,
      author: 'person',
      sentAt: at.getTime(),
      text: body.text.trim(),
      photoCount: images.length,
    } as const;
    // Written together with the answer where that comes at once.
    const posting = post(personId, said, 'soon');
    this.#work.run(personId, async () => {
      try {
        const decoded = decodeLine(body.text, images as readonly IncomingImage[], bot.commands);
        const speaker = this.#speaker(personId, body.language);
        if ('hint' in decoded) {
          const message = await this.#hint(speaker.person, body.language, decoded.hint);
          await post(personId, { key: `hint:${body.event}`, author: 'bot', sentAt: Date.now(), message });
        } else {
          await bot.invoke({ ...speaker, ...decoded, at, eventId: eventIdOf(personId, body.event) });
        }
      } finally {
        await release();
        await transcripts.flushOne(personId);
      }
    });
    await posting;
    sendJson(response, 202, {});
  }

  async #press(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = new Date();
    const personId = this.#personId(request);
    const { event, message, action, language: wanted } = parseBody(pressBody, await readJson(request, maxJsonBytes));
    this.#work.checkRoom(personId);
    const { bot, transcripts } = this.#options;
    const pressed = (await transcripts.list(personId)).find(({ id }) => id === message);
    const isOffered = pressed?.author === 'bot' && pressed.message.buttons?.some((button) => button.action === action);
    if (!isOffered) throw new RequestError(410, 'button-gone', 'That button is no longer there.');
    const speaker = this.#speaker(personId, wanted);
    const question = await this.#work.answer(personId, () => bot.questionOf({ ...speaker, action }));
    if (question) return sendJson(response, 200, { line: encodeLine(question) });
    if (!this.#isNewEvent(`${personId}/${event}`)) return sendJson(response, 202, {});
    sendJson(response, 202, {});
    this.#work.run(personId, () =>
      bot.press({
        ...speaker,
        eventId: eventIdOf(personId, event),
        at,
        action,
        message: { place: speaker.place, message },
        isOnMessage: true,
      }),
    );
  }

  async #hint(person: Person, wanted: string | undefined, hint: Text): Promise<OutgoingMessage> {
    const locale = await this.#options.bot.localeOf(person, wanted);
    return { kind: hint.key.startsWith('errors.') ? 'error' : 'info', text: translateWith(locales[locale], hint) };
  }

  #speaker(personId: string, wanted: string | undefined) {
    const { guest } = locales[localeFor(wanted)].web;
    const person: Person = { platform: 'web', id: personId, name: guest };
    return {
      person,
      place: { platform: 'web' as const, channel: personId },
      ...(wanted !== undefined && { language: wanted }),
    };
  }

  #personId(request: IncomingMessage): string {
    const personId = this.#options.identity.recognise(request.headers.cookie);
    if (personId === undefined)
      throw new RequestError(401, 'cookie', 'Open the page first; it sets the cookie by which you are known.');
    return personId;
  }

  #recogniseOrIssue(request: IncomingMessage, response: ServerResponse): string {
    const known = this.#options.identity.recognise(request.headers.cookie);
    if (known !== undefined) return known;
    const { id, cookie } = this.#options.identity.issue();
    response.setHeader('Set-Cookie', cookie);
    return id;
  }

  /** The page repeats a request when the connection broke before the answer came. */
  #isNewEvent(event: string): boolean {
    if (this.#seenEvents.has(event)) return false;
    this.#seenEvents.add(event);
    if (this.#seenEvents.size > 10_000) this.#seenEvents.delete(this.#seenEvents.values().next().value!);
    return true;
  }
}

/** As fast as it is read: what somebody asks for and leaves lying stays on the disk. */
async function send(body: OpenedBlob['body'], response: ServerResponse): Promise<void> {
  if (response.req.method === 'HEAD') {
    body.destroy();
    response.end();
    return;
  }
  await pipeline(body, response).catch((error: unknown) => {
    // Whoever closes the page half way is no fault.
    if (!response.destroyed || body.errored !== null) throw error;
  });
}

/** For the person to complete: what is asked for stands last, where they type. */
function encodeLine({ command, given, option, suggestion = '' }: Question): string {
  const words = Object.entries(given).map(([name, value]) => `${name}:${value}`);
  return [`/${command}`, ...words, `${option}:${suggestion}`].join(' ');
}

/** Two people may choose the same id. */
function eventIdOf(personId: string, event: string): string {
  return `${personId}-${event}`;
}

function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new RequestError(400, 'body', `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'invalid'}`);
}
