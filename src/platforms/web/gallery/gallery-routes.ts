import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { type LocaleName, locales } from '#locales/index.js';
import { BlobMissingError, type BlobReader } from '#src/core/blob-store.js';
import { text, translateWith } from '#src/core/locale.js';
import { sniffFormat } from '#src/core/photo-format.js';
import { RateMeter } from '../rate-meter.js';
import { checkOrigin, parseUrl, RequestError, readJson, sendJson } from '../request-guard.js';
import { StaticFiles } from '../static-files.js';
import type { Gallery, GalleryBallot, GallerySource, GalleryVisitor } from './gallery.js';
import { preferredLocale } from './preferred-locale.js';

export interface GalleryRoutesOptions {
  readonly source: GallerySource;
  readonly blobs: BlobReader;
  /** Under which people reach it. */
  readonly publicUrl: URL;
}

/** As many as a page asks for at once. */
const entriesPerView = 24;
const maxJsonBytes = 1024;
const maxNumber = 9999;
/** Somebody who marks as fast as they can press. */
const maxMarksPerWindow = 25;
const markWindowMs = 5000;
const cookieName = 'petbooth-ballot';
const formats: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp']);

const number = z.number().int().min(1).max(maxNumber);
const markBody = z.strictObject({
  event: z.string().regex(/^[A-Za-z0-9-]{8,64}$/),
  mark: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('mark'), number, isOn: z.boolean() }),
    z.strictObject({ kind: z.literal('star'), number, stars: z.number().int().min(0).max(5) }),
    z.strictObject({ kind: z.literal('place'), number, place: z.number().int().min(0).max(25) }),
    z.strictObject({
      kind: z.literal('pair'),
      index: z.number().int().min(1).max(100),
      side: z.enum(['left', 'right', 'equal']),
    }),
  ]),
});

/** `/g/<token>` for whoever has the link, `/v/<contest>` for a browser that was signed in by `/b/<code>`. */
const galleryPath = /^\/([gv])\/([A-Za-z0-9]{1,32})(?:\/(data|marks|pictures\/(\d{1,4})(\/small)?))?$/;
const signInPath = /^\/b\/([A-Za-z0-9]{22})$/;

/** There is nothing, or nothing for whoever asks: which of both nobody learns. */
export class NotFoundError extends Error {
  constructor() {
    super('there is nothing here');
    this.name = 'NotFoundError';
  }
}

/** What the pages of contests ask for. Their addresses are secrets: they are in no error and no log. */
export class GalleryRoutes {
  readonly #options: GalleryRoutesOptions;
  readonly #page = new StaticFiles('gallery/page');
  /** What both pages have in common. */
  readonly #shared = new StaticFiles('page', ['style.css', 'texts.js', 'viewer.js', 'icon.svg']);
  readonly #marks = new RateMeter(maxMarksPerWindow, markWindowMs);

  constructor(options: GalleryRoutesOptions) {
    this.#options = options;
  }

  /** @throws NotFoundError, RequestError */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = parseUrl(request.url);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead && url.pathname.startsWith('/assets/')) {
      const name = url.pathname.slice('/assets'.length);
      if (this.#page.serve(name, request, response) || this.#shared.serve(name, request, response)) return;
    }
    const code = signInPath.exec(url.pathname)?.[1];
    // Whoever merely looks whether it is there is not signed in.
    if (code !== undefined && request.method === 'GET') return this.#signIn(code, response);
    const match = galleryPath.exec(url.pathname);
    if (!match) throw new NotFoundError();
    const [, area, name, what, picture, small] = match;
    const visitor = visitorOf(area!, name!, request);
    const gallery = visitor && (await this.#options.source.open(visitor));
    if (!gallery) throw new NotFoundError();
    if (what === 'marks' && request.method === 'POST') return this.#mark(gallery, visitor, request, response);
    if (!isRead || what === 'marks') throw new RequestError(405, 'method', 'That is not possible here.');
    if (what === undefined) {
      this.#page.serve('/', request, response);
      return;
    }
    if (what === 'data') return this.#data(gallery, url, request, response);
    return small
      ? this.#thumbnail(gallery, Number(picture), response)
      : this.#picture(gallery, Number(picture), response);
  }

  async #signIn(code: string, response: ServerResponse): Promise<void> {
    const { source, publicUrl } = this.#options;
    const signedIn = await source.signIn(code);
    if (!signedIn) throw new NotFoundError();
    const { contest, session, maxAgeSeconds } = signedIn;
    const path = `${publicUrl.pathname.replace(/\/$/, '')}/v/${contest}`;
    const secure = publicUrl.protocol === 'https:' ? '; Secure' : '';
    response.writeHead(303, {
      // Lax, not Strict: whoever follows the link comes from elsewhere.
      'Set-Cookie': `${cookieName}=${session}; Path=${path}; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`,
      // Relative to /b/<code>, whatever a proxy puts before it.
      Location: `../v/${contest}`,
      'Cache-Control': 'no-store',
    });
    response.end();
  }

  async #data(gallery: Gallery, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const from = z.coerce.number().int().min(0).max(maxNumber).catch(0).parse(url.searchParams.get('from'));
    const locale = preferredLocale(request.headers['accept-language']);
    const { gallery: texts, ballots } = locales[locale].contests;
    const { download, close } = locales[locale].web;
    response.setHeader('Vary', 'Accept-Language, Cookie');
    const view = await gallery.view(from, entriesPerView);
    sendJson(response, 200, {
      locale,
      texts: { ...texts, missing: ballots.missing, download, close },
      ...view,
      ballot: view.ballot && ballotIn(locale, view.ballot),
    });
  }

  async #picture(gallery: Gallery, number: number, response: ServerResponse): Promise<void> {
    const key = await gallery.picture(number);
    if (!key) throw new NotFoundError();
    const { byteLength, head, body } = await this.#options.blobs.open(key).catch((error: unknown) => {
      throw error instanceof BlobMissingError ? new NotFoundError() : error;
    });
    const format = sniffFormat(head);
    if (format === undefined || !formats.has(format)) {
      body.destroy();
      throw new NotFoundError();
    }
    response.writeHead(200, pictureHeaders(number, format, byteLength));
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

  async #thumbnail(gallery: Gallery, number: number, response: ServerResponse): Promise<void> {
    const bytes = await gallery.thumbnail(number);
    if (!bytes) throw new NotFoundError();
    response.writeHead(200, pictureHeaders(number, 'jpeg', bytes.byteLength));
    response.end(response.req.method === 'HEAD' ? undefined : bytes);
  }

  async #mark(
    { cast }: Gallery,
    visitor: GalleryVisitor,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    checkOrigin(request);
    if (!cast || visitor.kind !== 'voter') throw new NotFoundError();
    const parsed = markBody.safeParse(await readJson(request, maxJsonBytes));
    if (!parsed.success) throw new RequestError(400, 'body', 'That is no mark.');
    if (!this.#marks.take(visitor.session)) throw new RequestError(429, 'too-fast', 'One after the other, please.');
    const { outcome, ballot } = await cast(parsed.data.event, parsed.data.mark);
    const locale = preferredLocale(request.headers['accept-language']);
    sendJson(response, 200, { outcome, ballot: ballot && ballotIn(locale, ballot) });
  }
}

/** With what is to be said of it in words. */
function ballotIn(locale: LocaleName, { voidReason: reason, ...ballot }: GalleryBallot) {
  if (!reason) return ballot;
  return { ...ballot, voided: translateWith(locales[locale], text('contests.ballots.void', { reason })) };
}

function visitorOf(area: string, name: string, request: IncomingMessage): GalleryVisitor | undefined {
  if (area === 'g') return { kind: 'link', token: name };
  const session = sessionIn(request.headers.cookie);
  return session === undefined ? undefined : { kind: 'voter', contest: name, session };
}

function sessionIn(cookies: string | undefined): string | undefined {
  for (const part of (cookies ?? '').split(';')) {
    const [name, value] = part.trim().split('=');
    if (name === cookieName && value !== undefined && /^[A-Za-z0-9]{22}$/.test(value)) return value;
  }
  return undefined;
}

function pictureHeaders(number: number, format: string, byteLength: number) {
  return {
    'Content-Type': `image/${format}`,
    'Content-Length': byteLength,
    'Content-Disposition': `inline; filename="${number}.${format}"`,
    // What is withdrawn is soon gone from browsers, too.
    'Cache-Control': 'private, max-age=300',
  };
}
