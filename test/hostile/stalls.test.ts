import { randomUUID } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { commands } from '#commands/index.js';
import { FileBlobStore } from '#src/blobs/blobs.js';
import type { WebClient } from '#src/platforms/web/web-client.js';
import {
  answerTo,
  type Harm,
  type HostilePage,
  harmOf,
  type Newcomer,
  startHostilePage,
} from '#test/helpers/hostile-page.js';
import { hostilePictures, pngOfEndlessPixels } from '#test/helpers/hostile-pictures.js';
import { worstTexts } from '#test/helpers/hostile-texts.js';

const MiB = 1024 * 1024;
/** Ten times what is promised, because a test shares its cores with others. */
const bounds = { answerMs: 2500, blockMs: 500, bytes: 150 * MiB };
const largeBytes = 8 * MiB;

let page: HostilePage;
let onlooker: WebClient;
/** Somebody with a full conversation, and a large file in it. */
let hoarder: Newcomer;
let largeKey: string;

function expectNoHarm({ slowestAnswerMs, longestBlockMs, grownBytes }: Harm, bytes = bounds.bytes): void {
  expect(slowestAnswerMs).toBeLessThan(bounds.answerMs);
  expect(longestBlockMs).toBeLessThan(bounds.blockMs);
  expect(grownBytes).toBeLessThan(bytes);
}

/** Fifty at once; more would slow down whoever measures. @returns how often each status came, 0 where the connection was closed */
async function statuses(count: number, ask: (index: number) => Promise<Response>): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const status = await ask(next++).then(
        async (response) => {
          await response.arrayBuffer();
          return response.status;
        },
        () => 0,
      );
      counts[status] = (counts[status] ?? 0) + 1;
    }
  };
  await Promise.all(times(50, lane));
  return counts;
}

const times = <Item>(count: number, make: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => make(index));
const post = (client: WebClient, path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${page.url}${path}`, {
    method: 'POST',
    headers: { cookie: client.cookie, 'content-type': 'application/json', ...headers },
    body,
  });
const say = (client: WebClient, text: string, event: string = randomUUID()) =>
  post(client, '/api/messages', JSON.stringify({ event, text, language: 'en' }));

async function hoard(folder: string, { id }: Newcomer): Promise<void> {
  const bytes = Buffer.alloc(largeBytes, 7);
  pngOfEndlessPixels().forEach((byte, at) => {
    bytes[at] = byte;
  });
  largeKey = await new FileBlobStore({ folder: join(folder, 'blobs'), maxBytes: 2 * largeBytes }).put(bytes);
  const transcripts = join(folder, 'web', 'transcripts');
  await mkdir(transcripts, { recursive: true });
  const lines = times(199, (n) => ({
    id: `said-${n}`,
    key: `event:said-${n}`,
    sentAt: n,
    author: 'person',
    text: '犬'.repeat(8000),
    photoCount: 0,
  }));
  const message = {
    kind: 'result',
    text: 'a picture',
    pictures: [{ blob: largeKey, alt: '' }],
    files: [{ blob: largeKey, name: 'a.zip' }],
  };
  const shown = { id: 'shown', key: 'sent:shown', sentAt: 200, author: 'bot', message };
  const text = [...lines, shown].map((line) => `${JSON.stringify(line)}\n`).join('');
  await appendFile(join(transcripts, `${id}.jsonl`), text);
}

beforeAll(async () => {
  page = await startHostilePage({
    // Whoever attacks has as many cookies as they like, and so no limit of one person.
    environment: { FLOOD_MAX_COMMANDS: '10000' },
    prepare: async (folder, issue) => {
      hoarder = issue();
      await hoard(folder, hoarder);
    },
  });
  onlooker = await page.arrive();
  // Code that has not run yet is slow.
  for (const words of ['/help', '/pets', '/imagine a dog', '/queue', '/help']) await answerTo(onlooker, words);
});
afterAll(() => page?.stop());

describe('words', () => {
  test('the worst letters in every option of every command keep nobody else waiting', async () => {
    const attackers = await Promise.all(times(4, () => page.arrive()));
    const words = commands
      .filter(({ internal }) => !internal)
      .flatMap(({ name, options }) =>
        Object.entries(options)
          .filter(([, { kind, internal }]) => !internal && kind !== 'images' && kind !== 'image' && kind !== 'file')
          .flatMap(([option]) => worstTexts(7900).map((text) => `/${name} ${option}:${text}`)),
      );
    const seen: number[] = [];
    const harm = await harmOf(page, onlooker, () =>
      Promise.all(
        attackers.map(async (attacker, lane) => {
          for (let index = lane; index < words.length; index += attackers.length)
            seen.push((await say(attacker, words[index]!)).status);
        }),
      ),
    );
    expect(words.length).toBeGreaterThan(300);
    expect(seen.filter((status) => status !== 202 && status !== 429)).toEqual([]);
    expectNoHarm(harm);
  });

  test('brackets and weights as deep as a prompt may go are answered', async () => {
    const attacker = await page.arrive();
    for (const deep of [
      '('.repeat(500),
      '['.repeat(500),
      `${'('.repeat(250)}a${':1.5)'.repeat(50)}`,
      '(a:1e308)'.repeat(50),
    ]) {
      const harm = await harmOf(page, onlooker, async () => {
        const { text } = await answerTo(attacker, `/imagine ${deep}`);
        expect(text).not.toContain('went wrong');
      });
      expectNoHarm(harm);
    }
  });

  test('bodies of nothing but brackets are refused at once', async () => {
    const attacker = await page.arrive();
    const bodies = ['['.repeat(32_000) + ']'.repeat(32_000), '{"text":'.repeat(8000), `"${'\\u0301'.repeat(10_000)}"`];
    let counts: Record<number, number> = {};
    const harm = await harmOf(page, onlooker, async () => {
      counts = await statuses(90, (n) => post(attacker, '/api/messages', bodies[n % bodies.length]!));
    });
    expect(counts).toEqual({ 400: 90 });
    expectNoHarm(harm);
  });
});

describe('files', () => {
  test('twelve pictures that are bombs, from two people at once, are answered and keep nobody else waiting', async () => {
    const photos = await hostilePictures();
    const attackers = await Promise.all(times(2, () => page.arrive()));
    const harm = await harmOf(page, onlooker, () =>
      Promise.all(
        attackers.map(async (attacker) => {
          await answerTo(attacker, '/train name:Bomb kind:dog', { photos, timeoutMs: 110_000 });
        }),
      ),
    );
    expectNoHarm(harm);
  });

  test('uploads that never end are bounded for each address, and others go on', async () => {
    const sockets: Socket[] = [];
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const upload = (client: WebClient, address: string) =>
      new Promise<number>((resolve) => {
        const request = httpRequest(`${page.url}/api/photos?name=slow.png`, {
          method: 'PUT',
          headers: { cookie: client.cookie, 'content-length': 1000, ...from(address) },
        });
        request.on('response', (response) => resolve(response.statusCode!));
        request.on('error', () => resolve(0));
        request.on('socket', (socket) => sockets.push(socket));
        request.write('a');
        setTimeout(resolve, 3000, -1);
      });
    const attackers = await Promise.all(times(12, () => page.arrive()));
    let seen: number[] = [];
    const harm = await harmOf(page, onlooker, async () => {
      seen = await Promise.all(times(240, (n) => upload(attackers[n % attackers.length]!, '198.51.100.7')));
    });
    expect(seen.filter((status) => status === -1).length).toBeLessThanOrEqual(100);
    expect(seen.filter((status) => status === 429).length).toBeGreaterThanOrEqual(140);
    expectNoHarm(harm);
    const other = await fetch(`${page.url}/api/photos?name=other.png`, {
      method: 'PUT',
      headers: { cookie: onlooker.cookie, ...from('198.51.100.8') },
      body: 'a',
    });
    expect(other.status).toBe(201);
    for (const socket of sockets) socket.destroy();
  });
});

describe('what is asked for again and again', () => {
  test('one event that comes five hundred times is answered once', async () => {
    const attacker = await page.arrive();
    const before = attacker.messages.length;
    const event = randomUUID();
    const harm = await harmOf(page, onlooker, () => statuses(500, () => say(attacker, '/help', event)));
    await answerTo(attacker, '/queue');
    expect(attacker.messages.length).toBe(before + 4);
    expectNoHarm(harm);
  });

  test('whoever floods with /help is told so once, and everybody else is answered', async () => {
    const strict = await startHostilePage();
    try {
      const [attacker, other] = await Promise.all([strict.arrive(), strict.arrive()]);
      const flood = async () => {
        for (let round = 0; round < 200; round += 1) await attacker.send('/help').catch(() => {});
      };
      let slowestMs = 0;
      const flooding = flood();
      for (let round = 0; round < 8; round += 1) slowestMs = Math.max(slowestMs, (await answerTo(other, '/help')).ms);
      await flooding;
      await sleep(500);
      const answers = attacker.messages.filter(({ author }) => author === 'bot');
      expect(answers.length).toBeLessThanOrEqual(1 + 30 + 1);
      expect(answers.filter(({ text }) => text.includes('a lot at once')).length).toBe(1);
      expect(slowestMs).toBeLessThan(bounds.answerMs);
    } finally {
      await strict.stop();
    }
  });
});

describe('what is kept', () => {
  test('pages with a full conversation, opened again and again, keep nobody else waiting', async () => {
    const harm = await harmOf(page, onlooker, async () => {
      for (let round = 0; round < 15; round += 1) {
        const sockets = times(
          10,
          () => new WebSocket(`${page.url.replace('http', 'ws')}/api/live`, { headers: { cookie: hoarder.cookie } }),
        );
        for (const socket of sockets) socket.on('error', () => {});
        await Promise.all(
          sockets.map((socket) => new Promise((resolve) => socket.once('message', resolve).once('close', resolve))),
        );
        for (const socket of sockets) socket.terminate();
      }
    });
    expectNoHarm(harm);
  });

  test('pages that are opened and left are bounded for each address, and others may come', async () => {
    const open = (client: WebClient, address: string) =>
      new Promise<WebSocket | undefined>((resolve) => {
        const socket = new WebSocket(`${page.url.replace('http', 'ws')}/api/live`, {
          headers: { cookie: client.cookie, 'x-forwarded-for': address },
        });
        socket.once('open', () => resolve(socket)).on('error', () => resolve(undefined));
      });
    const attackers = await Promise.all(times(12, () => page.arrive()));
    const opened = await Promise.all(times(120, (n) => open(attackers[n % 12]!, '198.51.100.9')));
    expect(opened.filter(Boolean).length).toBe(60);
    const other = await open(onlooker, '198.51.100.10');
    expect(other).toBeDefined();
    for (const socket of [...opened, other]) socket?.terminate();
  });

  test.each(['pictures', 'files'])(
    'large %s that are asked for and never read do not fill the memory',
    async (kind) => {
      const sockets: Socket[] = [];
      const { host, hostname, port } = new URL(page.url);
      const harm = await harmOf(page, onlooker, async () => {
        for (let index = 0; index < 60; index += 1) {
          const socket = connect({ port: Number(port), host: hostname === 'localhost' ? '127.0.0.1' : hostname });
          socket.on('error', () => {});
          socket.pause();
          socket.write(`GET /${kind}/${largeKey} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${hoarder.cookie}\r\n\r\n`);
          sockets.push(socket);
        }
        await sleep(2000);
      });
      for (const socket of sockets) socket.destroy();
      expectNoHarm(harm);
    },
  );

  test('a hundred connections that say one letter at a time keep nobody else waiting', async () => {
    const { hostname, port } = new URL(page.url);
    const sockets = times(100, () =>
      connect({ port: Number(port), host: hostname === 'localhost' ? '127.0.0.1' : hostname }),
    );
    const closed = Promise.all(
      sockets.map((socket) => new Promise((resolve) => socket.on('error', () => {}).once('close', resolve))),
    );
    const trickle = setInterval(() => {
      for (const socket of sockets) if (!socket.destroyed) socket.write('G');
    }, 500);
    const harm = await harmOf(page, onlooker, () => Promise.race([closed, sleep(30_000, 'open', { ref: false })]));
    clearInterval(trickle);
    expect(sockets.filter(({ destroyed, closed: isClosed }) => !destroyed && !isClosed).length).toBe(0);
    expectNoHarm(harm);
  });
});
