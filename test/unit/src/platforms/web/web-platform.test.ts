import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { commands } from '#commands/index.js';
import { locales } from '#locales/index.js';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { blobKeyOf } from '#src/core/blob-key.js';
import type { IncomingImage } from '#src/core/files.js';
import { instantOf, markInstant } from '#src/core/instants.js';
import type { Note } from '#src/core/notes.js';
import { createLog } from '#src/operations/log.js';
import { MessageGoneError } from '#src/platforms/platform.js';
import { WebClient, WebClientError } from '#src/platforms/web/web-client.js';
import { type WebLimits, WebPlatform } from '#src/platforms/web/web-platform.js';
import { holdingAll } from '#test/helpers/holding-all.js';
import { MemoryNotes } from '#test/helpers/memory-notes.js';
import { ScriptedBot } from '#test/helpers/scripted-bot.js';

const root = mkdtempSync(join(tmpdir(), 'petbooth-web-'));
const blobs = holdingAll(new FileBlobStore({ folder: join(root, 'blobs'), maxBytes: 1e6 }));
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let bot: ScriptedBot;
let platform: WebPlatform;
let notes: MemoryNotes;
const clients: WebClient[] = [];
const logLines: string[] = [];

async function startPlatform(
  options: {
    limits?: Partial<WebLimits>;
    maxPhotoBytes?: number;
    host?: string;
    allowedHosts?: string[];
    /** What an earlier process has noted. */
    notes?: MemoryNotes;
  } = {},
) {
  notes = options.notes ?? new MemoryNotes();
  bot = new ScriptedBot(commands);
  platform = new WebPlatform({
    host: options.host ?? '127.0.0.1',
    port: 0,
    allowedHosts: options.allowedHosts ?? [],
    notes,
    blobs,
    maxPhotoBytes: options.maxPhotoBytes ?? 1000,
    log: createLog({ level: 'debug', name: 'test', destination: { write: (line) => logLines.push(line) } }),
    ...(options.limits && { limits: options.limits }),
  });
  await platform.start(bot);
}
/** Files that are still being written. */
const halfStored = () => readdirSync(join(root, 'blobs')).filter((name) => !/^[0-9a-f]{2}$/.test(name));
const enter = async (options?: Parameters<typeof WebClient.open>[1]) => {
  const client = await WebClient.open(platform.url, options);
  clients.push(client);
  return client;
};
const soon = <Result>(check: () => Result | Promise<Result>) => vi.waitFor(check, { timeout: 10_000, interval: 10 });
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof WebClientError ? error.status : error),
  );

async function offerFile(person: string) {
  const blob = await blobs.put(new TextEncoder().encode(`archive of ${person}`));
  await platform.send(
    { platform: 'web', channel: person },
    { kind: 'info', text: 'Here it is.', files: [{ blob, name: 'data.zip' }] },
    { key: 'export', person: { platform: 'web', id: person, name: person } },
  );
  return blob;
}

/** A request with any headers, which fetch does not allow. */
function raw(options: { method?: string; path?: string; headers?: Record<string, string>; body?: string | Buffer }) {
  return new Promise<{ status: number; headers: Record<string, string | string[] | undefined>; body: string }>(
    (resolve, reject) => {
      const { port } = new URL(platform.url);
      const request = httpRequest(
        {
          host: '127.0.0.1',
          port,
          method: options.method ?? 'GET',
          path: options.path ?? '/',
          headers: options.headers,
        },
        (response) => {
          let body = '';
          response.on('data', (chunk) => {
            body += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
        },
      );
      request.on('error', reject);
      request.end(options.body);
    },
  );
}

/** Bytes on a socket as they are; resolves with everything that came back when the server hung up. */
function hangUp(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(new URL(platform.url).port), '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

beforeEach(async () => {
  logLines.length = 0;
  await startPlatform();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await platform.stop();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a conversation', () => {
  test('a typed command reaches the bot once, with who, where, language and options', async () => {
    const alice = await enter({ language: 'de' });
    await alice.send('/imagine Biscuit surfing count: 2', [], 'event-0001');
    await alice.send('/imagine Biscuit surfing count: 2', [], 'event-0001');
    await soon(() => expect(bot.invocations.filter(({ command }) => command === 'imagine')).toHaveLength(1));
    const { person, place, ...rest } = bot.invocations.find(({ command }) => command === 'imagine')!;
    expect(rest).toEqual({
      command: 'imagine',
      options: { prompt: 'Biscuit surfing', count: '2' },
      eventId: `${person.id}-event-0001`,
      at: expect.any(Date),
      language: 'de',
    });
    expect(person).toEqual({ platform: 'web', id: place.channel, name: locales.de.web.guest });
    expect(alice.messages.filter(({ author }) => author === 'person')).toHaveLength(1);
  });

  test('an answer is seen, edited in place, and still there after a reload and a restart', async () => {
    const alice = await enter();
    await alice.send('/queue');
    await soon(() => expect(bot.invocations.at(-1)?.command).toBe('queue'));
    const { person, place } = bot.invocations.at(-1)!;
    const sent = await platform.send(place, { kind: 'status', text: 'waiting' }, { key: 'job-1', person });
    expect(await platform.send(place, { kind: 'status', text: 'still waiting' }, { key: 'job-1', person })).toEqual(
      sent,
    );
    await platform.edit(sent, { kind: 'status', text: '▓▓▓▓▓░░░░░ 50 %', progress: 0.5 });
    expect(await alice.waitFor(({ progress }) => progress === 0.5, 10_000)).toMatchObject({
      id: sent.message,
      text: '50 %',
    });
    await platform.edit(sent, { kind: 'result', text: 'done' });
    const before = (await enter({ cookie: alice.cookie })).messages;
    expect(before.map(({ text }) => text)).toEqual(['/queue', 'done']);

    await platform.stop();
    await startPlatform({ notes });
    expect((await enter({ cookie: alice.cookie })).messages).toEqual(before);
    await platform.edit(sent, { kind: 'result', text: 'changed after the restart' });
    expect(await platform.send(place, { kind: 'result', text: 'same key' }, { key: 'job-1', person })).toEqual(sent);
  });

  test('what comes of a press takes the place of its message, or passes by as a notice', async () => {
    const alice = await enter();
    await alice.send('/queue');
    await soon(() => expect(bot.invocations.at(-1)?.command).toBe('queue'));
    const { person, place } = bot.invocations.at(-1)!;
    const buttons = [{ label: '5', action: 'mark?e=5' }];
    await platform.send(place, { kind: 'info', text: 'page 1', buttons }, { key: 'ballot', person });
    const shown = await alice.waitFor(({ text }) => text === 'page 1', 10_000);
    let order = 0;
    bot.onPress = async ({ eventId, message, at }) => {
      order += 1;
      const answer = { kind: 'info', text: `page ${order + 1}`, buttons } as const;
      await platform.send(place, answer, { key: eventId, person, replaces: { message, order } });
      await platform.send(
        place,
        { kind: 'error', text: `late since ${markInstant(instantOf(at, 'UTC'))}`, isNotice: true, ephemeral: true },
        { key: `${eventId}-notice`, person },
      );
    };
    for (const text of ['page 2', 'page 3']) {
      await alice.press(shown, 'mark?e=5');
      expect((await alice.waitFor((message) => message.text === text, 10_000)).id).toBe(shown.id);
    }
    await soon(() => expect(alice.notices).toHaveLength(2));
    expect(alice.notices[0]).toMatch(/^late since .* 20\d\d .* UTC$/);
    // Nothing else was posted, and what passed by is kept nowhere.
    const texts = (await enter({ cookie: alice.cookie })).messages.map(({ text }) => text);
    expect(texts).toEqual(['/queue', 'page 3']);
    bot.onPress = async ({ eventId, message }) => {
      await platform.remove(message);
      const answer = { kind: 'info', text: 'anew' } as const;
      await platform.send(place, answer, { key: eventId, person, replaces: { message, order: 9 } });
    };
    await alice.press(shown, 'mark?e=5');
    expect((await alice.waitFor(({ text }) => text === 'anew', 10_000)).id).not.toBe(shown.id);
  });

  test('a new person is greeted once; other people see nothing of it', async () => {
    bot.script = async ({ place, person, eventId }) => {
      await platform.send(place, { kind: 'info', text: `hello ${person.id}` }, { key: eventId, person });
    };
    const alice = await enter();
    await alice.waitFor(({ text }) => text.startsWith('hello'), 10_000);
    await enter({ cookie: alice.cookie });
    const bob = await enter();
    await bob.waitFor(({ text }) => text.startsWith('hello'), 10_000);
    expect(bot.invocations.map(({ command }) => command)).toEqual(['start', 'start']);
    expect(bob.messages).toHaveLength(1);
    expect(bob.messages[0]!.text).not.toBe(alice.messages[0]!.text);
  });

  test('editing a message that was pushed out says that it is gone', async () => {
    await platform.stop();
    await startPlatform({ limits: { maxMessages: 2 } });
    const place = { platform: 'web' as const, channel: 'someone' };
    const person = { platform: 'web' as const, id: 'someone', name: '' };
    const sent = await platform.send(place, { kind: 'info', text: '1' }, { key: '1', person });
    for (const key of ['2', '3']) await platform.send(place, { kind: 'info', text: key }, { key, person });
    await expect(platform.edit(sent, { kind: 'info', text: 'x' })).rejects.toBeInstanceOf(MessageGoneError);
  });

  test('words that are no command are answered in the language', async () => {
    const alice = await enter({ language: 'de-AT' });
    await alice.send('hallo');
    expect((await alice.waitFor(({ author, kind }) => author === 'bot' && kind === 'info', 10_000)).text).toBe(
      locales.de.web.commandHint,
    );
  });

  test('a button calls back only where the message offers it', async () => {
    const alice = await enter();
    const bob = await enter();
    await alice.send('/queue');
    await soon(() => expect(bot.invocations.at(-1)?.command).toBe('queue'));
    const { place, person } = bot.invocations.at(-1)!;
    await platform.send(
      place,
      { kind: 'info', text: 'x', buttons: [{ label: 'Stop', action: 'cancel?job=1' }] },
      { key: 'k', person },
    );
    const message = await alice.waitFor(({ buttons }) => buttons !== undefined, 10_000);
    await alice.press(message, 'cancel?job=1');
    await soon(() => expect(bot.presses).toHaveLength(1));
    expect(bot.presses[0]).toMatchObject({
      action: 'cancel?job=1',
      person: { id: person.id },
      message: { place, message: message.id },
    });
    expect(await refusal(alice.press(message, 'cancel?job=2'))).toBe(410);
    expect(await refusal(bob.press(message, 'cancel?job=1'))).toBe(410);
    expect(bot.presses).toHaveLength(1);
  });
});

describe('photos', () => {
  test('they reach the command with bytes and name, and leave no file behind', async () => {
    const read: [string, number][] = [];
    bot.script = async ({ options }) => {
      for (const image of (options.photos ?? []) as readonly IncomingImage[]) {
        read.push([image.name, (await image.read(1000)).byteLength]);
        await expect(image.read(5)).rejects.toBeInstanceOf(RangeError);
      }
    };
    const alice = await enter();
    await alice.send('/train Biscuit kind: dog', [
      { name: '../../etc/pass\u0000wd.jpg', bytes: Buffer.alloc(10) },
      { name: '', bytes: Buffer.alloc(20) },
      { name: 'empty.jpg', bytes: Buffer.alloc(0) },
    ]);
    await soon(() =>
      expect(read).toEqual([
        ['passwd.jpg', 10],
        ['photo', 20],
        ['empty.jpg', 0],
      ]),
    );
    await soon(async () => expect(await notes.read('upload')).toEqual([]));
    for (const size of [10, 20, 0]) expect(await blobs.has(blobKeyOf(Buffer.alloc(size)))).toBe(false);
    expect(alice.messages.find(({ author }) => author === 'person')?.photoCount).toBe(3);
  });

  test('too many bytes are refused while they stream, announced or not', async () => {
    const alice = await enter();
    expect(await refusal(alice.attach({ name: 'a', bytes: Buffer.alloc(1001) }))).toBe(413);
    const headers = { cookie: alice.cookie, 'transfer-encoding': 'chunked' };
    expect((await raw({ method: 'PUT', path: '/api/photos?name=a', headers, body: Buffer.alloc(2000) })).status).toBe(
      413,
    );
    expect(await notes.read('upload')).toEqual([]);
    expect(halfStored()).toEqual([]);
  });

  test('too many photos, or too many bytes together, are refused', async () => {
    await platform.stop();
    await startPlatform({ limits: { maxPhotosWaiting: 3, maxWaitingBytes: 2500 } });
    const alice = await enter();
    const attach = (bytes: number) => alice.attach({ name: 'a', bytes: Buffer.alloc(bytes) });
    await attach(1000);
    await attach(1000);
    expect(await refusal(attach(1000))).toBe(413);
    await attach(10);
    expect(await refusal(attach(10))).toBe(429);
  });

  test('a photo that is not there, not finished, or another person’s cannot be sent', async () => {
    const alice = await enter();
    const bob = await enter();
    const photo = await alice.attach({ name: 'a', bytes: png });
    const send = (cookie: string, photos: string[]) =>
      raw({
        method: 'POST',
        path: '/api/messages',
        headers: { cookie, 'content-type': 'application/json' },
        body: JSON.stringify({ event: `event-${Math.random()}`.replace('.', '-'), text: '/train x kind: dog', photos }),
      });
    expect((await send(bob.cookie, [photo])).status).toBe(410);
    expect((await send(alice.cookie, ['nonsense'])).status).toBe(410);
    expect((await send(alice.cookie, [photo])).status).toBe(202);
    expect((await send(alice.cookie, [photo])).status).toBe(410);
  });

  test('photos that wait outlast the process, and go with everything of their person', async () => {
    const alice = await enter();
    const photo = await alice.attach({ name: 'SPOILER_cat.png', bytes: png });
    const other = await alice.attach({ name: 'b.png', bytes: Buffer.from('another') });
    const { url } = platform;
    await platform.stop();
    await startPlatform({ notes });
    expect(platform.url).not.toBe(url);
    const seen: unknown[] = [];
    bot.script = async ({ options }) => {
      for (const image of (options.photos ?? []) as readonly IncomingImage[])
        seen.push([image.name, image.isSpoiler, (await image.read(1000)).byteLength]);
    };
    const sent = await raw({
      method: 'POST',
      path: '/api/messages',
      headers: { cookie: alice.cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ event: 'event-again', text: '/train Biscuit kind: dog', photos: [photo] }),
    });
    expect(sent.status).toBe(202);
    await soon(() => expect(seen).toEqual([['SPOILER_cat.png', true, png.byteLength]]));
    await soon(async () => expect((await notes.read('upload')).map(({ key }) => key)).toEqual([other]));
    const [{ person: id = '' }] = (await notes.read('upload')) as [Note];
    const person = { platform: 'web' as const, id, name: 'Alice' };
    expect(await platform.everythingOf(person)).toMatchObject({ waitingPhotos: [{ name: 'b.png', bytes: 7 }] });
    await platform.forget(person);
    expect(await notes.read('upload')).toEqual([]);
    expect(await blobs.has(blobKeyOf(Buffer.from('another')))).toBe(false);
  });

  test('a connection that breaks during an upload leaves nothing', async () => {
    const alice = await enter();
    const socket = connect(Number(new URL(platform.url).port), '127.0.0.1');
    socket.write(
      `PUT /api/photos?name=a HTTP/1.1\r\nHost: localhost\r\nCookie: ${alice.cookie}\r\nContent-Length: 900\r\n\r\nabc`,
    );
    await soon(() => expect(halfStored()).toHaveLength(1));
    socket.destroy();
    await soon(() => expect(halfStored()).toEqual([]));
  });
});

describe('pictures', () => {
  test('only those of the own conversation are served, as what their bytes are', async () => {
    const alice = await enter();
    const bob = await enter();
    await alice.send('/queue');
    await soon(() => expect(bot.invocations.at(-1)?.command).toBe('queue'));
    const { place, person } = bot.invocations.at(-1)!;
    const blob = await blobs.put(png);
    const html = await blobs.put(Buffer.from('<script>alert(1)</script>'));
    const gone = blobKeyOf(Buffer.from('never stored'));
    await platform.send(
      place,
      { kind: 'result', text: '', pictures: [blob, html, gone].map((key) => ({ blob: key, alt: 'Biscuit' })) },
      { key: 'k', person },
    );
    const { pictures } = await alice.waitFor((message) => message.pictures !== undefined, 10_000);
    expect(await alice.picture(pictures![0]!.src)).toEqual({ bytes: new Uint8Array(png), type: 'image/png' });
    expect(await refusal(bob.picture(pictures![0]!.src))).toBe(404);
    expect(await refusal(alice.picture(pictures![1]!.src))).toBe(404);
    expect(await refusal(alice.picture(pictures![2]!.src))).toBe(404);
    const { headers } = await raw({ path: pictures![0]!.src, headers: { cookie: alice.cookie } });
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('bad input', () => {
  const json = (body: string, headers: Record<string, string> = {}) =>
    raw({ method: 'POST', path: '/api/messages', headers: { 'content-type': 'application/json', ...headers }, body });

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io:4870', 'user@localhost', '192.168.1.5'])(
    'the host %j is not answered',
    async (host) => {
      expect((await raw({ headers: { host } })).status).toBe(421);
    },
  );

  test.each(['localhost', 'LOCALHOST:9', '127.0.0.1:4870', '[::1]:4870'])('the host %j is answered', async (host) => {
    expect((await raw({ headers: { host } })).status).toBe(200);
  });

  test('hosts that are configured are answered, and plain addresses where other machines are let in', async () => {
    await platform.stop();
    await startPlatform({ host: '0.0.0.0', allowedHosts: ['pets.example'] });
    expect((await raw({ headers: { host: 'pets.example:80' } })).status).toBe(200);
    expect((await raw({ headers: { host: '192.168.1.5:4870' } })).status).toBe(200);
    expect((await raw({ headers: { host: 'evil.example' } })).status).toBe(421);
  });

  test('another site can neither post nor listen', async () => {
    const alice = await enter();
    const body = JSON.stringify({ event: 'event-0002', text: '/cancel' });
    const headers = { cookie: alice.cookie };
    expect((await json(body, { ...headers, origin: 'https://evil.example' })).status).toBe(403);
    expect((await json(body, { ...headers, origin: 'null' })).status).toBe(403);
    expect((await json(body, { ...headers, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const socket = new WebSocket(`${platform.url.replace('http', 'ws')}/api/live`, {
      headers,
      origin: 'https://evil.example',
    });
    expect(await new Promise((resolve) => socket.on('error', (error) => resolve(error.message)))).toContain('403');
    expect(bot.invocations.filter(({ command }) => command === 'cancel')).toEqual([]);
  });

  test('a missing, forged or foreign cookie knows nobody', async () => {
    const alice = await enter();
    const [name, value = ''] = alice.cookie.split('=');
    const [id, signature = ''] = value.split('.');
    for (const cookie of [
      '',
      `${name}=${id}`,
      `${name}=${id}.${'A'.repeat(43)}`,
      `${name}=${'A'.repeat(22)}.${signature}`,
      `${name}=;;=;`,
    ]) {
      expect((await json('{}', { cookie })).status).toBe(401);
    }
    const socket = new WebSocket(`${platform.url.replace('http', 'ws')}/api/live`);
    expect(await new Promise((resolve) => socket.on('error', (error) => resolve(error.message)))).toContain('401');
  });

  test.each([
    ['{', 400],
    ['', 400],
    ['null', 400],
    ['[]', 400],
    ['{"event":"event-0003","text":5}', 400],
    ['{"event":"x","text":"/queue"}', 400],
    ['{"event":"event-0003","text":"  "}', 400],
    ['{"event":"event-0003","text":"/queue","more":1}', 400],
    ['{"event":"event-0003","text":"/queue","language":"../de"}', 400],
    [`{"event":"event-0003","text":"${'x'.repeat(8001)}"}`, 400],
    [`{"event":"event-0003","text":"${'x'.repeat(70_000)}"}`, 413],
  ])('the body %.40j is refused with a status', async (body, status) => {
    const alice = await enter();
    expect((await json(body, { cookie: alice.cookie })).status).toBe(status);
  });

  test('a body of another type is refused', async () => {
    const alice = await enter();
    expect((await json('{}', { cookie: alice.cookie, 'content-type': 'text/plain' })).status).toBe(415);
    expect((await json('{}', { cookie: alice.cookie, 'content-type': 'multipart/form-data; boundary=x' })).status).toBe(
      415,
    );
  });

  test.each([
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2f..%2fpackage.json',
    '/page.html',
    '//evil.example/',
    '/pictures/../../cookie-secret',
    '/pictures/sha256-..%2f..%2fcookie-secret',
    '/%',
    '/api/nothing',
  ])('the path %s leads nowhere', async (path) => {
    const alice = await enter();
    expect((await raw({ path, headers: { cookie: alice.cookie } })).status).toBe(404);
  });

  test('an unknown method is refused', async () => {
    expect((await raw({ method: 'DELETE', path: '/' })).status).toBe(405);
    expect((await raw({ method: 'GET', path: '/api/messages' })).status).toBe(405);
  });

  test('what is not HTTP gets 400 and is hung up on', async () => {
    expect(await hangUp('GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await hangUp('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await hangUp(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    expect((await raw({})).status).toBe(200);
  });

  test('who sends headers or a body drop by drop gets 408', async () => {
    await platform.stop();
    await startPlatform({ limits: { headersTimeoutMs: 600, requestTimeoutMs: 900 } });
    const alice = await enter();
    const [headers, body] = await Promise.all([
      hangUp('GET / HTTP/1.1\r\nHost: localhost\r\n'),
      hangUp(
        `PUT /api/photos HTTP/1.1\r\nHost: localhost\r\nCookie: ${alice.cookie}\r\nContent-Length: 900\r\n\r\nabc`,
      ),
    ]);
    expect(headers).toMatch(/^HTTP\/1\.1 408 /);
    expect(body).toMatch(/^HTTP\/1\.1 408 /);
    expect((await raw({})).status).toBe(200);
  });

  test('too many pages are refused with a status, and one that closes makes room', async () => {
    await platform.stop();
    await startPlatform({ limits: { maxPagesPerPerson: 2, maxPages: 3 } });
    const alice = await enter();
    const second = await enter({ cookie: alice.cookie });
    await expect(enter({ cookie: alice.cookie })).rejects.toThrow('429');
    await enter();
    await expect(enter()).rejects.toThrow('503');
    second.close();
    await soon(async () => expect(await enter({ cookie: alice.cookie })).toBeDefined());
  });

  test('pages, photos and greetings are so many from one address, whatever cookies it has', async () => {
    await startPlatform({
      limits: { maxPagesPerAddress: 3, maxPhotosPerAddress: 2, maxNewPeoplePerMinutePerAddress: 2 },
    });
    const strangers = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const answer = await fetch(`${platform.url}/api/session`);
        return answer.headers.get('set-cookie')!.split(';')[0]!;
      }),
    );
    const headersOf = (cookie: string, address = '203.0.113.7') => ({ cookie, 'x-forwarded-for': address });
    const listen = (headers: Record<string, string>) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`${platform.url.replace('http', 'ws')}/api/live`, { headers });
        socket.on('open', () => resolve('open'));
        socket.on('error', (error) => resolve(error.message));
        listening.push(socket);
      });
    const listening: WebSocket[] = [];
    const opened = [];
    for (const cookie of strangers) opened.push(await listen(headersOf(cookie)));
    expect(opened.filter((outcome) => outcome === 'open')).toHaveLength(3);
    expect(opened.at(-1)).toContain('503');
    await soon(() => expect(bot.invocations.filter(({ command }) => command === 'start')).toHaveLength(2));
    expect(await listen(headersOf(strangers[9]!, '203.0.113.8'))).toBe('open');
    const uploaded = [];
    for (const cookie of strangers) {
      const headers = headersOf(cookie);
      uploaded.push(
        (await fetch(`${platform.url}/api/photos?name=a.jpg`, { method: 'PUT', body: png, headers })).status,
      );
    }
    expect(uploaded).toEqual([201, 201, ...Array.from({ length: 8 }, () => 429)]);
    for (const socket of listening) socket.terminate();
  });

  test('a person with too many unanswered commands is told to wait', async () => {
    await platform.stop();
    await startPlatform({ limits: { maxBusyPerPerson: 2 } });
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const alice = await enter();
    bot.script = () => gate;
    await alice.send('/queue');
    await alice.send('/queue');
    expect(await refusal(alice.send('/queue'))).toBe(429);
    release();
    await soon(async () => expect(await refusal(alice.send('/queue'))).toBeUndefined());
  });

  test('a page that talks where it should listen is closed', async () => {
    const alice = await enter();
    const socket = new WebSocket(`${platform.url.replace('http', 'ws')}/api/live`, {
      headers: { cookie: alice.cookie },
    });
    socket.on('open', () => socket.send('x'.repeat(100)));
    expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(1008);
  });

  afterEach(() => {
    expect(logLines.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  });
});

describe('faults', () => {
  test('a disk that cannot be written is an error for the page and a line for the host', async () => {
    const alice = await enter();
    vi.spyOn(blobs, 'putStream').mockRejectedValueOnce(new Error('the disk is broken'));
    expect(await refusal(alice.attach({ name: 'a', bytes: png }))).toBe(500);
    expect(logLines.some((line) => JSON.parse(line).level === 50)).toBe(true);
  });

  test('a taken port is named, with the variable that changes it', async () => {
    const { port } = new URL(platform.url);
    const second = new WebPlatform({
      host: '127.0.0.1',
      port: Number(port),
      allowedHosts: [],
      notes: new MemoryNotes(),
      blobs,
      maxPhotoBytes: 1,
      log: createLog({ level: 'silent', name: 'test' }),
    });
    await expect(second.start(bot)).rejects.toThrow(/is taken.*WEB_PORT/);
  });

  test('stopping waits for what was accepted', async () => {
    const alice = await enter();
    let isAnswered = false;
    bot.script = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      isAnswered = true;
    };
    await alice.send('/queue');
    await platform.stop();
    expect(isAnswered).toBe(true);
  });
});

test('the page forbids everything that is not its own', async () => {
  const { headers } = await raw({});
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['content-security-policy']).not.toContain('unsafe');
  expect(String(headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Lax/);
  expect((await raw({ headers: { 'if-none-match': String(headers.etag) } })).status).toBe(304);
});

test('a file counts as fetched once it was read whole, by its own person, and not for a look at its size', async () => {
  await startPlatform();
  const client = await enter();
  await soon(() => expect(bot.invocations).toHaveLength(1));
  const person = bot.invocations[0]!.place.channel;
  const blob = await offerFile(person);
  const path = `/files/${blob}`;
  const headers = { cookie: client.cookie };
  expect(await raw({ method: 'HEAD', path, headers })).toMatchObject({ status: 200, body: '' });
  expect(await raw({ path, headers: { cookie: (await enter()).cookie } })).toMatchObject({ status: 404 });
  expect(bot.fetchedFiles).toEqual([]);
  expect(await raw({ path, headers })).toMatchObject({ status: 200, body: `archive of ${person}` });
  await soon(() => expect(bot.fetchedFiles).toEqual([{ person, file: blob }]));
});
