import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { blobKeyOf } from '#src/core/blob-key.js';
import { createLog } from '#src/operations/log.js';
import type {
  Gallery,
  GalleryBallot,
  GalleryMark,
  GallerySource,
  GalleryView,
} from '#src/platforms/web/gallery/gallery.js';
import { GalleryServer } from '#src/platforms/web/gallery/gallery-server.js';

const token = 'T'.repeat(22);
const code = 'C'.repeat(22);
const session = 'S'.repeat(22);
const signedIn = { cookie: `other=1; petbooth-ballot=${session}` };
const picture = blobKeyOf(new Uint8Array([1]));
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 1, 2, 3]);

const ballot: GalleryBallot = { method: 'approval', limit: 3, marked: [2], stars: {}, missing: 0 };
const view: GalleryView = {
  title: 'First snow',
  phase: 'voting',
  votingAt: new Date(0),
  endsAt: new Date(1),
  total: 1,
  entries: [{ number: 2, alt: 'a dog' }],
};

let server: GalleryServer;
let casts: { event: string; mark: GalleryMark }[];
const logLines: string[] = [];

const gallery: Gallery = {
  view: async () => view,
  picture: async (number) => (number === 2 ? picture : undefined),
  thumbnail: async (number) => (number === 2 ? jpeg : undefined),
};
const source: GallerySource = {
  async open(visitor) {
    if (visitor.kind === 'link') return visitor.token === token ? gallery : undefined;
    if (visitor.session !== session || visitor.contest !== 'k3v9q2ab') return undefined;
    return {
      ...gallery,
      cast: async (event, mark) => {
        casts.push({ event, mark });
        return { outcome: 'saved', ballot };
      },
    };
  },
  signIn: async (given) => (given === code ? { contest: 'k3v9q2ab', session, maxAgeSeconds: 60 } : undefined),
};

beforeEach(async () => {
  casts = [];
  logLines.length = 0;
  server = new GalleryServer({
    source,
    blobs: { open: async () => ({ byteLength: jpeg.byteLength, head: jpeg, body: Readable.from([jpeg]) }) },
    publicUrl: new URL('https://pets.example/contests/'),
    host: '127.0.0.1',
    port: 0,
    log: createLog({ level: 'debug', name: 'test', destination: { write: (line) => logLines.push(line) } }),
  });
  await server.start();
});
afterEach(() => server.stop());

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** As a proxy on this machine asks for somebody elsewhere. */
function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  return new Promise<{ status: number; headers: Record<string, string | string[] | undefined>; body: string }>(
    (resolve, reject) => {
      const request = httpRequest(
        {
          host: '127.0.0.1',
          port: server.port,
          method,
          path,
          headers: { host: 'pets.example', 'x-forwarded-for': '203.0.113.7', ...headers },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({
              status: response.statusCode!,
              headers: response.headers,
              body: Buffer.concat(chunks).toString('latin1'),
            }),
          );
        },
      );
      request.on('error', reject);
      request.end(body);
    },
  );
}

const mark = (body: unknown, headers: Record<string, string> = {}) =>
  ask('/v/k3v9q2ab/marks', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signedIn, ...headers },
    body: JSON.stringify(body),
  });
const marked = { event: 'event-0001', mark: { kind: 'mark', number: 2, isOn: true } };

test('whoever has the link sees the page, its entries and its pictures, and searches do not', async () => {
  const page = await ask(`/g/${token}`);
  expect(page.status).toBe(200);
  expect(page.headers['x-robots-tag']).toBe('noindex, nofollow');
  expect(page.headers['referrer-policy']).toBe('no-referrer');
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(page.body).toContain('noindex');
  const data = JSON.parse((await ask(`/g/${token}/data`, { headers: { 'accept-language': 'de' } })).body);
  expect(data).toMatchObject({ title: 'First snow', locale: 'de', entries: [{ number: 2 }] });
  expect(data.texts.more).toBe(locales.de.contests.gallery.more);
  expect(await ask(`/g/${token}/pictures/2`)).toMatchObject({ status: 200, body: jpeg.toString('latin1') });
  const small = await ask(`/g/${token}/pictures/2/small`);
  expect(small.headers['content-type']).toBe('image/jpeg');
  expect(small.headers['content-disposition']).toBe('inline; filename="2.jpeg"');
});

test('everything that is not there is answered alike', async () => {
  const paths = [
    `/g/${'x'.repeat(22)}`,
    `/g/${'x'.repeat(22)}/data`,
    '/g/short',
    `/g/${token}/pictures/3`,
    `/g/${token}/pictures/${picture}`,
    `/b/${'x'.repeat(22)}`,
    '/v/k3v9q2ab',
    '/',
    '/api/session',
    '/assets/page.js',
  ];
  const answers = await Promise.all(paths.map((path) => ask(path)));
  const comparable = answers.map(({ status, headers: { date: _, ...headers }, body }) => ({ status, headers, body }));
  expect(comparable[0]!.status).toBe(404);
  for (const answer of comparable) expect(answer).toEqual(comparable[0]);
});

test('whoever guesses sees nothing for a minute after twenty misses, and others do', async () => {
  for (let guess = 0; guess < 20; guess += 1) expect((await ask(`/g/${String(guess).repeat(11)}`)).status).toBe(404);
  expect((await ask(`/g/${'y'.repeat(22)}`)).status).toBe(429);
  expect((await ask(`/g/${token}`)).status).toBe(429);
  expect((await ask(`/g/${token}`, { headers: { 'x-forwarded-for': '203.0.113.8' } })).status).toBe(200);
});

test('a personal link signs a browser in for its contest alone, and leads to the ballot', async () => {
  const { status, headers } = await ask(`/b/${code}`);
  expect(status).toBe(303);
  expect(headers.location).toBe('../v/k3v9q2ab');
  expect(headers['set-cookie']).toEqual([
    `petbooth-ballot=${session}; Path=/contests/v/k3v9q2ab; HttpOnly; SameSite=Lax; Max-Age=60; Secure`,
  ]);
  expect((await ask('/v/k3v9q2ab', { headers: signedIn })).status).toBe(200);
  expect((await ask('/v/another1', { headers: signedIn })).status).toBe(404);
  expect((await ask(`/b/${code}`, { method: 'HEAD' })).headers['set-cookie']).toBeUndefined();
});

test('a mark is saved for whoever is signed in', async () => {
  const { status, body } = await mark(marked);
  expect(status).toBe(200);
  expect(JSON.parse(body)).toEqual({ outcome: 'saved', ballot });
  expect(casts).toEqual([marked]);
});

test.each([
  ['another site’s page', marked, { origin: 'https://elsewhere.example' }, 403],
  ['another site’s form', marked, { 'content-type': 'text/plain' }, 415],
  ['nobody', marked, { cookie: '' }, 404],
  ['a forged session', marked, { cookie: `petbooth-ballot=${'X'.repeat(22)}` }, 404],
  ['a sixth star', { ...marked, mark: { kind: 'star', number: 2, stars: 6 } }, {}, 400],
  ['number 0', { ...marked, mark: { kind: 'mark', number: 0, isOn: true } }, {}, 400],
  ['more than a mark', { ...marked, more: 1 }, {}, 400],
  ['a flood of words', { ...marked, event: 'x'.repeat(2000) }, {}, 413],
])('a mark from %s is refused', async (_who, body, headers, status) => {
  expect((await mark(body, headers)).status).toBe(status);
  expect(casts).toEqual([]);
});

test('nobody marks faster than people press', async () => {
  const statuses = await Promise.all(Array.from({ length: 30 }, async () => (await mark(marked)).status));
  expect(statuses.filter((status) => status === 200)).toHaveLength(25);
  expect(statuses.filter((status) => status === 429)).toHaveLength(5);
});

test('a link marks nothing, and another name of this machine is not answered', async () => {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(marked);
  expect((await ask(`/g/${token}/marks`, { method: 'POST', headers, body })).status).toBe(404);
  expect((await ask(`/g/${token}`, { headers: { host: 'evil.example' } })).status).toBe(421);
});

test('addresses and sessions reach no log', async () => {
  await ask(`/g/${token}`);
  await ask(`/b/${code}`);
  await ask(`/g/${'x'.repeat(22)}`);
  await mark(marked);
  const failing = new GalleryServer({
    source: { ...source, open: () => Promise.reject(new Error('the database is away')) },
    blobs: { open: () => Promise.reject(new Error('never')) },
    publicUrl: new URL('https://pets.example/'),
    host: '127.0.0.1',
    port: 0,
    log: createLog({ level: 'debug', name: 'test', destination: { write: (line) => logLines.push(line) } }),
  });
  await server.stop();
  server = failing;
  await server.start();
  expect((await ask(`/g/${token}`)).status).toBe(500);
  const log = logLines.join('');
  expect(log).toContain('the database is away');
  for (const secret of [token, code, session]) expect(log).not.toContain(secret);
});
