import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { createLog } from '#src/operations/log.js';
import { encodeCommand } from '#src/platforms/web/encode-command.js';
import { WebClient } from '#src/platforms/web/web-client.js';
import { WebPlatform } from '#src/platforms/web/web-platform.js';
import { createFuzz, fieldsOf } from '#test/helpers/fuzz.js';
import { holdingAll } from '#test/helpers/holding-all.js';
import { MemoryNotes } from '#test/helpers/memory-notes.js';
import { ScriptedBot } from '#test/helpers/scripted-bot.js';

const seed = Number(process.env.TEST_SEED ?? 23);
let folder: string;
let platform: WebPlatform;
let bot: ScriptedBot;
let client: WebClient;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-web-'));
  bot = new ScriptedBot(commands);
  platform = new WebPlatform({
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    notes: new MemoryNotes(),
    blobs: holdingAll(new FileBlobStore({ folder: join(folder, 'blobs'), maxBytes: 1e6 })),
    maxPhotoBytes: 1000,
    log: createLog({ level: 'silent', name: 'test' }),
    limits: { maxBusyPerPerson: 10_000, maxBusy: 10_000 },
  });
  await platform.start(bot);
  client = await WebClient.open(platform.url, { language: 'en' });
});
afterEach(async () => {
  client.close();
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
});

async function post(path: string, body: unknown): Promise<number> {
  const response = await fetch(new URL(path, platform.url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Cookie: client.cookie, Origin: new URL(platform.url).origin },
    body: typeof body === 'string' ? body : (JSON.stringify(body) ?? ''),
  });
  await response.arrayBuffer();
  return response.status;
}

test('1 000 mutated messages and presses: what is whole is taken once, what is not is refused, and nothing is a fault', async () => {
  const fuzz = createFuzz(seed);
  let taken = 0;
  for (let count = 0; count < 1000; count++) {
    const event = `event-${seed}-${count}`;
    const isPress = fuzz.chance(0.3);
    const path = isPress ? '/api/presses' : '/api/messages';
    const body: Record<string, unknown> = isPress
      ? { event, message: 'nothing', action: 'cancel?job=w-1', language: 'de' }
      : { event, text: `/imagine ${fuzz.text(20)} x`, photos: [], language: 'pt-BR' };
    const kind = fuzz.pick(['whole', 'extra', 'odd', 'without', 'garbage'] as const);
    if (kind === 'extra') body[fuzz.pick(['admin', 'person', '__proto'])] = 1;
    if (kind === 'odd') {
      const field = fuzz.pick(fieldsOf(body));
      field.holder[field.key] = fuzz.pick([null, 7, {}, [{}], 'ß'.repeat(9000)] as const);
    }
    if (kind === 'without') delete body[fuzz.pick(isPress ? ['event', 'message', 'action'] : ['event', 'text'])];
    const status = await post(path, kind === 'garbage' ? fuzz.text(200) : body);
    if (kind === 'whole') {
      // A button that nobody was offered is not there to be pressed.
      expect(status).toBe(isPress ? 410 : 202);
      if (!isPress) taken += 1;
      // The same event again does nothing.
      if (!isPress && fuzz.chance(0.2)) expect(await post(path, body)).toBe(202);
    } else {
      expect(status, `${kind}: ${JSON.stringify(body).slice(0, 200)}`).toBe(400);
    }
  }
  // Whoever opens the page is greeted, which nobody typed.
  const typed = () => bot.invocations.filter(({ command }) => command !== 'start');
  await expect.poll(() => typed().length, { timeout: 10_000 }).toBe(taken);
  expect(new Set(typed().map(({ eventId }) => eventId)).size).toBe(taken);
});

test('2 000 descriptions of any words are encoded for the page with every option in its place', () => {
  const fuzz = createFuzz(seed + 1);
  const kinds = ['text', 'integer', 'number', 'boolean', 'choice', 'pet'] as const;
  for (let count = 0; count < 2000; count++) {
    const options = Array.from({ length: fuzz.integer(6) }, (_, index) => ({
      name: `option${index}`,
      kind: fuzz.pick(kinds),
      description: fuzz.text(),
      required: fuzz.chance(0.5),
    }));
    const photos = {
      name: 'photos',
      kind: 'images',
      description: fuzz.text(),
      required: true,
      min: 3,
      max: 20,
      takes: { min: 2, max: 21 },
    } as const;
    const hasPhotos = fuzz.chance(0.5);
    const encoded = encodeCommand({
      name: 'train',
      description: fuzz.text(),
      options: hasPhotos ? [...options, photos] : options,
      ...(options[0] && { freeText: options[0].name }),
    });
    expect(encoded.options.map(({ name }) => name)).toEqual(options.map(({ name }) => name));
    expect(encoded.options.filter(({ isFreeText }) => isFreeText)).toHaveLength(options.length > 0 ? 1 : 0);
    expect(encoded.photos).toEqual(hasPhotos ? { description: photos.description, min: 2, max: 21 } : undefined);
    expect(() => JSON.stringify(encoded)).not.toThrow();
  }
});
